"""The JSON Schema takes what the loader takes, and refuses the plain mistakes."""

import copy

import jsonschema
import pytest
import yaml
from tests.spec.small_study import FILES, LIBRARY

from trialwright.study.schema import json_schema

SCHEMA = json_schema()


def kind_of(file: str) -> str:
    return f"{file.split('/', maxsplit=1)[0]}/*.yaml" if "/" in file else file


def validator(kind: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{kind.replace('/', '~1')}"})


def plain(text: str) -> object:
    """The file as an editor sees it: keys are text, scalars have their YAML types but for dates."""
    return yaml.load(text, Loader=yaml.BaseLoader)


@pytest.mark.parametrize(
    "file", [file for file in FILES if not file.startswith(("rehearsal", "translations"))]
)
def test_files_of_the_small_study_fit(file: str) -> None:
    errors = list(validator(kind_of(file)).iter_errors(_typed(plain(FILES[file]))))
    assert errors == []


def test_instrument_fits() -> None:
    instrument = _typed(plain(LIBRARY["itch/form.yaml"]))
    assert list(validator("instruments/*/form.yaml").iter_errors(instrument)) == []


def _typed(part: object) -> object:
    if isinstance(part, dict):
        return {key: _typed(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_typed(value) for value in part]
    return {"true": True, "false": False}.get(part, part) if isinstance(part, str) else part


def test_unknown_keys_and_wrong_words_are_refused() -> None:
    study = plain(FILES["study.yaml"])
    assert isinstance(study, dict)
    wrong = copy.deepcopy(study) | {"acronim": "X"}
    assert list(validator("study.yaml").iter_errors(wrong))
    check = {"a": {"about": "b", "when": "c", "ask": "d", "level": "e"}}
    assert list(validator("checks.yaml").iter_errors(check))
    check["a"]["level"] = "alert"
    assert not list(validator("checks.yaml").iter_errors(check | {"decided": "why"}))

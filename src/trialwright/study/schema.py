"""JSON Schema of the definition files, for editors that complete and check while one writes."""

from typing import cast

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from trialwright.study.files import (
    CHECKS,
    CODES,
    DATASETS,
    DIARY,
    DRUG,
    ELIGIBILITY,
    FORM,
    INSTRUMENT,
    LABORATORY,
    PHOTOS,
    PLAN,
    ROLES,
    SCHEDULE,
    STUDY,
    TERMS,
    WORDING,
)
from trialwright.study.hash import Json

_FILES = {
    "study.yaml": STUDY,
    "schedule.yaml": SCHEDULE,
    "eligibility.yaml": ELIGIBILITY,
    "terms.yaml": TERMS,
    "checks.yaml": CHECKS,
    "codes.yaml": CODES,
    "diary.yaml": DIARY,
    "drug.yaml": DRUG,
    "laboratory.yaml": LABORATORY,
    "photos.yaml": PHOTOS,
    "roles.yaml": ROLES,
    "analysis.yaml": PLAN,
    "datasets.yaml": DATASETS,
    "forms/*.yaml": FORM,
    "wording/*.yaml": WORDING,
    "instruments/*/form.yaml": INSTRUMENT,
}
_KEYED_BY_ID = ("terms.yaml", "checks.yaml", "codes.yaml")


def json_schema() -> dict[str, Json]:
    """One schema for all files; that of a kind of file is `#/$defs/<name of the file>`.

    A schema cannot see across files, nor into the cells of a matrix or a rule: `check` does.
    """
    adapters = [(name, "validation", adapter) for name, adapter in _FILES.items()]
    named, schema = TypeAdapter.json_schemas(
        cast("list[tuple[str, JsonSchemaMode, TypeAdapter[object]]]", adapters)
    )
    files = {name: cast(dict[str, Json], part) for (name, _), part in named.items()}
    for name in _KEYED_BY_ID:
        entries = cast(dict[str, Json], files[name]["patternProperties"])
        own = {pattern.replace("^", "^(?!decided$)", 1): entry for pattern, entry in entries.items()}
        files[name] = {
            "type": "object",
            "patternProperties": own,
            "properties": {"decided": {"type": "string"}},
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Trialwright study definition",
        "$defs": {**cast(dict[str, Json], schema["$defs"]), **files},
    }

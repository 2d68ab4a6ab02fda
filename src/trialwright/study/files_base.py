"""The base of the raw models: frozen, every key known, unknown keys collected with their suggestions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, JsonValue, ValidationInfo, model_validator

from trialwright.study.formats import Line, nearest
from trialwright.study.messages import problem
from trialwright.study.text import Text
from trialwright.values.problem import Problem


@dataclass(slots=True)
class Reading:
    """What the reading of a file found beside its model; passed as pydantic's context."""

    problems: list[Problem] = field(default_factory=list)


class Raw(BaseModel):
    """A mapping of a definition. `decided` says why, where the source leaves it open.

    not_built: keys of the plan that nothing reads yet; to take one would be a lie.
    refused: keys that other programs know and a trial must not use, each with the problem that says why.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    not_built: ClassVar[frozenset[str]] = frozenset()
    refused: ClassVar[Mapping[str, str]] = MappingProxyType({})
    decided: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def drop_unknown_keys(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, Mapping) or cls.model_config.get("extra") == "allow":
            return value
        known = cls.known_keys()
        if isinstance(info.context, Reading):
            for key in value:
                if isinstance(key, Text) and key not in known:
                    info.context.problems.append(cls.refusal(key))
        return {key: part for key, part in value.items() if key in known}

    @classmethod
    def known_keys(cls) -> tuple[str, ...]:
        """The keys as a file writes them."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @classmethod
    def refusal(cls, key: Text) -> Problem:
        if key in cls.not_built:
            return problem("key-not-built", key.place, key=key)
        if key in cls.refused:
            return problem(cls.refused[key], key.place, key=key)
        return problem("unknown-key", key.place, key=key, near=nearest(key, cls.known_keys()))


def as_list(value: object) -> object:
    return [value] if isinstance(value, Text) else value


Lines = Annotated[list[Line], BeforeValidator(as_list, json_schema_input_type=list[Line] | Line)]


def or_scalar(schema: dict[str, JsonValue]) -> None:
    """In the schema for editors: a single text will do, too."""
    mapping = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"type": ["string", "number", "boolean"]}, mapping]


def or_first(schema: dict[str, JsonValue], name: str) -> None:
    """In the schema for editors: a single text, or what stands in one property of the model."""
    properties = schema["properties"]
    assert isinstance(properties, dict)
    part = properties[name]
    assert isinstance(part, dict)
    schema.clear()
    schema["anyOf"] = [{"type": ["string", "number", "boolean"]}, part]


class RawFact(Raw):
    """A text, or {value: text, decided: why}."""

    model_config = ConfigDict(json_schema_extra=or_scalar)

    value: Line

    @model_validator(mode="before")
    @classmethod
    def take_text(cls, value: object) -> object:
        return {"value": value} if isinstance(value, Text) else value

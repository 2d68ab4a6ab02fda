"""The content of an event: the canonical JSON that is sealed, and the way back from it to a `Sealed`."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import cast, get_args

from trialwright.ledger.events import SCHEMA, Body, Draft, Envelope, Originator, Sealed
from trialwright.values.stored import Json, canonical_json

Content = Mapping[str, object]
Upcaster = Callable[[Content], Content]

BODIES: Mapping[str, type[Body]] = MappingProxyType({kind.__name__: kind for kind in get_args(Body)})
BODY_FIELDS = MappingProxyType(
    {kind: tuple(field.name for field in fields(body)) for kind, body in BODIES.items()}
)
ENVELOPE_FIELDS = tuple(field.name for field in fields(Envelope))

# Contents of an older schema are read by lifting them one schema at a time; what is stored stays as it is.
UPCASTERS: Mapping[int, Upcaster] = MappingProxyType({})


def content_of(draft: Draft, envelope: Envelope, *, sequence: int, commitments: Mapping[str, str]) -> str:
    """Canonical JSON of one event; it holds commitments, never values."""
    kind = type(draft.body).__name__
    content: dict[str, Json] = {name: getattr(envelope, name) for name in ENVELOPE_FIELDS}
    content.update(
        schema=SCHEMA,
        sequence=sequence,
        kind=kind,
        originator=draft.originator,
        body={name: getattr(draft.body, name) for name in BODY_FIELDS[kind]},
        commitments=dict(commitments),
    )
    return canonical_json(content)


def upcast(
    content: Content, *, upcasters: Mapping[int, Upcaster] = UPCASTERS, current: int = SCHEMA
) -> Content:
    """The content as the current schema says it. Raises ValueError for a schema that nobody knows."""
    while content.get("schema") != current:
        schema = content.get("schema")
        if not isinstance(schema, int) or schema not in upcasters:
            raise ValueError(f"an event has schema {schema!r}, and this version reads up to schema {current}")
        content = upcasters[schema](content)
    return content


def event_from_content(
    content: str,
    seal: str,
    values: Mapping[str, str | None],
    salts: Mapping[str, str],
    *,
    previous: str,
) -> Sealed:
    """The event of a stored row. Raises ValueError where the content is no event."""
    read = upcast(_object(content))
    try:
        envelope = Envelope(**{name: cast(str, read[name]) for name in ENVELOPE_FIELDS})
        return Sealed(
            envelope=envelope,
            sequence=cast(int, read["sequence"]),
            body=_body(cast(str, read["kind"]), cast(Content, read["body"])),
            originator=cast(Originator, read["originator"]),
            values=values,
            salts=salts,
            content=content,
            previous=previous,
            seal=seal,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"the content of an event is not whole: {error}") from error


def _object(content: str) -> Content:
    read = json.loads(content)
    if not isinstance(read, dict):
        raise ValueError("the content of an event is not an object")
    return cast(Content, read)


def _body(kind: str, parts: Content) -> Body:
    named = {name: _frozen(part) for name, part in parts.items()}
    return cast(Body, cast("Callable[..., object]", BODIES[kind])(**named))


def _frozen(part: object) -> object:
    """Lists of JSON are tuples in a body."""
    return tuple(_frozen(inner) for inner in part) if isinstance(part, list) else part

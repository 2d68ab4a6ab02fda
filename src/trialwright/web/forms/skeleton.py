"""A form's page as compiled text: literals and named gaps, made once and filled for each request.

The gaps stand in the ordinary templates as `{{ f.gap.value }}`; a compiled form is filled by one join,
where form widgets would build each control anew.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from trialwright.study.model import Study
from trialwright.values.units import unit_words
from trialwright.web.forms.layout import Field, Layout, Option, StudyKey, layout_of
from trialwright.web.show import REASONS

# Unlikely in any text and refused by no template filter; replaced before anybody sees them.
_GAP: Final = re.compile("\ue000([^\ue001]*)\ue001")
_INDENT: Final = re.compile(r"\n\s+")  # of the templates; a page of fields would be a third larger with it
OFFERED: Final = ("not_done", "not_applicable", "unknown", "refused", "technical_failure", "lost")


def gap(name: str) -> SafeString:
    return mark_safe(f"\ue000{name}\ue001")  # a fixed pattern around an item's id


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps of one field, as its template names them."""

    item: str

    def __getattr__(self, name: str) -> SafeString:
        return gap(f"{self.item}|{name}")


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    label: str
    chosen: SafeString
    is_first: bool


@dataclass(frozen=True, slots=True)
class Control:
    """A field together with its gaps, as the template reads it."""

    field: Field
    gap: Gaps
    choices: tuple[Choice, ...]
    reasons: tuple[Choice, ...]
    units: tuple[Choice, ...]
    unit_hints: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Line:
    id: str
    label: str
    hint: str
    cells: tuple[tuple[Control | None, str], ...]


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Literals and gaps by turns: pieces[0], pieces[2] ... are literals, the others names of gaps."""

    pieces: tuple[str, ...]

    def fill(self, values: Mapping[str, str]) -> SafeString:
        """The page's text; a gap without a value is empty. Values must already be safe HTML."""
        filled = [values.get(piece, "") if place % 2 else piece for place, piece in enumerate(self.pieces)]
        return mark_safe(
            "".join(filled)
        )  # literals come from templates, values are escaped by fill's callers


def control_of(field: Field) -> Control:
    return Control(
        field=field,
        gap=Gaps(field.id),
        choices=tuple(
            _choice(field.id, "c", option, place == 0) for place, option in enumerate(field.options)
        ),
        reasons=tuple(_choice(field.id, "m", Option(code, str(REASONS[code])), False) for code in OFFERED),
        units=tuple(
            _choice(field.id, "u", Option(unit, unit_words(unit)), False)
            for unit in ((field.unit, *field.units) if field.units else ())
        ),
        unit_hints=tuple(_choice(field.id, "h", Option(*hint), False) for hint in field.unit_hints),
    )


def _choice(item: str, kind: str, option: Option, is_first: bool) -> Choice:
    return Choice(option.code, option.label, gap(f"{item}|{kind}|{option.code}"), is_first)


def skeleton_of(study: Study, form: str, language: str, *, without: frozenset[str] = frozenset()) -> Skeleton:
    """without: items that the page shows in another way."""
    return _skeleton(StudyKey(study.hash, language, study), form, without)


@lru_cache(maxsize=512)
def _skeleton(key: StudyKey, form: str, without: frozenset[str]) -> Skeleton:
    layout = layout_of(key.study, form, key.language)
    layout = replace(layout, fields=tuple(one for one in layout.fields if one.id not in without))
    with override(key.language.lower()):
        text = _INDENT.sub("\n", render_to_string("forms/_body.html", {"layout": layout, **_parts(layout)}))
    return Skeleton(tuple(_GAP.split(text)))


def _parts(layout: Layout) -> Mapping[str, object]:
    lines = tuple(
        Line(
            row.id,
            row.label,
            row.hint,
            tuple(
                (control_of(cell) if cell else None, column.label)
                for cell, column in zip(row.cells, layout.columns, strict=True)
            ),
        )
        for row in layout.rows
    )
    return {"lines": lines, "controls": tuple(control_of(one) for one in layout.fields)}

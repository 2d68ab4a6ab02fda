"""Values for the gaps of a compiled form: what stands in each control, its problem, its query, its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.html import escape, format_html
from django.utils.translation import gettext

from trialwright.values.datum import MISSING_REASONS
from trialwright.web.diaries.drawing import drawing_picture
from trialwright.web.forms.layout import Field, Layout
from trialwright.web.forms.posted import Shown
from trialwright.web.show import REASONS


@dataclass(frozen=True, slots=True)
class Contents:
    """What a form's page shows in its controls, by item.

    problems: the sentence at the field. asked: False hides the field. derived: text of a computed value.
    notes: a query or a past note at the field. checked: items that an edit check may ask about.
    past: items that have a history; history_url: its page, which takes an item.
    """

    shown: Mapping[str, Shown]
    problems: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, bool | None] = field(default_factory=dict)
    derived: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    checked: frozenset[str] = frozenset()
    confirmed: Mapping[str, str] = field(default_factory=dict)
    past: frozenset[str] = frozenset()
    history_url: str = ""


def gaps_of(layout: Layout, contents: Contents) -> dict[str, str]:
    """Safe HTML by the name of the gap."""
    gaps: dict[str, str] = {}
    for one in layout.every():
        has_past = one.id in contents.past
        gaps[f"{one.id}|past"] = f' href="{contents.history_url}?item={one.id}"' if has_past else " hidden"
        if one.control == "derived":
            gaps[f"{one.id}|out"] = escape(contents.derived.get(one.id, "–"))
        elif one.control == "drawing":
            gaps[f"{one.id}|picture"] = _picture(contents.shown.get(one.id, Shown()))
        else:
            _fill(gaps, one, contents)
    return gaps


def _picture(shown: Shown) -> str:
    reason = next((each for each in MISSING_REASONS if each == shown.reason), None)
    if shown.raw:
        return drawing_picture(shown.raw)
    return escape(str(REASONS[reason])) if reason else "–"


def _fill(gaps: dict[str, str], one: Field, contents: Contents) -> None:
    shown = contents.shown.get(one.id, Shown(unit=one.unit))
    problem = contents.problems.get(one.id)
    gaps[f"{one.id}|value"] = escape(shown.raw)
    _fill_choice(gaps, one, shown)
    _fill_reason(gaps, one, shown)
    gaps[f"{one.id}|hidden"] = " hidden" if contents.asked.get(one.id) is False else ""
    gaps[f"{one.id}|tone"] = (" err" if problem else "") + (
        " has-note" if problem or one.id in contents.notes else ""
    )
    if problem:
        gaps[f"{one.id}|error"] = format_html('<p class="fe" id="e-{}">{}</p>', one.id, problem)
        invalid = "" if one.is_group else ' aria-invalid="true"'
        gaps[f"{one.id}|describe"] = f'{invalid} aria-describedby="e-{escape(one.id)}"'
    gaps[f"{one.id}|notes"] = _notes(one, contents)


def _fill_choice(gaps: dict[str, str], one: Field, shown: Shown) -> None:
    chosen = " selected" if one.control == "select" else " checked"
    if one.control == "yes_no":
        gaps[f"{one.id}|yes"] = chosen if shown.raw == "true" else ""
        gaps[f"{one.id}|no"] = chosen if shown.raw == "false" else ""
    elif one.options:
        gaps[f"{one.id}|c|{shown.raw}"] = chosen
    if one.units:
        gaps[f"{one.id}|u|{shown.unit or one.unit}"] = " selected"
    for unit, _ in one.unit_hints:
        gaps[f"{one.id}|h|{unit}"] = "" if unit == (shown.unit or one.unit) else " hidden"


def _fill_reason(gaps: dict[str, str], one: Field, shown: Shown) -> None:
    reason = next((each for each in MISSING_REASONS if each == shown.reason), None)
    gaps[f"{one.id}|reason"] = escape(str(REASONS[reason])) if reason else "…"
    gaps[f"{one.id}|reason_class"] = "set" if reason else ""
    gaps[f"{one.id}|has_value"] = "" if reason else " checked"
    if reason:
        gaps[f"{one.id}|m|{reason}"] = " checked"


def _notes(one: Field, contents: Contents) -> str:
    note = contents.notes.get(one.id)
    html = format_html('<p class="ask">{}</p>', note) if note else ""
    if one.id not in contents.checked:
        return html
    # Shown by form.js when the preview says that a check asks about what was typed.
    return html + format_html(
        '<label class="right" data-right="{id}" hidden><span class="ask" data-text></span><br>{label}'
        ' <input type="text" name="{id}.right" maxlength="200" value="{value}"></label>',
        id=one.id,
        label=gettext("The value is right, because:"),
        value=contents.confirmed.get(one.id, ""),
    )

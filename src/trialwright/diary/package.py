"""What a phone is told: the questions in every language, when they are asked, whom to turn to. A pure function of the
study and of what a participant may know; the phone keeps it and asks for it again by its digest.

It holds no answer, no arm, no name; of the site's data only the days that the calendar of the diary follows from.
Numbers that are not whole travel as decimal text, days as ISO 8601, times of day as minutes after midnight.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from trialwright.diary.kept import ByVersion
from trialwright.diary.versions import CURRENT
from trialwright.ledger.calendar import calendar
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Actor
from trialwright.ledger.diary_calendar import closing, spans
from trialwright.ledger.visible import visible
from trialwright.schedule.diary import Span
from trialwright.schedule.visits import PlannedVisit
from trialwright.study.diary_bounds import most_letters
from trialwright.study.model import Form, Item, Study
from trialwright.values.numbers import number_text
from trialwright.values.stored import Json, canonical_json

Texts = dict[str, str]  # language -> text
Part = dict[str, Json]


@dataclass(frozen=True, slots=True)
class _Told:
    """What all participants of a version are told. texts: canonical JSON of each part."""

    parts: Part
    texts: Mapping[str, str]


def package_of(book: Casebook, today: date, *, push_key: str = "", days_off: int = 0) -> Part:
    """The package of one participant. today: at the site. Raises ValueError for a study without a diary.

    days_off: of a demonstration, how many days its calendar is off; the phone goes by it then, and by its own clock
    where it is not told.
    """
    study, told = book.study, _TOLD.of(book.study)
    seen = as_participant(book)
    own: Part = {
        "participant": book.participant,  # opaque; by it a phone knows whose it is, as a code may be corrected
        "timezone": study.sites[book.site].timezone,
        "code": book.code,
        "push_key": push_key,
        "spans": [_span(one) for one in spans(seen)],
        "next_visit": _next_visit(seen, today),
        "closed": closing(book).is_closed,
        **({"days_off": days_off} if days_off else {}),
    }
    texts = {**told.texts, **_texts(own)}
    return {"digest": _digest(texts), **told.parts, **own}


def _told(study: Study) -> _Told:
    if study.diary is None:
        raise ValueError(f"{study.id} has no diary")
    parts: Part = {
        "protocol": CURRENT,
        "study": study.id,
        "definition": study.hash,
        "version": study.version,
        "languages": list(study.languages),
        "title": _said(study, study.diary.title),
        "notice": _said(study, study.notice),
        "contact": {"text": _said(study, study.diary.contact), "phone": study.diary.phone},
        "remind_at": study.diary.remind_at,
        "snooze_minutes": list(study.diary.snooze_minutes),
        "rules": f"/diary/rules/{study.hash}.js",
        "photos": _photos(study),
        "forms": {form.id: _form(study, form) for form in study.forms.values() if form.ask is not None},
    }
    return _Told(parts, _texts(parts))


_TOLD: Final = ByVersion(_told)


def _texts(parts: Part) -> dict[str, str]:
    return {name: canonical_json(part) for name, part in parts.items()}


def _digest(texts: Mapping[str, str]) -> str:
    """sha256 over the canonical JSON of a package without its digest, put together of its parts; their names are words
    of the protocol, which need no escapes."""
    whole = ",".join(f'"{name}":{texts[name]}' for name in sorted(texts))
    return hashlib.sha256(f"{{{whole}}}".encode()).hexdigest()


def as_participant(book: Casebook) -> Casebook:
    """In a blinded trial the participant sees no more than the roles that are blinded: neither the arm, nor what
    follows from it, which the `when` of a visit might tell."""
    roles = sorted(book.study.design.blinded)
    return visible(book, actor=Actor("", roles[0], "")) if roles else book


def rule_name(form: str, item: str, kind: str) -> str:
    """The name of an item's rule in the module of rules; a check is called by its own id.

    >>> rule_name("day", "itch", "when")
    'day.itch.when'
    """
    return f"{form}.{item}.{kind}"


# ------------------------------------------------------------------ when


def _span(span: Span) -> Part:
    return {
        "form": span.form,
        "visit": span.visit,
        "first": span.first.isoformat(),
        "last": None if span.last is None else span.last.isoformat(),
        "every_days": span.every_days,
    }


def _next_visit(seen: Casebook, today: date) -> Part | None:
    """The first visit that is still to come, or that may still be held: its target day, and the last on which it is in
    time. One that is in time for ever has today where its day is past. A visit that waits for its condition is not
    promised."""
    study = seen.study
    to_come = [
        (max(day, today), study.visits[one.visit].label, day, one.window.last)
        for one in calendar(seen, today)
        if one.state in ("planned", "due")
        and not (one.is_conditional and one.condition is not True)
        and (day := _day_of(one)) is not None
    ]
    if not to_come:
        return None
    soonest, label, day, last = min(to_come, key=lambda one: one[:2])
    told: Part = {"label": _said(study, label), "day": (day if last else soonest).isoformat()}
    return {**told, "last": last.isoformat()} if last else told


def _day_of(planned: PlannedVisit) -> date | None:
    return planned.window.target or planned.window.first


# ------------------------------------------------------------------ what


def _photos(study: Study) -> Part | None:
    """What the participant may photograph; None where they send no photos."""
    photos = study.photos
    if photos is None or not photos.per_day:
        return None
    return {
        "text": _said(study, photos.text),
        "regions": [{"id": one.id, "label": _said(study, one.label)} for one in photos.regions],
        "per_day": photos.per_day,
    }


def _form(study: Study, form: Form) -> Part:
    assert form.ask is not None
    asked = form.ask
    shown = [item for item in form.items.values() if item.derive is None]
    return {
        "label": _said(study, form.label),
        "kind": asked.kind,
        "opens": asked.opens,
        "closes": asked.closes,
        "pages": _pages(shown),
        "items": {item.id: _item(study, form, item) for item in form.items.values()},
        "checks": [
            {"rule": check.id, "tell": _said(study, check.tell)} for check in form.checks if check.tell
        ],
    }


def _pages(shown: Iterable[Item]) -> list[Json]:
    """One question a page; a column that is shaded on the body is one page with all its rows and the drawing."""
    pages: list[Json] = []
    shaded: dict[str, list[Json]] = {}
    drawing = next((item.id for item in shown if item.widget == "drawing"), "")
    for item in shown:
        if item.widget == "drawing":
            continue
        if item.widget != "shading":
            pages.append({"items": [item.id]})
        elif (item.column or "") in shaded:
            shaded[item.column or ""].append(item.id)
        else:
            rows = shaded[item.column or ""] = [item.id]
            pages.append({"shading": rows, "drawing": drawing})
    return pages


def _item(study: Study, form: Form, item: Item) -> Part:
    row = next((one for one in form.grid.rows if one.id == item.row), None) if form.grid else None
    share = dict(row.constants).get("share") if row else None
    codes = study.code_lists[item.code_list].codes if item.code_list else ()
    return {
        "label": _said(study, item.label),
        "type": item.type,
        "low": None if item.low is None else number_text(item.low),
        "high": None if item.high is None else number_text(item.high),
        "low_label": _said(study, item.low_label),
        "high_label": _said(study, item.high_label),
        "decimals": item.decimals,
        "length": _length(item),
        "codes": [{"code": code.code, "label": _said(study, code.label)} for code in codes],
        "is_optional": item.is_optional,
        "widget": item.widget,
        "row": _said(study, row.label) if row else None,
        "share": None if share is None else number_text(share),
        "when": rule_name(form.id, item.id, "when") if item.when else "",
        "derive": rule_name(form.id, item.id, "derive") if item.derive else "",
    }


def _length(item: Item) -> int | None:
    """How many letters may be typed; where the definition does not say, as many as surely go into an answer."""
    return item.length or most_letters(item) if item.type == "text" else None


def _said(study: Study, text: str | None) -> Texts | None:
    """The text in each language of the study; None where the definition says none."""
    return {language: study.say(text, language) for language in study.languages} if text else None

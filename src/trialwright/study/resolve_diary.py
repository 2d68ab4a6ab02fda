"""diary.yaml: its forms in the shape of other forms, when each is asked, and what holds for all of them."""

from collections.abc import Iterable, Mapping
from typing import Final

from trialwright.study.desk import Desk
from trialwright.study.files_diary import RawAsk, RawDiary, RawDiaryForm
from trialwright.study.files_forms import RawForm
from trialwright.study.formats import read_clock
from trialwright.study.model import DIARY_AREA, Ask, AskKind, Diary, DiaryScore
from trialwright.study.resolve_instruments import Library, with_instrument
from trialwright.study.text import Text

_SPAN: Final = ("from", "to", "open", "close")
_KEYS: Final[Mapping[AskKind, tuple[str, ...]]] = {
    "day": _SPAN,
    "week": _SPAN,
    "after": ("days", "open", "close"),
    "whenever": (),
}


def diary_forms(desk: Desk, library: Library, raw: RawDiary | None) -> dict[Text, RawForm]:
    """The forms of the diary as those of a site are read: every entry is a record of its own."""
    return {name: _as_form(desk, library, name, form) for name, form in (raw.forms if raw else {}).items()}


def _as_form(desk: Desk, library: Library, name: Text, raw: RawDiaryForm) -> RawForm:
    own = {key: getattr(raw, key) for key in raw.model_fields_set - {"ask"}}
    form = with_instrument(desk, library, name, RawForm.model_construct(**own))
    is_at_visit = raw.ask.after is not None
    return form.model_copy(
        update={
            "records": "many per visit" if is_at_visit else "many per participant",
            "filled_by": "participant",
            "area": DIARY_AREA,
            "gate": None,
            "made_from": None,
            "earlier_scores": None,
        }
    )


def resolve_ask(desk: Desk, form: Text, raw: RawAsk, visits: Iterable[str]) -> Ask:
    """When a form is asked. One that does not say so has a problem, and counts as asked whenever."""
    known = list(visits)
    kind = _kind(desk, form, raw)
    _check_keys(desk, form, raw, kind)
    for visit in (raw.first, raw.last):
        if visit is not None:
            desk.known("visit", visit, known)
    return Ask(
        kind=kind,
        first_visit=str(raw.first or ""),
        last_visit=str(raw.last or ""),
        after=desk.maybe_rule(raw.after),
        days=int(raw.days or 0),
        opens=read_clock(raw.open or "") or 0,
        closes=read_clock(raw.close or "") or 0,
    )


def _kind(desk: Desk, form: Text, raw: RawAsk) -> AskKind:
    if raw.after is not None:
        return "after"
    if raw.every is None:
        desk.report("ask-without-time", form)
    return next((kind for kind in _KEYS if kind == raw.every), "whenever")


def _check_keys(desk: Desk, form: Text, raw: RawAsk, kind: AskKind) -> None:
    """Each kind has its own keys; another would be passed over."""
    given = {
        "every": raw.every if kind == "after" else None,
        "from": raw.first,
        "to": raw.last,
        "days": raw.days,
        "open": raw.open,
        "close": raw.close,
    }
    for key, text in given.items():
        if text is None and key in _KEYS[kind]:
            desk.report("missing-key", form, key=key)
        if text is not None and key not in _KEYS[kind]:
            desk.report("key-of-other-ask", text, key=key, kind=kind)


def resolve_diary(desk: Desk, raw: RawDiary | None) -> Diary | None:
    """What holds for the whole diary; None in a study that has none."""
    if raw is None:
        return None
    return Diary(
        title=str(raw.title),
        contact=str(raw.contact.text) if raw.contact else "",
        phone=str(raw.contact.phone or "") if raw.contact else "",
        remind_at=read_clock(raw.reminder.at) or 0,
        snooze_minutes=tuple(int(minutes) for minutes in raw.reminder.snooze_minutes),
        silent_days=int(raw.silent.after_days) if raw.silent else 0,
        silent_text=str(raw.silent.text) if raw.silent else "",
        scores=_scores(desk, raw),
    )


def _scores(desk: Desk, raw: RawDiary) -> tuple[DiaryScore, ...]:
    rules = ((name, score, desk.rule(score.derive)) for name, score in raw.scores.items())
    return tuple(DiaryScore(str(name), str(score.label), rule) for name, score, rule in rules if rule)

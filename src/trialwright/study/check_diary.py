"""Whether a diary can be asked and answered on a phone as the published rules for such diaries want it.

ISPOR ePRO good practice (Coons 2009, Critchlow 2021), C-Path best practice for electronic clinical outcomes, FDA patient-
focused guidance: words at both ends of a scale, targets of one size, no long texts, one drawing beside its list, and
somebody to turn to.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final
from unicodedata import east_asian_width

from trialwright.study.desk import Desk
from trialwright.study.diary_bounds import MOST_ITEMS, MOST_NAME, most_letters
from trialwright.study.files import Files
from trialwright.study.files_diary import RawDiary, RawDiaryForm
from trialwright.study.formats import DAY_MINUTES, read_clock
from trialwright.study.model import Ask, Diary, Form, Item, Study
from trialwright.study.resolve_items import MOST_STEPS
from trialwright.study.text import Text

MOST_ANSWERS: Final = 7  # more do not fit a page of 568 points with targets of one size
QUESTION_WIDTH: Final = 160  # six lines of large letters on a screen 320 points wide
ANSWER_WIDTH: Final = 60

_EVERY_DAYS: Final = {"day": 1, "week": 7}
_TYPES: Final = frozenset({"integer", "decimal", "boolean", "code", "text"})
_DRAWN: Final = ("shading", "drawing")
_SHARE: Final = "share"  # the constant of a region: its palms in all


def check_diary(desk: Desk, files: Files, study: Study) -> None:
    """Note what is wrong with the diary, where it is written."""
    for form in study.forms.values():
        if form.ask is None:
            _check_site_form(desk, form)
    if files.diary is None or study.diary is None:
        return
    _check_matrix(desk, files, study)
    _check_whole(desk, files.diary, study.diary, study)
    for name, raw in files.diary.forms.items():
        _check_widgets(desk, raw)
        ask = _ask_of(study, name)
        if ask is not None:
            _check_ask(desk, raw, ask, study)
            _check_form(desk, study.forms[name], study)


def _ask_of(study: Study, form: str) -> Ask | None:
    return study.forms[form].ask if form in study.forms else None


def _check_site_form(desk: Desk, form: Form) -> None:
    """Site pages do not draw on a body."""
    for item in form.items.values():
        if item.widget in _DRAWN:
            desk.report("widget-of-diary", item.place, widget=item.widget)


def _check_matrix(desk: Desk, files: Files, study: Study) -> None:
    for row in files.schedule.activities:
        if _ask_of(study, row) is not None:
            desk.report("diary-in-matrix", row, form=row)


# ---------------------------------------------------------------- the diary as a whole


def _check_whole(desk: Desk, raw: RawDiary, diary: Diary, study: Study) -> None:
    if not diary.contact:
        desk.report("diary-without-contact", raw.title)
    if not raw.forms:
        desk.report("diary-without-forms", raw.title)
        return
    asks = [form.ask for form in study.forms.values() if form.ask]
    steps = [_EVERY_DAYS[ask.kind] for ask in asks if ask.kind in _EVERY_DAYS]
    reminded = [ask for ask in asks if ask.kind in _EVERY_DAYS] or asks
    if not any(_is_inside(diary.remind_at, ask) for ask in reminded):
        desk.report("reminder-outside-windows", raw.reminder.at, time=raw.reminder.at)
    if raw.silent is None:
        return
    if not steps:
        desk.report("silent-without-days", raw.silent.after_days)
    elif diary.silent_days < min(steps):
        desk.report("silent-too-soon", raw.silent.after_days, days=diary.silent_days, least=min(steps))


def _is_inside(minute: int, ask: Ask) -> bool:
    """Whether a time of the day lies in a window, on its own day or the next. At its end a window is closed."""
    return any(ask.opens <= at < ask.closes for at in (minute, minute + DAY_MINUTES))


# ---------------------------------------------------------------- when a form is asked


def _check_ask(desk: Desk, raw: RawDiaryForm, ask: Ask, study: Study) -> None:
    if raw.ask.open is not None and raw.ask.close is not None:
        _check_window(desk, raw.ask.open, raw.ask.close, ask)
    named = [visit for visit in (raw.ask.first, raw.ask.last) if visit is not None and visit in study.visits]
    for visit in named:
        if study.visits[visit].is_any_day:
            desk.report("diary-at-any-day", visit, visit=visit)
    order = [list(study.visits).index(visit) for visit in named]
    if order != sorted(order):
        desk.report("visits-exchanged", named[1], first=named[0], last=named[1])


def _check_window(desk: Desk, opens: Text, closes: Text, ask: Ask) -> None:
    if (read_clock(opens) or 0) >= DAY_MINUTES:
        desk.report("window-opens-next-day", opens)
    elif ask.closes <= ask.opens:
        desk.report("window-reversed", closes, opens=opens, closes=closes)
    elif ask.kind == "day" and ask.closes > ask.opens + DAY_MINUTES:
        desk.report("window-into-the-next", closes, opens=opens)


# ---------------------------------------------------------------- what is asked


def _check_widgets(desk: Desk, raw: RawDiaryForm) -> None:
    """A phone has one way to draw each kind of answer."""
    columns = raw.grid.columns if raw.grid else {}
    for item in raw.items.values():
        if item.widget is not None and item.widget != "drawing":
            code = "shading-outside-grid" if item.widget == "shading" else "widget-not-on-phone"
            desk.report(code, item.widget, widget=item.widget)
    for column in columns.values():
        if column.widget is not None and column.widget != "shading":
            code = "drawing-in-grid" if column.widget == "drawing" else "widget-not-on-phone"
            desk.report(code, column.widget, widget=column.widget)


def _check_form(desk: Desk, form: Form, study: Study) -> None:
    asked = [item for item in form.items.values() if item.derive is None]
    for item in asked:
        _check_item(desk, item, study)
    _check_bounds(desk, form, asked, study)
    for check in form.checks:
        if check.level == "alert" and not check.tell:
            desk.report("alert-without-tell", check.when.place, check=check.id)
    texts = [item for item in form.items.values() if _is_free_text(item)]
    for item in texts[1:]:
        desk.warn("several-free-texts", item.place, first=texts[0].id)
    _check_shading(desk, form)


def _check_bounds(desk: Desk, form: Form, asked: list[Item], study: Study) -> None:
    """Whether the server takes what the form asks for: an entry that is beyond its bounds would never leave the phone."""
    if len(asked) > MOST_ITEMS:
        desk.report("too-many-questions", form.place, count=len(asked), limit=MOST_ITEMS)
    for item in asked:
        if item.length is not None and item.length > most_letters(item):
            desk.report("text-beyond-entry", item.place, length=item.length, limit=most_letters(item))
    names = [(form.id, form.place), *((item.id, item.place) for item in asked)]
    if form.ask is not None and form.ask.kind == "after":
        names += ((visit, form.place) for visit in study.visits)
    for name, place in names:
        if len(name) > MOST_NAME:
            desk.report("name-beyond-entry", place, name=name, length=len(name), limit=MOST_NAME)


def _is_free_text(item: Item) -> bool:
    return item.type == "text" and item.widget != "drawing" and item.derive is None


def _check_item(desk: Desk, item: Item, study: Study) -> None:
    if item.type not in _TYPES:
        desk.report("type-not-on-phone", item.place, type=item.type)
    if _is_scale(item) and not (item.low_label and item.high_label):
        desk.report("scale-without-words", item.place, item=item.id)
    codes = study.code_lists[item.code_list].codes if item.code_list else ()
    if len(codes) > MOST_ANSWERS:
        desk.report("too-many-answers", item.place, count=len(codes), limit=MOST_ANSWERS)
    _check_lengths(desk, item, study)


def _is_scale(item: Item) -> bool:
    """Whether a phone draws the item as steps in a row: whole numbers with few of them."""
    is_numbered = item.type == "integer" and item.code_list is None and item.widget != "shading"
    return (
        is_numbered and item.low is not None and item.high is not None and item.high - item.low < MOST_STEPS
    )


def _check_lengths(desk: Desk, item: Item, study: Study) -> None:
    """In every language: what does not fit is cut, or small, on a small screen."""
    codes = study.code_lists[item.code_list].codes if item.code_list else ()
    answers = [item.low_label or "", item.high_label or "", *(code.label for code in codes)]
    told = [("question-too-long", item.label, QUESTION_WIDTH)]
    told += [("answer-too-long", label, ANSWER_WIDTH) for label in answers]
    for language in study.languages:
        for code, english, limit in told:
            text = study.say(english, language)
            if _width(text) > limit:
                desk.report(code, item.place, text=text, language=language, width=_width(text), limit=limit)


def _width(text: str) -> int:
    """In letters; a Chinese character is as wide as two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


# ---------------------------------------------------------------- the drawing of the body


def _check_shading(desk: Desk, form: Form) -> None:
    """A column for shading has one drawing beside it, and regions whose size is known."""
    cells = [item for item in form.items.values() if item.widget == "shading" and item.row]
    drawings = [item for item in form.items.values() if item.widget == "drawing" and not item.row]
    if len(drawings) != (1 if cells else 0):
        desk.report("drawing-count", form.place, count=len(drawings))
    for drawing in drawings:
        if not drawing.is_optional:
            desk.report("drawing-not-optional", drawing.place)
    for item, share in _with_shares(form, cells):
        if share is None:
            desk.report("region-without-share", item.place, row=item.row or "")
        elif item.low != 0 or item.high is None or item.high < share:
            desk.report("range-below-share", item.place, row=item.row or "", share=_plain(share))


def _with_shares(form: Form, cells: list[Item]) -> Iterator[tuple[Item, Fraction | None]]:
    rows = {row.id: dict(row.constants) for row in form.grid.rows} if form.grid else {}
    return ((item, rows[item.row or ""].get(_SHARE)) for item in cells)


def _plain(number: Fraction) -> str:
    return str(int(number)) if number.denominator == 1 else str(float(number))

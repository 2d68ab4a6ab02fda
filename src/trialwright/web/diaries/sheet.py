"""The paper that stands in for the phone: one week on A4, in all languages of the study side by side.

It is blank. What was written on it is copied by the site, with the day and the time that stand on it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from django.utils.translation import gettext, override

from trialwright.expr.nodes import Name
from trialwright.expr.words import sentence
from trialwright.study.model import Code, Form, Item, Study
from trialwright.web.diaries.choice import window_words
from trialwright.web.forms.layout import control_for
from trialwright.web.show import show_answer

Kind = Literal["numbers", "choices", "blank", "lines"]
_MOST_NUMBERS: Final = 11  # a longer scale is written, not circled
DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Words:
    """One text in every language of the study: (language, text)."""

    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """choices: numbers, or answers in every language, to circle; low, high: what the ends of a scale mean."""

    label: Words
    kind: Kind
    choices: tuple[Words, ...] = ()
    low: Words | None = None
    high: Words | None = None
    unit: str = ""
    condition: Words | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One form. days: a line each, empty where it is filled in once."""

    label: Words
    note: Words
    questions: tuple[Question, ...]
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """code: "" for a sheet without a participant; days: of the week, with a blank for the time of each."""

    study: str
    code: str
    back_url: str
    back_label: str
    title: Words
    headings: tuple[Words, Words, Words]  # code, from, to
    first: str
    last: str
    instructions: tuple[Words, ...]
    contact: Words
    phone: str
    day_heads: tuple[Words, Words]
    days: tuple[str, ...]
    blocks: tuple[Block, ...]
    foot: Words
    earlier_url: str = ""
    later_url: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet is made for. forms: those that the person may see; first: its first day, None for a blank one."""

    study: Study
    forms: Sequence[Form]
    first: date | None
    code: str = ""


def in_all(study: Study, words: Callable[[str], str]) -> Words:
    """The same text in each language, with the pages' own words in that language."""
    found: dict[str, str] = {}  # a text that is the same in all stands once
    for language in study.languages:
        with override(language.lower()):
            found.setdefault(words(language), language)
    return Words(tuple((language, text) for text, language in found.items()))


def sheet_page(
    sheet: Sheet, *, back_url: str, back_label: str, week_url: Callable[[date], str] | None = None
) -> SheetPage:
    """week_url: the address of the sheet of the week that begins on a day; None where the sheet has no days."""
    study, first = sheet.study, sheet.first
    diary = study.diary
    assert diary is not None
    last = first + timedelta(days=DAYS - 1) if first else None
    return SheetPage(
        study=study.id,
        code=sheet.code,
        back_url=back_url,
        back_label=back_label,
        title=in_all(study, lambda language: study.say(diary.title, language)),
        headings=(
            in_all(study, lambda _: gettext("Participant")),
            in_all(study, lambda _: gettext("From day")),
            in_all(study, lambda _: gettext("To day")),
        ),
        first=first.isoformat() if first else "",
        last=last.isoformat() if last else "",
        instructions=_instructions(study),
        contact=in_all(study, lambda language: study.say(diary.contact, language)),
        phone=diary.phone,
        day_heads=(
            in_all(study, lambda _: gettext("Day")),
            in_all(study, lambda _: gettext("Filled in on (day and time)")),
        ),
        days=_days(first),
        blocks=tuple(_block(sheet, form) for form in sheet.forms),
        foot=in_all(study, lambda _: gettext("Bring this sheet to your next visit. The site keeps it.")),
        earlier_url=week_url(first - timedelta(days=DAYS)) if week_url and first else "",
        later_url=week_url(first + timedelta(days=DAYS)) if week_url and first else "",
    )


def _instructions(study: Study) -> tuple[Words, ...]:
    texts: tuple[Callable[[str], str], ...] = (
        lambda _: gettext(
            "Circle one number or answer for each question. Do not leave out a day to fill it in later from memory."
        ),
        lambda _: gettext("Write the day and the time at which you filled it in."),
        lambda _: gettext(
            "If you made a mistake, strike it through once, so that it can still be read, write the right answer beside it, and add the day and your initials."
        ),
    )
    return tuple(in_all(study, words) for words in texts)


def _days(first: date | None) -> tuple[str, ...]:
    """ISO days, the same in every language; numbers on a blank sheet."""
    if first is None:
        return tuple(str(number + 1) for number in range(DAYS))
    return tuple((first + timedelta(days=number)).isoformat() for number in range(DAYS))


def _block(sheet: Sheet, form: Form) -> Block:
    study = sheet.study
    is_daily = form.ask is not None and form.ask.kind == "day"
    return Block(
        label=in_all(study, lambda language: study.say(form.label, language)),
        note=in_all(study, lambda _: _note(form)),
        questions=tuple(
            _question(study, form, item)
            for item in form.items.values()
            if item.derive is None and item.widget != "drawing"
        ),
        days=_days(sheet.first) if is_daily else (),
    )


def _note(form: Form) -> str:
    ask = form.ask
    assert ask is not None
    match ask.kind:
        case "day":
            return gettext("Every day, {times}").format(times=window_words(form))
        case "week":
            return gettext("Once this week, {times}").format(times=window_words(form))
        case "after":
            return gettext("Only in the week in which it is asked, {times}").format(times=window_words(form))
        case "whenever":
            return gettext("Only if you have something to report")


def _question(study: Study, form: Form, item: Item) -> Question:
    kind, choices = _answers(study, item)
    return Question(
        label=in_all(study, lambda language: study.say(item.label, language)),
        kind=kind,
        choices=choices,
        low=in_all(study, lambda language: study.say(item.low_label or "", language))
        if item.low_label
        else None,
        high=in_all(study, lambda language: study.say(item.high_label or "", language))
        if item.high_label
        else None,
        unit=item.unit or "",
        condition=_condition(study, form, item),
    )


def _answers(study: Study, item: Item) -> tuple[Kind, tuple[Words, ...]]:
    if item.code_list is not None:
        return "choices", tuple(_choice(study, item, code) for code in study.code_lists[item.code_list].codes)
    if item.type == "boolean":
        return "choices", (in_all(study, lambda _: gettext("Yes")), in_all(study, lambda _: gettext("No")))
    if item.type == "integer" and item.low is not None and item.high is not None:
        numbers = range(int(item.low), int(item.high) + 1)
        if len(numbers) <= _MOST_NUMBERS:
            return "numbers", tuple(Words((("", str(number)),)) for number in numbers)
    return ("lines" if control_for(item) == "area" else "blank"), ()


def _choice(study: Study, item: Item, code: Code) -> Words:
    return in_all(study, lambda language: show_answer(item, code.code, study.say(code.label, language)))


def _condition(study: Study, form: Form, item: Item) -> Words | None:
    if item.when is None:
        return None
    node = item.when.node

    def words(language: str) -> str:
        asked = form.items.get(node.word) if isinstance(node, Name) else None
        if asked is not None and asked.type == "boolean":
            question = study.say(asked.label, language)
            return gettext("Only if “{question}” is answered with yes").format(question=question)
        told = sentence(
            node,
            study.vocabulary,
            language=language,
            say=lambda text: study.say(text, language),
            form=form.id,
        )
        return gettext("Only if: {condition}").format(condition=told)

    return in_all(study, words)

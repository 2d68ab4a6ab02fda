"""Narratives: what is recorded of each event, in sentences, and a place for what only a person can write.

Source: ICH E3, 12.3.2.
"""

from collections.abc import Iterator

from trialwright.analysis.dataset_rows import YES
from trialwright.analysis.displays.model import Block, Items, Paragraph, ToWrite
from trialwright.analysis.displays.records import known_part, record_notes, said_of
from trialwright.analysis.displays.told import Told
from trialwright.analysis.displays.variables import variable_label
from trialwright.analysis.records import DAY, END, ONGOING, SAID, START, TERM
from trialwright.analysis.results import Record
from trialwright.study.model import Analysis


def narrative_blocks(told: Told, analysis: Analysis) -> Iterator[Block]:
    """A paragraph on what is counted, then of each participant the facts and what is left to write."""
    records = told.dataset.records_of(analysis.id)
    label, notes = told.name(analysis.label), " ".join(record_notes(told, analysis))
    yield Paragraph(told.text("{label}: {notes}", label=label, notes=notes))
    by_person: dict[str, list[Record]] = {}
    for one in sorted(records, key=lambda one: (told.code(one.participant), one.participant, one.number)):
        by_person.setdefault(one.participant, []).append(one)
    for participant, own in by_person.items():
        code = told.code(participant)
        yield Paragraph(told.text("Participant {code}:", code=code))
        yield Items(tuple(facts_of(told, analysis, one) for one in own))
        yield ToWrite(
            told.text(
                "Narrative of participant {code}: course of the events, findings, treatment and history that "
                "bear on them, and the assessment of the investigator and the sponsor.",
                code=code,
            )
        )


def facts_of(told: Told, analysis: Analysis, one: Record) -> str:
    """What the row tells: the beginning, the end, then label and answer of all else. What is not known is said so."""
    sentences = [began(told, analysis, one), *ended(told, analysis, one)]
    for role in (role for role in SAID if role in analysis.options):
        variable = analysis.options[role]
        sentences.append(
            told.text(
                "{what}: {said}.",
                what=variable_label(told, analysis.dataset or "", variable),
                said=said_of(told, analysis, one, variable) or told.text("not known"),
            )
        )
    return " ".join(sentences)


def began(told: Told, analysis: Analysis, one: Record) -> str:
    """The term, and when it began by the study day: day 1 is that of the first dose, and there is no day 0. Without a
    study day, by as much as is known of the date, where the analysis names it."""
    term = one.text(analysis.options[TERM]) or told.text("not recorded")
    day = one.text(analysis.options.get(DAY, ""))
    if day.startswith("-"):
        return told.text("“{term}” began before the first dose, on study day {day}.", term=term, day=day)
    if day:
        return told.text("“{term}” began on study day {day}.", term=term, day=day)
    if START not in analysis.options:
        return told.text("“{term}”.", term=term)
    start = known_part(told, analysis, one, analysis.options[START])
    if not start:
        return told.text("“{term}”: the first day is not known.", term=term)
    if is_whole(told, analysis, one, analysis.options[START]):
        return told.text("“{term}” began on {start}.", term=term, start=start)
    return told.text("“{term}” began in {start}; the day is not known.", term=term, start=start)


def ended(told: Told, analysis: Analysis, one: Record) -> Iterator[str]:
    """Nothing where the analysis names no end."""
    if END not in analysis.options:
        return
    end = known_part(told, analysis, one, analysis.options[END])
    if end and is_whole(told, analysis, one, analysis.options[END]):
        yield told.text("Last day: {end}.", end=end)
    elif end:
        yield told.text("It ended in {end}; the day is not known.", end=end)
    elif one.text(analysis.options.get(ONGOING, "")) == YES:
        yield told.text("Recorded as ongoing.")
    else:
        yield told.text("The last day is not known.")


def is_whole(told: Told, analysis: Analysis, one: Record, variable: str) -> bool:
    """Whether all of a date is known."""
    return known_part(told, analysis, one, variable) == one.text(variable)

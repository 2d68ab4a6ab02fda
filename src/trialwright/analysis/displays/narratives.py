"""Narratives: what is recorded of each event, in sentences, and a place for what only a person can write.

Source: ICH E3, 12.3.2.
"""

from collections.abc import Iterator

from trialwright.analysis.displays.model import Block, Items, Paragraph, ToWrite
from trialwright.analysis.displays.records import record_notes, said_of
from trialwright.analysis.displays.told import Told
from trialwright.analysis.displays.variables import variable_label
from trialwright.analysis.records import DAY, END, SAID, TERM
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
    """What the row tells: the beginning, then label and answer of all else. What is not recorded is said so."""
    sentences = [began(told, analysis, one)]
    end = analysis.options.get(END)
    if end is not None:
        text = one.text(end)
        sentences.append(
            told.text("Last day: {end}.", end=text) if text else told.text("The last day is not recorded.")
        )
    for role in (role for role in SAID if role in analysis.options):
        variable = analysis.options[role]
        sentences.append(
            told.text(
                "{what}: {said}.",
                what=variable_label(told, analysis.dataset or "", variable),
                said=said_of(told, analysis, one, variable) or told.text("not recorded"),
            )
        )
    return " ".join(sentences)


def began(told: Told, analysis: Analysis, one: Record) -> str:
    """The term, and when it began by the study day: day 1 is that of the first dose, and there is no day 0."""
    term = one.text(analysis.options[TERM]) or told.text("not recorded")
    day = one.text(analysis.options.get(DAY, ""))
    if not day:
        return told.text("“{term}”: the first day is not known to the day.", term=term)
    if day.startswith("-"):
        return told.text("“{term}” began before the first dose, on study day {day}.", term=term, day=day)
    return told.text("“{term}” began on study day {day}.", term=term, day=day)

"""What displays are made of: the results dataset, and the texts of the plan in the reader's language."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from trialwright.analysis.ard import POPULATIONS, Contribution, ResultsDataset, Statistic, result_id
from trialwright.analysis.displays.variables import variable_label
from trialwright.analysis.messages import NO_CONTROL
from trialwright.analysis.page import has_no_control
from trialwright.analysis.render import render_time
from trialwright.analysis.speaker import join_names, join_texts
from trialwright.analysis.wording import part_label, population_of, population_sentence
from trialwright.study.model import Analysis, Endpoint, Estimand, Study

COURSES = ("by_visit", "summary_by_visit")  # without a value they have no row in the dataset


@dataclass(frozen=True, slots=True)
class Told:
    """No casebook is in it: what is shown of a participant stands in the dataset."""

    study: Study
    dataset: ResultsDataset
    say: Callable[[str], str] = str
    language: str = "en"

    def text(self, english: str, **parts: object) -> str:
        """A sentence of the report, translated, its {parts} filled in."""
        return self.say(english).format(**parts)

    def name(self, english: str) -> str:
        """A text of the study in the reader's language."""
        return self.study.say(english, self.language)

    def code(self, participant: str) -> str:
        return self.dataset.codes.get(participant) or participant

    def visit(self, key: str) -> str:
        """The label of a visit key: "Week 16", "Unscheduled 2"."""
        identity, _, number = key.partition("#")
        visit = self.study.visits.get(identity)
        label = self.name(visit.label) if visit else identity
        return f"{label} {number}" if number.isdigit() else label

    def analyses(self) -> tuple[Analysis, ...]:
        """Those that were run, in the order of the definition; a course of which nobody has a value was run too."""
        known = {one.analysis for one in self.dataset.statistics}
        refused = {one.where for one in self.dataset.problems if one.severity == "error"}
        return tuple(
            one
            for name, one in self.study.analyses.items()
            if name in known or (one.method in COURSES and one.place not in refused)
        )

    def counted(self, estimates: Collection[str]) -> tuple[Contribution, ...]:
        """How each participant counts in estimates."""
        return tuple(one for one in self.dataset.contributions if one.estimate in estimates)


def estimand_of(told: Told, analysis: Analysis) -> Estimand | None:
    return told.study.estimands.get(analysis.estimand or "")


def endpoint_of(told: Told, analysis: Analysis) -> Endpoint | None:
    estimand = estimand_of(told, analysis)
    return told.study.endpoints.get(estimand.endpoint) if estimand else None


def no_control(told: Told) -> tuple[str, ...]:
    """The sentence that stands under every display of efficacy of a study without a control group."""
    return (told.text(NO_CONTROL),) if has_no_control(told.study) else ()


def population_note(told: Told, analysis: Analysis) -> tuple[str, ...]:
    """Who is counted: name, number and rule of the population, and of whom it cannot be told."""
    known = told.study.populations.get(population_of(told.study, analysis))
    if known is None:
        return ()
    members = int(told.dataset.by_id[result_id("n", POPULATIONS, known.id)].value or 0)
    codes = tuple(told.code(one) for one in untold_of(told, known.id))
    return (population_sentence(told, known, members, codes),)


def window_note(told: Told, analysis: Analysis) -> tuple[str, ...]:
    """Where a visit stands for the days around it."""
    dataset = told.study.datasets.get(analysis.dataset or "")
    if dataset is None or not dataset.has_windows:
        return ()
    return (
        told.text("A value stands at the visit in whose analysis window it lies, an unscheduled one too."),
    )


def planned_note(told: Told, analysis: Analysis) -> tuple[str, ...]:
    """Which visits have rows, where the plan does not name them."""
    dataset = told.study.datasets.get(analysis.dataset or "")
    if dataset is None or not dataset.has_windows or analysis.visits:
        return ()
    return (told.text("A visit for which the value is not planned has no row."),)


def baseline_note(told: Told, analysis: Analysis) -> tuple[str, ...]:
    """Which value a change counts from."""
    dataset = told.study.datasets.get(analysis.dataset or "")
    if dataset is None or not dataset.has_baseline:
        return ()
    visits = join_names(told, (told.visit(one) for one in told.study.baseline_visits))
    if not visits:
        return (told.text("Baseline: the last value dated before the first dose."),)
    return (
        told.text(
            "Baseline: the last value dated before the first dose, or on its day at {visits}.", visits=visits
        ),
    )


def untold_of(told: Told, population: str) -> tuple[str, ...]:
    """Of whom it cannot be told whether they belong to a population within another."""
    found = told.dataset.by_id.get(result_id("untold", POPULATIONS, population))
    return found.participants if found else ()


def row_label(told: Told, one: Statistic, label: str) -> str:
    """The label of a row of estimates with of how many it cannot be told, as on the pages."""
    untold = untold_of(told, told.study.analyses[one.analysis].population or "")
    return part_label(told, one.analysis, label, len(untold))


def empty_row(told: Told, head: tuple[str, ...]) -> tuple[str, ...]:
    """The one row of a display for which nobody has a value."""
    return (told.text("No values"), *("",) * (len(head) - 1))


def source_note(told: Told, analysis: str) -> str:
    """Which analysis of which programme on which data: the stamp of a display."""
    dataset = told.dataset
    return told.text(
        "Analysis {analysis}; Trialwright {software}; data cut {cut}.",
        analysis=analysis,
        software=dataset.software,
        cut=render_time(dataset.cut),
    )


def rows_note(told: Told, analysis: Analysis) -> str:
    """Which rows of which dataset an analysis reads, in words, and in brackets as a programme names them."""
    dataset = analysis.dataset or ""
    known = told.study.datasets.get(dataset)
    visits = tuple(told.visit(one) for one in analysis.visits)
    words = join_texts(told, (*(variable_label(told, dataset, one) for one in analysis.flags), *visits))
    code = "; ".join((dataset, *(f"{flag} = Y" for flag in analysis.flags)))
    name = told.name(known.label) if known else dataset
    if not words:
        return told.text("Rows: all of {dataset} ({code}).", dataset=name, code=code)
    return told.text("Rows: of {dataset} those with: {words} ({code}).", dataset=name, words=words, code=code)


def parts_of(statistics: tuple[Statistic, ...]) -> dict[str, dict[str, Statistic]]:
    """Estimate -> statistic -> row, in the order of the dataset."""
    found: dict[str, dict[str, Statistic]] = {}
    for one in statistics:
        if one.estimate:
            found.setdefault(one.estimate, {})[one.statistic] = one
    return found

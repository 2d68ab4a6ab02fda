"""Displays of counted records: how many had any, each kind, and how often; and the terms as a dot plot."""

from collections import Counter
from collections.abc import Iterator, Mapping, Set

from trialwright.analysis.ard import POPULATIONS, Statistic, result_id
from trialwright.analysis.at_risk import AFTER, FIRST, LAST, UNTIL
from trialwright.analysis.displays.estimates import is_nobody, method_name, nobody_note
from trialwright.analysis.displays.forest import ForestRow, render_forest
from trialwright.analysis.displays.model import Cell, Figure, Number, Table
from trialwright.analysis.displays.numbers import show
from trialwright.analysis.displays.told import Told, population_note, source_note
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.displays.typography import words_of
from trialwright.analysis.displays.variables import answer_label, variable_label
from trialwright.analysis.occurrences import ESTIMAND, LEFT_OUT, WORST
from trialwright.analysis.render import render_level
from trialwright.analysis.speaker import join_texts
from trialwright.analysis.svg import Titled
from trialwright.analysis.wording import population_of, with_arm
from trialwright.study.dataset_words import subject_dataset
from trialwright.study.model import Analysis

SHOWN = 20  # terms of a dot plot; more would not be read
RATE_PLACES = 1

Parts = Mapping[str, Statistic]
Lines = Mapping[tuple[str, tuple[str, ...]], Parts]


def lines_of(told: Told, analysis: Analysis, group: str) -> Lines:
    """Variable and category -> statistic -> row, in the order of the dataset; the first is of any record."""
    found: dict[tuple[str, tuple[str, ...]], dict[str, Statistic]] = {}
    for one in told.dataset.of(analysis.id):
        if one.group == group:
            found.setdefault((one.parameter, one.category), {})[one.statistic] = one
    return found


def occurrence_table(told: Told, number: str, analysis: Analysis, group: str) -> Table:
    lines = lines_of(told, analysis, group)
    has_rates = any("rate" in parts for parts in lines.values())
    rows: list[tuple[Cell, ...]] = []
    for label, parts in labelled(told, analysis, lines):
        own = () if parts is None else cells_of(parts, people_of(lines, parts), has_rates=has_rates)
        width = 5 if has_rates else 3
        rows.append((label, *(own or ("",) * width)))
    head = (
        told.text("Category"),
        told.text("Participants"),
        told.text("Interval"),
        told.text("Records"),
        *(
            (told.text("Rate per 100 participant-years"), told.text("Interval of the rate"))
            if has_rates
            else ()
        ),
    )
    title = with_arm(told, told.name(analysis.label), group)
    return Table(number, title, head, tuple(rows), notes_of(told, analysis, lines, has_rates=has_rates))


def people_of(lines: Lines, parts: Parts) -> Statistic:
    """Of how many a line is: of an estimand those in its population, else all."""
    category = parts["participants"].category
    of_estimand = lines.get((ESTIMAND, category[:1]), {})
    return of_estimand.get("people", lines["", ()]["people"])


def labelled(told: Told, analysis: Analysis, lines: Lines) -> Iterator[tuple[str, Parts | None]]:
    """Each line with its label; the answers of a variable of an overview stand under its own."""
    dataset, is_nested = analysis.dataset or "", analysis.method == "occurrences"
    before = ""
    for (variable, category), parts in lines.items():
        if not variable:
            if "participants" in parts:
                yield told.text("At least one"), parts
        elif not category:
            yield variable_label(told, dataset, variable), parts
        else:
            if not is_nested and variable != before:
                yield heading(told, analysis, variable), None
            depth = len(category) - 1 if is_nested else 1
            label = answer_label(told, dataset, variable, category[-1])
            yield f"{'– ' * depth}{with_population(told, analysis, label, parts)}", parts
        before = variable


def with_population(told: Told, analysis: Analysis, label: str, parts: Parts) -> str:
    """An estimand with the set that it is counted of, and how many are in it."""
    if "people" not in parts:
        return label
    estimand = told.study.estimands[parts["people"].category[0]]
    names = [estimand.population]
    around = population_of(told.study, analysis)
    inner, outer = (members_of(told, one) for one in (estimand.population, around))
    if not inner <= outer:  # the analysis is of a part of the set
        names.append(around)
    named = told.text(" and ").join(told.name(told.study.populations[one].label) for one in names)
    return told.text("{label} – {set} (n = {n})", label=label, set=named, n=parts["people"].value)


def members_of(told: Told, population: str) -> frozenset[str]:
    return frozenset(told.dataset.by_id[result_id("n", POPULATIONS, population)].participants)


def heading(told: Told, analysis: Analysis, variable: str) -> str:
    label = variable_label(told, analysis.dataset or "", variable)
    if analysis.options.get(WORST) == variable:
        return told.text("Worst of each participant: {label}", label=label)
    return label


def cells_of(parts: Parts, people: Statistic, *, has_rates: bool) -> tuple[Cell, ...]:
    plain = (
        Number("share", (parts["participants"].id, people.id)),
        limits_cell(parts),
        Number("whole", (parts["events"].id,)),
    )
    return (*plain, *rate_cells(parts)) if has_rates else plain


def limits_cell(parts: Parts) -> Cell:
    if "low" in parts:
        return Number("interval", (parts["low"].id, parts["high"].id))
    return "–"


def rate_cells(parts: Parts) -> tuple[Cell, Cell]:
    if "rate" not in parts:
        return ("–", "–")
    rate = Number("value", (parts["rate"].id,), RATE_PLACES)
    return rate, Number("range", (parts["rate_low"].id, parts["rate_high"].id), RATE_PLACES)


# ---------------------------------------------------------------- notes


def notes_of(told: Told, analysis: Analysis, lines: Lines, *, has_rates: bool) -> tuple[str, ...]:
    level = render_level(analysis.level)
    return (
        *population_note(told, analysis),
        *flag_notes(told, analysis),
        told.text(
            "Participants: those with at least one record of the line, each once. Records: all records of the line."
        ),
        *worst_note(told, analysis, lines),
        *estimand_note(told, analysis),
        *limit_notes(told, lines, analysis.level),
        *(rate_notes(told, analysis, lines, level) if has_rates else ()),
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )


def flag_notes(told: Told, analysis: Analysis) -> tuple[str, ...]:
    labels = [variable_label(told, analysis.dataset or "", one) for one in analysis.flags]
    return (told.text("Records with: {labels}.", labels=join_texts(told, labels)),) if labels else ()


def worst_note(told: Told, analysis: Analysis, lines: Lines) -> tuple[str, ...]:
    """Why the lines of the worst of each participant hold fewer records than there are."""
    worst = analysis.options.get(WORST)
    if not any(variable == worst for variable, _ in lines):
        return ()
    return (
        told.text(
            "Under the worst of each participant a participant stands in one line, with the records that are that worst; milder records of the same participant are in none, so that these lines need not add up to all records."
        ),
    )


def estimand_note(told: Told, analysis: Analysis) -> tuple[str, ...]:
    if analysis.variables[:1] != (ESTIMAND,):
        return ()
    return (
        told.text(
            "Percent are of the population of each estimand. One event stands under every estimand that names it, so that lines of several estimands are not to be added."
        ),
    )


def limit_notes(told: Told, lines: Lines, level: float) -> Iterator[str]:
    limited = [parts for parts in lines.values() if "low" in parts]
    for method in dict.fromkeys(parts["low"].method for parts in limited):
        yield told.text(
            "Interval: {method}, {level}.", method=method_name(told, method), level=render_level(level)
        )
    empty = (parts["low"].method for parts in limited if is_nobody(parts, "participants"))
    yield from (nobody_note(told, method, level) for method in dict.fromkeys(empty))


def rate_notes(told: Told, analysis: Analysis, lines: Lines, level: str) -> Iterator[str]:
    yield told.text(
        "Rate: participants with at least one per 100 years at risk, each at risk until the first; "
        "exact Poisson interval, {level}.",
        level=level,
    )
    subject = subject_dataset(told.study)
    names = {
        option: variable_label(told, subject.id if subject else "", analysis.options[option])
        for option in (FIRST, LAST, UNTIL)
        if option in analysis.options
    }
    days = analysis.options.get(AFTER, "0")
    yield told.text(
        "At risk from “{first}” to {days} days after “{last}”, at most to the data cut.",
        first=names[FIRST],
        last=names[LAST],
        days=days,
    )
    if UNTIL in names:
        yield told.text("At risk at most to “{until}”, where it is known.", until=names[UNTIL])
    if WORST in analysis.options:
        yield told.text(
            "The worst of each participant has no rate: it is known only after the time at risk, and its first record ends no such time."
        )
    if LEFT_OUT in lines["", ()]:
        yield told.text(
            "Records that began outside the time at risk, and are in no rate: {count}.",
            count=lines["", ()][LEFT_OUT].value,
        )


# ---------------------------------------------------------------- dot plot


def occurrence_figure(told: Told, number: str, analysis: Analysis, group: str) -> Figure | None:
    """Of the last variable the most frequent, with their intervals; none where there is nothing, nor of estimands, under
    several of which the same event stands."""
    if analysis.variables[:1] == (ESTIMAND,):
        return None
    lines = lines_of(told, analysis, group)
    depth = len(analysis.variables)
    terms = sorted(
        (
            (key, parts)
            for key, parts in lines.items()
            if len(key[1]) == depth and parts["participants"].value
        ),
        key=lambda pair: (-float(pair[1]["proportion"].value or 0), pair[0][1]),
    )
    if not terms:
        return None
    shown = terms[:SHOWN]
    people = {people_of(lines, parts).id: None for _, parts in shown}
    several = {one for one, count in Counter(key[1][-1] for key, _ in terms).items() if count > 1}
    rows = tuple(
        dot_row(told, analysis, key, parts, people_of(lines, parts), several) for key, parts in shown
    )
    title = with_arm(told, told.name(analysis.label), group)
    alt = join_texts(told, (f"{row.label}: {row.text}" for row in rows))
    drawing = render_forest(Titled(f"figure-{number}", title, alt), rows, most=max(row.high for row in rows))
    ids = tuple(
        parts[name].id for _, parts in shown for name in ("participants", "proportion", "low", "high")
    )
    left = (
        (told.text("The {shown} most frequent of {all} are shown.", shown=SHOWN, all=len(terms)),)
        if len(terms) > SHOWN
        else ()
    )
    notes = notes_of(told, analysis, dict(shown), has_rates=False)
    return Figure(number, title, drawing, alt, (*people, *ids), (*left, *notes))


def dot_row(
    told: Told,
    analysis: Analysis,
    key: tuple[str, tuple[str, ...]],
    parts: Parts,
    people: Statistic,
    several: Set[str],
) -> ForestRow:
    """several: terms that stand in more than one class, and are called with it."""
    variable, category = key
    dataset = analysis.dataset or ""
    label = answer_label(told, dataset, variable, category[-1])
    if category[-1] in several:
        outer = zip(analysis.variables, category[:-1], strict=False)
        label = f"{' · '.join(answer_label(told, dataset, *one) for one in outer)}: {label}"
    text = show(Number("share", (parts["participants"].id, people.id)), told.dataset, words_of(told))
    middle, low, high = (float(parts[name].value or 0) for name in ("proportion", "low", "high"))
    return ForestRow(label, text, middle, low, high, is_main=False)

"""Whether the names in a rehearsal block are names of its study: forms, visits, epochs, rows, accounts.

What only a walk would meet, perhaps at the hundredth participant, is told before anybody walks.
"""

from collections.abc import Iterable, Iterator

from trialwright.ledger.messages import TEMPLATES as REFUSALS
from trialwright.simulate.block import FormPlan, Mistake, Rehearsal, RowPlan
from trialwright.simulate.check_diary import check_diary, site_forms
from trialwright.simulate.check_draws import check_draws
from trialwright.simulate.check_rules import check_block_rules
from trialwright.simulate.messages import problem
from trialwright.study.builtin import VISIT_FORM
from trialwright.study.model import Study
from trialwright.study.rights import rights_to_enter
from trialwright.values.catalogue import TEMPLATES as VALUE_REFUSALS
from trialwright.values.datum import MISSING_REASONS
from trialwright.values.problem import Problem

LISTS = ("many", "many_visit")


def check_block(study: Study, block: Rehearsal) -> tuple[Problem, ...]:
    """All names that the study does not know, and all rules that do not fit, each with its path."""
    return (
        *_check_people(study, block),
        *_check_course(study, block),
        *_check_forms(study, block),
        *_check_excursions(study, block),
        *_check_logs(study, block),
        *_check_visits(study, block),
        *_check_dropouts(study, block),
        *_check_mistakes(study, block),
        *_check_failures(study, block),
        *check_block_rules(study, block),
        *check_diary(study, block),
        *check_draws(study, block),
    )


def _unknown(path: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    options = tuple(known)
    for name in names:
        if name not in options:
            yield problem("rehearsal-unknown-name", path, name=name, known=", ".join(options))


def _check_people(study: Study, block: Rehearsal) -> Iterator[Problem]:
    areas = dict.fromkeys(form.area for form in study.forms.values())
    areas |= dict.fromkeys(area for role in study.roles.values() for area in role.rights)
    yield from _unknown("rehearsal.recruitment.sites", block.recruitment.sites, study.sites)
    if block.recruitment.undosed is not None:
        leaving = [name for name, dropout in block.dropouts.items() if dropout.stops_study]
        yield from _unknown("rehearsal.recruitment.undosed", (block.recruitment.undosed,), leaving)
    yield from _unknown("rehearsal.accounts", block.accounts, study.roles)
    yield from _unknown("rehearsal.entered_by", block.entered_by, areas)
    yield from _unknown("rehearsal.entered_by_form", block.entered_by_form, site_forms(study))
    for path, duties in (
        ("acts", block.acts),
        ("entered_by", block.entered_by),
        ("entered_by_form", block.entered_by_form),
    ):
        for duty, role in duties.items():
            if role not in block.accounts:
                yield problem("rehearsal-no-account", f"rehearsal.{path}.{duty}", role=role)
    yield from _check_rights(study, block)


def _check_rights(study: Study, block: Rehearsal) -> Iterator[Problem]:
    """Who enters a form must be allowed to: the first save would be denied."""
    for form in study.forms.values():
        if form.ask is not None:  # the participant answers it
            continue
        by_area = block.entered_by.get(form.area, block.entered_by["forms"])
        name = block.entered_by_form.get(form.id, by_area)
        role = study.roles.get(name)
        needed = rights_to_enter(form)
        if role is None or all(letter in role.rights.get(area, "") for area, letter in needed):
            continue
        path = "entered_by_form" if form.id in block.entered_by_form else "entered_by"
        letters = " + ".join(f"{letter} ({area})" for area, letter in needed)
        where = f"rehearsal.{path}.{form.id if path == 'entered_by_form' else form.area}"
        yield problem("rehearsal-may-not-enter", where, role=name, form=form.id, letters=letters)


def _check_course(study: Study, block: Rehearsal) -> Iterator[Problem]:
    course, path = block.course, "rehearsal.course.dose"
    if not course.dose_form:
        return
    yield from _unknown(path, (course.dose_form,), study.forms)
    if course.dose_form in study.forms:
        needed = (course.dose_given, course.dose_date)
        yield from _unknown(path, needed, study.forms[course.dose_form].items)


def _check_forms(study: Study, block: Rehearsal) -> Iterator[Problem]:
    yield from _unknown("rehearsal.forms", block.forms, site_forms(study))
    for name, plan in block.forms.items():
        yield from _unknown(f"rehearsal.forms.{name}.reason", (plan.missed_reason,), MISSING_REASONS)
        yield from _unknown(f"rehearsal.forms.{name}.missing.reason", (plan.missing_reason,), MISSING_REASONS)


def _check_excursions(study: Study, block: Rehearsal) -> Iterator[Problem]:
    # Values leave their level where a visit fills a form once; neither rows of a log nor the visit itself do.
    filled = [
        form
        for form in site_forms(study)
        if form != VISIT_FORM and study.forms[form].records not in LISTS and study.visits_of(form)
    ]
    for name, excursion in block.excursions.items():
        path = f"rehearsal.excursions.{name}"
        yield from _unknown(f"{path}.form", (excursion.form,), filled)
        yield from _unknown(f"{path}.per_record", excursion.per_record, study.epochs)
        yield from _check_rows(f"{path}.with", excursion.with_rows, block)


def _check_logs(study: Study, block: Rehearsal) -> Iterator[Problem]:
    yield from _unknown("rehearsal.logs", block.logs, site_forms(study))
    for name, rows in block.logs.items():
        form = study.forms.get(name)
        if form is None:
            continue
        if form.records not in LISTS:
            yield problem("rehearsal-not-a-list", f"rehearsal.logs.{name}", form=name)
        ongoing = form.items.get("ongoing")
        if any("end" in row.items for row in rows) and (ongoing is None or ongoing.type != "boolean"):
            yield problem("rehearsal-needs-ongoing", f"rehearsal.logs.{name}", form=name)
        for row in rows:
            yield from _check_row(study, block, row)


def _check_row(study: Study, block: Rehearsal, row: RowPlan) -> Iterator[Problem]:
    path = f"rehearsal.logs.{row.form}.rows.{row.id}"
    yield from _unknown(f"{path}.per_100_years", row.per_100_years, study.epochs)
    yield from _check_rows(f"{path}.with", row.with_rows, block)
    usual = block.forms.get(row.form, FormPlan()).items
    if row.open_until is not None and "end" not in {**usual, **row.items}:
        yield problem("rehearsal-needs-end", f"{path}.open_until")
    if row.then is not None:
        yield from _unknown(f"{path}.then", (row.then,), block.dropouts)


def _check_rows(path: str, rows: Iterable[tuple[str, str]], block: Rehearsal) -> Iterator[Problem]:
    """Templates of rows, each with its log."""
    for log, name in rows:
        yield from _unknown(path, (log,), block.logs)
        if log in block.logs:
            yield from _unknown(f"{path}.{log}", (name,), (row.id for row in block.logs[log]))


def _check_visits(study: Study, block: Rehearsal) -> Iterator[Problem]:
    habits, path = block.visits, "rehearsal.visits"
    yield from _unknown(f"{path}.missed.at", habits.missed_at, study.visits)
    yield from _unknown(f"{path}.never_missed", sorted(habits.never_missed), study.visits)
    if habits.missed_reason.head in ("value", "choice"):
        yield from _unknown(f"{path}.missed.reason", habits.missed_reason.words, MISSING_REASONS)
    if habits.unscheduled is not None:
        repeating = [visit.id for visit in study.visits.values() if visit.repeats]
        yield from _unknown(f"{path}.unscheduled.visit", (habits.unscheduled.visit,), repeating)


def _check_dropouts(study: Study, block: Rehearsal) -> Iterator[Problem]:
    for name, dropout in block.dropouts.items():
        path = f"rehearsal.dropouts.{name}"
        yield from _unknown(f"{path}.epochs", sorted(dropout.epochs), study.epochs)
        yield from _check_rows(f"{path}.with", dropout.with_rows, block)
        if dropout.then is not None:
            yield from _unknown(f"{path}.then", (dropout.then,), study.visits)


def _check_mistakes(study: Study, block: Rehearsal) -> Iterator[Problem]:
    codes = VALUE_REFUSALS | REFUSALS
    for mistake in block.mistakes:
        path = f"rehearsal.mistakes.{mistake.id}"
        yield from _unknown(f"{path}.at", sorted(mistake.at), study.visits)
        yield from _unknown(path, items_named(mistake), study.forms[mistake.form].items)
        if mistake.refused_by is not None:
            yield from _unknown(f"{path}.refused_by", (mistake.refused_by,), codes)


def items_named(mistake: Mistake) -> tuple[str, ...]:
    """The items that a mistake distorts or copies."""
    return (
        *(mistake.swap or ()),
        *mistake.sets,
        *mistake.times,
        *mistake.add,
        *mistake.add_days,
        *mistake.transpose,
        *mistake.copy,
        *mistake.copy.values(),
    )


def _check_failures(study: Study, block: Rehearsal) -> Iterator[Problem]:
    for failure in block.failures:
        path = f"rehearsal.screening_failures.{failure.id}"
        yield from _unknown(f"{path}.forms", failure.factors, study.forms)
        yield from _check_rows(f"{path}.rows", failure.rows.items(), block)
        only = [(log, name) for log, names in failure.only_rows.items() for name in sorted(names)]
        yield from _check_rows(f"{path}.only_rows", only, block)
        if failure.at is not None:
            yield from _unknown(f"{path}.at", (failure.at,), study.visits)

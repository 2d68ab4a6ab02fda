"""Whether the diaries of a rehearsal block are those of its study, and every question in them has an answer."""

from collections.abc import Iterator

from trialwright.simulate.block import Rehearsal, RowPlan
from trialwright.simulate.diary_block import DiaryFormPlan
from trialwright.simulate.messages import problem
from trialwright.study.model import Form, Study
from trialwright.study.rights import rights_to_enter
from trialwright.values.problem import Problem

PATH = "rehearsal.diary"


def check_diary(study: Study, block: Rehearsal) -> Iterator[Problem]:
    if block.diary is None:
        return
    if study.diary is None:
        yield problem("rehearsal-no-diary", PATH)
        return
    forms = diary_forms(study)
    yield from _check_role(study, block, forms)
    for name, plan in block.diary.forms.items():
        if name not in forms:
            yield problem("rehearsal-unknown-name", f"{PATH}.forms", name=name, known=", ".join(forms))
        else:
            yield from _check_rate(forms[name], plan)
            yield from _check_tells_of(block, forms[name], plan)
    for form in forms.values():
        if _is_filled(form, block.diary.forms.get(form.id)):
            yield from _check_answers(form, block.diary.forms.get(form.id))


def diary_forms(study: Study) -> dict[str, Form]:
    """The forms that the participant answers."""
    return {form.id: form for form in study.forms.values() if form.ask is not None}


def site_forms(study: Study) -> list[str]:
    """The forms that the site enters."""
    return [form.id for form in study.forms.values() if form.ask is None]


def _check_role(study: Study, block: Rehearsal, forms: dict[str, Form]) -> Iterator[Problem]:
    """Who invites and writes down what was told must be allowed to."""
    assert block.diary is not None
    name, path = block.diary.by, f"{PATH}.by"
    role = study.roles.get(name)
    if name not in block.accounts:
        yield problem("rehearsal-no-account", path, role=name)
    elif role is not None:
        for form in forms.values():
            needed = rights_to_enter(form)
            if not all(letter in role.rights.get(area, "") for area, letter in needed):
                letters = " + ".join(f"{letter} ({area})" for area, letter in needed)
                yield problem("rehearsal-may-not-enter", path, role=name, form=form.id, letters=letters)


def _check_rate(form: Form, plan: DiaryFormPlan) -> Iterator[Problem]:
    """The calendar says when a form is asked; only one that it does not ask for needs a rate, and has one."""
    assert form.ask is not None
    if plan.per_100_days and form.ask.kind != "whenever":
        yield problem("rehearsal-asked-by-calendar", f"{PATH}.forms.{form.id}.per_100_days", form=form.id)


def _check_tells_of(block: Rehearsal, form: Form, plan: DiaryFormPlan) -> Iterator[Problem]:
    """Rows by rate alone are known on their day; others only at the visit that tells of them."""
    assert form.ask is not None
    path = f"{PATH}.forms.{form.id}.tells_of"
    if plan.tells_of and form.ask.kind != "whenever":
        yield problem("rehearsal-asked-by-calendar", path, form=form.id)
    for log, name in plan.tells_of:
        rows = block.logs.get(log, ())
        known = ", ".join(row.id for row in rows if is_by_rate_alone(row))
        if log not in block.logs:
            yield problem("rehearsal-unknown-name", path, name=log, known=", ".join(block.logs))
        elif name not in known.split(", "):
            yield problem("rehearsal-unknown-name", f"{path}.{log}", name=name, known=known)


def is_by_rate_alone(row: RowPlan) -> bool:
    return bool(row.per_100_years) and row.days_after_dose is None and row.when is None


def _is_filled(form: Form, plan: DiaryFormPlan | None) -> bool:
    assert form.ask is not None
    return form.ask.kind != "whenever" or (
        plan is not None and (plan.per_100_days > 0 or bool(plan.tells_of))
    )


def _check_answers(form: Form, plan: DiaryFormPlan | None) -> Iterator[Problem]:
    for item in form.items.values():
        is_needed = item.derive is None and not item.is_optional
        if is_needed and (plan is None or item.id not in plan.items):
            yield problem("rehearsal-no-generator", f"{PATH}.forms.{form.id}", item=f"{form.id}.{item.id}")

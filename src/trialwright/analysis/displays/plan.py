"""Sections 7 to 9 of the study report: what the definition says of the study, before any number."""

from trialwright.analysis.conduct import Look, PlanVersion
from trialwright.analysis.displays.methods import method_blocks
from trialwright.analysis.displays.model import Block, Cell, Facts, Items, Paragraph, Table
from trialwright.analysis.displays.told import Told
from trialwright.analysis.messages import HANDLING_WORDS, LEVEL_WORDS, LOOK_WORDS, STRATEGY_WORDS
from trialwright.analysis.render import render_time
from trialwright.analysis.speaker import join_names, join_parts, join_texts
from trialwright.analysis.wording import sentence_of
from trialwright.study.handlings import HANDLINGS


def introduction(told: Told) -> tuple[Block, ...]:
    registry = told.study.registry
    return tuple(Paragraph(told.name(one)) for one in (registry.summary, registry.description) if one)


def objectives(told: Told) -> tuple[Block, ...]:
    lines = tuple(
        f"{told.text(LEVEL_WORDS.get(one.level, one.level))}: {told.name(one.text)}"
        for one in told.study.objectives
    )
    return (Items(lines),) if lines else ()


def overall_design(told: Told) -> tuple[Block, ...]:
    design = told.study.design
    pairs = (
        (told.text("Type"), told.name(design.type)),
        (told.text("Design"), told.name(design.model)),
        (told.text("Masking"), told.name(design.masking)),
        (told.text("Allocation"), told.name(design.allocation)),
        (told.text("Purpose"), told.name(design.purpose)),
        (told.text("Planned participants"), str(design.target)),
        (told.text("Planned start"), design.start),
        (told.text("Planned completion"), design.completion),
    )
    return (Facts(tuple(pair for pair in pairs if pair[1])), schedule(told))


def schedule(told: Told) -> Table:
    """Forms down, visits across, as the definition's matrix."""
    study = told.study
    used = {visit for _, visit in study.activities}
    visits = tuple(one for one in study.visits if one in used)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            told.name(form.label),
            *({"x": "x", "o": "(x)"}.get(study.activities.get((name, visit), ""), "") for visit in visits),
        )
        for name, form in study.forms.items()
        if any((name, visit) in study.activities for visit in visits)
    )
    notes = (
        told.text("x: planned; (x): where it applies."),
        join_texts(told, (f"{one}: {told.visit(one)}" for one in visits)),
    )
    return Table("9.1", told.text("Schedule of assessments"), (told.text("Form"), *visits), rows, notes)


def criteria(told: Told, kind: str) -> tuple[Block, ...]:
    lines = tuple(
        f"{one.id}: {told.name(one.text)}" for one in told.study.criteria.values() if one.kind == kind
    )
    return (Items(lines),) if lines else ()


def treatments(told: Told) -> tuple[Block, ...]:
    arms = Facts(tuple((told.name(one.label), told.name(one.text)) for one in told.study.arms.values()))
    plan = told.study.doses
    if plan is None:
        return (arms,)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (told.name(told.study.arms[arm].label) if arm in told.study.arms else arm, told.visit(visit), dose)
        for arm, doses in plan.amounts.items()
        for visit, amount in doses.items()
        for dose in (f"{float(amount):g} {plan.unit}",)
    )
    head = (told.text("Arm"), told.text("Visit"), told.text("Planned dose"))
    return (arms, Table("9.2", told.text("Planned doses"), head, rows))


def variables(told: Told) -> tuple[Block, ...]:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            told.text(LEVEL_WORDS.get(one.level, one.level)),
            told.name(one.label),
            told.name(one.text),
            sentence_of(told, one),
            join_names(told, (told.visit(visit) for visit in one.visits or (one.visit,) if visit)) or "–",
        )
        for one in told.study.endpoints.values()
    )
    head = (
        told.text("Level"),
        told.text("Endpoint"),
        told.text("As registered"),
        told.text("Variable"),
        told.text("When"),
    )
    return (Table("9.3", told.text("Endpoints"), head, rows),)


def quality(told: Told) -> tuple[Block, ...]:
    dataset = told.dataset
    return (
        Paragraph(
            told.text(
                "Every entry and every later correction of a value is kept as a sealed event with its author and time, and none is overwritten. Numbers of this report are computed from the values that stand at the data cut, by the rules of the study definition, and none is copied by hand."
            )
        ),
        Facts(
            (
                (told.text("Definition"), f"{dataset.version} · {dataset.definition}"),
                (told.text("Seals of the data"), dataset.heads),
                (told.text("Software"), f"Trialwright {dataset.software}"),
            )
        ),
    )


def methods(told: Told) -> tuple[Block, ...]:
    """The estimands, one a line, and how they and everything else are estimated."""
    study = told.study
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            told.name(study.endpoints[one.endpoint].label),
            told.name(study.populations[one.population].label),
            join_texts(
                told,
                (
                    f"{told.name(study.intercurrent_events[event].label)}: {told.text(STRATEGY_WORDS[strategy])}"
                    for event, strategy in one.intercurrent.items()
                ),
            )
            or "–",
            told.text(HANDLING_WORDS[HANDLINGS[one.missing]]) if one.missing in HANDLINGS else one.missing,
            told.name(one.summary),
        )
        for one in study.estimands.values()
    )
    head = (
        told.text("Endpoint"),
        told.text("Population"),
        told.text("Intercurrent events"),
        told.text("Missing values"),
        told.text("Summary"),
    )
    size = told.text("Planned number of participants: {n}.", n=study.design.target)
    return (Paragraph(size), Table("9.4", told.text("Estimands"), head, rows), *method_blocks(told))


def changes(told: Told) -> tuple[Block, ...]:
    """The version that was analysed, and what its source left open and was decided."""
    version = told.text(
        "Version {version} of the definition: {amendment}.",
        version=told.study.version,
        amendment=told.name(told.study.amendment),
    )
    found = tuple(
        f"{told.name(one.found)} {told.name(one.decided)}" for one in told.study.registry.discrepancies
    )
    return (Paragraph(version), *((Items(found),) if found else ()), *plan_history(told), *looks(told))


def plan_history(told: Told) -> tuple[Block, ...]:
    """When the plan was fixed, against the first value of the primary endpoint; and every later change."""
    conduct = told.dataset.conduct
    first = conduct.first_value
    if not conduct.plans:
        return ()
    begun = told.text(
        "The first value of the primary endpoint at its visit was entered on {utc}.", utc=render_time(first)
    )
    lines = tuple(plan_line(told, one) for one in conduct.plans)
    none = told.text("No value of the primary endpoint at its visit was entered yet.")
    return (Paragraph(begun if first else none), Items(lines))


def plan_line(told: Told, one: PlanVersion) -> str:
    if not one.changed:
        return told.text(
            "The plan of version {version} (sha256 {plan}) was recorded on {utc}; participants with such a value by then: {seen}.",
            version=one.version,
            plan=one.plan,
            utc=render_time(one.utc),
            seen=one.seen,
        )
    return told.text(
        "The plan was changed by version {version} (sha256 {plan}) on {utc}; participants with such a value by then: {seen}. Changed: {parts}.",
        version=one.version,
        plan=one.plan,
        utc=render_time(one.utc),
        seen=one.seen,
        parts=join_names(told, one.changed),
    )


def looks(told: Told) -> tuple[Block, ...]:
    """How often results were seen before the data cut, when, and in which role."""
    found = told.dataset.conduct.looks
    said = told.text(
        "Looks at results while data were still entered, and copies of them that were taken: {count}.",
        count=len(found),
    )
    lines = tuple(
        f"{render_time(one.utc)}: {join_parts(told, (look_words(told, one), role_of(told, one)))}"
        for one in found
    )
    return (Paragraph(said), *((Items(lines),) if lines else ()))


def look_words(told: Told, look: Look) -> str:
    """How somebody saw results; of what number, where it was one."""
    kind, _, of = look.how.partition(" ")
    return " ".join(part for part in (told.text(LOOK_WORDS.get(kind, kind)), of) if part)


def role_of(told: Told, look: Look) -> str:
    """The role in which somebody looked; who uses the console has none in the study."""
    role = told.study.roles.get(look.role)
    return told.name(role.label) if role else look.account

"""Sentences of the report: what is counted, of whom, and why an outcome is what it is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from trialwright.analysis.flow import primary_endpoint
from trialwright.analysis.flow_sets import OUTSIDE, REVIEW, UNTOLD, conditions_of
from trialwright.analysis.messages import (
    BOUND_WORDS,
    CAME_WORDS,
    FLOW_WORDS,
    HANDLING_WORDS,
    INTERVAL_WORDS,
    MISSING_WORDS,
    OUTCOME_WORDS,
    REASON_WORDS,
    WHY_WORDS,
)
from trialwright.analysis.page import Report
from trialwright.analysis.render import render_level
from trialwright.analysis.results import OUTCOME_KINDS, FlowBox, Needed, Outcome
from trialwright.analysis.speaker import Came, Labelled, Speaker, join_names, join_parts, join_texts
from trialwright.expr.nodes import Name as NameNode
from trialwright.expr.nodes import Not
from trialwright.expr.words import sentence
from trialwright.study.model import Analysis, Endpoint, Population, Study
from trialwright.values.problem import Problem

NAMED = ("event", "population")  # parts of a problem that are texts of the study
WEEK = "study_week"  # "study_week#3": the key of a week of the diary, where a visit has its own


def estimate_label(report: Speaker, counted: Labelled) -> str:
    """What the estimate is of, in the reader's language: label, variant, visit, arm."""
    arm = report.study.arms.get(counted.group)
    variant, visit = (
        variant_text(report, counted.variant),
        report.visit(counted.visit) if counted.visit else "",
    )
    if variant and visit:
        variant, visit = report.text("at {visit} instead: {why}", visit=visit, why=variant), ""
    parts = (report.name(counted.label), variant, visit, report.name(arm.label) if arm else "")
    return " – ".join(part for part in parts if part)


def variant_text(report: Speaker, variant: str) -> str:
    """How the missing are counted is the report's text; why a variant stands beside is the study's."""
    is_own = variant in (*HANDLING_WORDS.values(), *BOUND_WORDS.values())
    return report.text(variant) if is_own else report.name(variant)


def with_arm(report: Speaker, text: str, group: str) -> str:
    arm = report.study.arms.get(group)
    return f"{text} – {report.name(arm.label)}" if arm else text


def counts_events(report: Speaker, analysis: str) -> bool:
    """Whether the endpoint counts events (a relapse) and not responses."""
    planned = report.study.analyses[analysis]
    estimand = report.study.estimands.get(planned.estimand or "")
    endpoint = report.study.endpoints.get(estimand.endpoint) if estimand else None
    return bool(endpoint and (endpoint.is_first or endpoint.visit is None))


def came_words(report: Speaker, analysis: str, outcomes: Sequence[Came]) -> tuple[str, ...]:
    """How the outcomes came about, counted: "Response: 30 observed", "No response: 12 observed, 3 missing ..."."""
    counted = Counter((one.kind, one.why) for one in outcomes)
    is_event = counts_events(report, analysis)
    lines = (
        (
            OUTCOME_WORDS[kind, is_event],
            [
                report.text(MISSING_WORDS.get((kind, is_event), words) if why == "missing" else words, n=n)
                for why, words in CAME_WORDS.items()
                for (of, how), n in counted.items()
                if (of, how) == (kind, why)
            ],
        )
        for kind in OUTCOME_KINDS
    )
    return tuple(
        report.text("{outcome}: {counts}.", outcome=report.text(head), counts=join_names(report, came))
        for head, came in lines
        if came
    )


def explain(report: Report, outcome: Outcome) -> str:
    """Why the outcome is what it is, in one sentence."""
    event = report.study.intercurrent_events.get(outcome.detail)
    if outcome.why == "missing":
        return explain_missing(report, outcome)
    if not outcome.visit and outcome.why in ("observed", "not_due"):
        return report.text(WHY_WORDS["told" if outcome.why == "observed" else "not_over"])
    name = report.name(event.label) if event else ""
    return report.text(WHY_WORDS[outcome.why], visit=report.visit(outcome.visit), event=name)


def explain_missing(report: Report, outcome: Outcome) -> str:
    """What the answer would have needed: "Cannot be told at Week 16: Score total (Week 16) not done."."""
    lacking = tuple(need_text(report, need) for need in outcome.needs)
    needs = report.text(": {lacking}", lacking=join_texts(report, lacking)) if lacking else ""
    if not outcome.visit:
        return report.text(WHY_WORDS["missing_anywhere"], needs=needs)
    return report.text(WHY_WORDS["missing"], visit=report.visit(outcome.visit), needs=needs)


def need_text(report: Report, need: Needed) -> str:
    item = item_label(report, need.form, need.item)
    visit = f" ({report.visit(need.visit)})" if need.visit else ""
    reason = report.text(REASON_WORDS.get(need.reason, need.reason))
    return f"{item}{visit} {reason}".strip()


def item_label(report: Speaker, form: str, item: str) -> str:
    known = report.study.forms.get(form)
    found = known.items.get(item) if known else None
    return report.name(found.label) if found else f"{form}.{item}" if item else form


def parameter_label(report: Speaker, parameter: str) -> str:
    """The label of an item or a term."""
    form, _, item = parameter.partition(".")
    if item:
        return item_label(report, form, item)
    term = report.study.terms.get(parameter)
    return report.name(term.label) if term else parameter


def dataset_parameter_label(report: Speaker, analysis: Analysis, parameter: str) -> str:
    """The label of what an analysis is of: of a dataset's parameter, else of an item or a term."""
    dataset = report.study.datasets.get(analysis.dataset or "")
    known = dataset.parameters.get(parameter) if dataset else None
    return report.name(known.label) if known else parameter_label(report, parameter)


def visit_title(report: Speaker, visit: str) -> str:
    """Of a visit key, of the baseline, and of a study week ("study_week#3")."""
    kind, _, number = visit.partition("#")
    if kind == WEEK:
        return report.text("Study week {week}", week=number)
    return report.text("Baseline") if visit == "baseline" else report.visit(visit)


def box_label(report: Speaker, box: FlowBox) -> str:
    return flow_label(report, box.id, box.label)


def flow_label(report: Speaker, box: str, label: str) -> str:
    """What a box counts: of visits with the visit's label, of reasons and criteria with theirs."""
    kind, _, visit = box.partition("-")
    if kind == "not_eligible" and visit:
        return (
            f"{visit} · {report.name(label)}"  # the number tells that the text is a criterion, not a reason
        )
    if kind in (OUTSIDE, UNTOLD):
        return set_label(report, kind, visit, label)
    if label:
        return report.name(label)
    if kind in ("stopped", "left_study") and visit:
        return report.text(FLOW_WORDS[visit])
    endpoint = primary_endpoint(report.study)
    if endpoint is None:
        return report.text(FLOW_WORDS[kind], visit=report.visit(visit))
    named = {"visit": report.visit(visit or endpoint.visit or ""), "endpoint": report.name(endpoint.label)}
    return report.text(FLOW_WORDS[kind], **named)


def set_label(report: Speaker, kind: str, of: str, label: str) -> str:
    """Of a set beside the primary one: that somebody is outside, by which part of its rule, or by whom."""
    name, _, part = of.partition(".")
    if not part:
        return report.text(FLOW_WORDS[kind], set=report.name(label))
    if part == REVIEW:
        return report.text(FLOW_WORDS[part])
    node = conditions_of(report.study, name)[int(part) - 1]
    is_denied = isinstance(node, Not) and kind == OUTSIDE  # what must not be, and is
    asked = node.operand if isinstance(node, Not) and is_denied else node
    said = sentence(asked, report.study.vocabulary, language=report.language, say=report.name)
    return said if is_denied else report.text(FLOW_WORDS[f"{kind}_by"], condition=said)


def interval_words(report: Speaker, analysis: Analysis) -> str:
    method = analysis.interval_method or "clopper_pearson"
    return join_parts(report, (report.text(INTERVAL_WORDS.get(method, method)), render_level(analysis.level)))


def analysis_name(report: Speaker, analysis: str) -> str:
    """The label of an analysis; of what stands beside the analyses its title."""
    known = report.study.analyses.get(analysis)
    if known is not None:
        return report.name(known.label) or analysis
    return report.text("Populations") if analysis == "populations" else report.text("Participant flow")


def population_of(study: Study, analysis: Analysis) -> str:
    """The population of an analysis, else of its estimand; "" where neither names one."""
    estimand = study.estimands.get(analysis.estimand or "")
    return analysis.population or (estimand.population if estimand else "")


def population_words(report: Report, population: str) -> str:
    """Who is counted; nothing where there is no population."""
    known = report.study.populations.get(population)
    if known is None:
        return ""
    members = len(report.results.populations.get(population, ()))
    untold = report.results.untold.get(population, ())
    return population_sentence(report, known, members, tuple(report.code(one) for one in untold))


def population_sentence(report: Speaker, known: Population, members: int, untold: Sequence[str]) -> str:
    """Name, number and rule of a population, and the codes of those of whom it cannot be told."""
    named = {"label": report.name(known.label), "n": members, "rule": rule_words(report, known)}
    if known.within is None:
        return report.text("{label} (n = {n}): {rule}.", **named)
    outer = report.name(report.study.populations[known.within].label)
    said = report.text("{label} (n = {n}), within “{outer}”: {rule}.", **named, outer=outer)
    if not untold:
        return said
    codes = join_names(report, untold)
    return f"{said} {report.text('Of {count} it cannot be told: {codes}.', count=len(untold), codes=codes)}"


def part_label(report: Speaker, analysis: str, label: str, untold: int) -> str:
    """The label of an estimate in a part of a population: also how many may belong to the part or not."""
    planned = report.study.analyses[analysis]
    estimand = report.study.estimands.get(planned.estimand or "")
    if not untold or (estimand and planned.population == estimand.population):
        return label
    return report.text("{label} ({count} cannot be told)", label=label, count=untold)


def rule_words(report: Speaker, population: Population) -> str:
    node, vocabulary = population.rule.node, report.study.vocabulary
    return sentence(node, vocabulary, language=report.language, say=report.name)


def sentence_of(report: Speaker, endpoint: Endpoint) -> str:
    """The variable in words; a term reads as its label, so what it means stands behind it."""
    node, vocabulary = endpoint.variable.node, report.study.vocabulary
    said = sentence(node, vocabulary, language=report.language, say=report.name)
    if not isinstance(node, NameNode) or node.word not in report.study.terms:
        return said
    meaning = report.study.terms[node.word].rule.node
    return f"{said}: {sentence(meaning, vocabulary, language=report.language, say=report.name)}"


def problem_text(report: Speaker, found: Problem) -> str:
    """The sentence in the reader's language, and so what the study calls the event or the population in it."""
    parts = tuple((key, report.name(part) if key in NAMED else part) for key, part in found.parts)
    return replace(found, parts=parts).say(report.say)

"""Section 9.7 of the study report: each statistical method of the plan in a sentence, and what the plan sets for it.

Source: ICH E3, 9.7.1 and ICH E9, 5: the methods stand in the report as planned, before any result.
"""

from collections.abc import Iterable, Iterator

from trialwright.analysis.displays.model import Block, Items, Paragraph
from trialwright.analysis.displays.told import Told
from trialwright.analysis.displays.words import METHOD_WORDS
from trialwright.analysis.imputing import sets_of
from trialwright.analysis.messages import INTERVAL_WORDS
from trialwright.analysis.render import render_level
from trialwright.analysis.sensitivity import deltas_of
from trialwright.analysis.speaker import join_names
from trialwright.study.model import Analysis

IMPUTED = ("imputed_proportion", "tipping_point")
LIMITED = ("one_proportion", "proportion_by_visit", "criteria", "occurrences", "occurrence_overview")
LEVELLED = (*LIMITED, *IMPUTED, "time_to_event", "mmrm")


def method_blocks(told: Told) -> tuple[Block, ...]:
    """The methods in the order of the plan, each once, and under it what single analyses set for it."""
    found: dict[str, list[Analysis]] = {}
    refused = {one.where for one in told.dataset.problems if one.severity == "error"}
    for one in told.study.analyses.values():
        if one.method in METHOD_WORDS and one.place not in refused:
            found.setdefault(one.method, []).append(one)
    lines = tuple(" ".join(sentences(told, method, analyses)) for method, analyses in found.items())
    return (Paragraph(told.text("Methods of the plan:")), Items(lines)) if lines else ()


def sentences(told: Told, method: str, analyses: Iterable[Analysis]) -> Iterator[str]:
    yield told.text(METHOD_WORDS[method])
    of_it = tuple(analyses)
    if method in LEVELLED:
        yield told.text("Level of the limits: {levels}.", levels=join_names(told, levels_of(of_it)))
    if method in LIMITED:
        names = dict.fromkeys(one.interval_method or "clopper_pearson" for one in of_it)
        intervals = join_names(told, (told.text(INTERVAL_WORDS.get(name, name)) for name in names))
        yield told.text("Intervals of proportions: {intervals}.", intervals=intervals)
    for one in of_it:
        yield from option_sentences(told, one)


def levels_of(analyses: Iterable[Analysis]) -> Iterable[str]:
    return dict.fromkeys(render_level(one.level) for one in analyses)


def option_sentences(told: Told, analysis: Analysis) -> Iterator[str]:
    """What the plan sets for one analysis and not for all of its method."""
    label, options = told.name(analysis.label), analysis.options
    if analysis.method in IMPUTED:
        yield told.text(
            "{analysis}: {m} imputed sets, seed {seed}.",
            analysis=label,
            m=sets_of(analysis),
            seed=options["seed"],
        )
        if "offset" in options:
            yield told.text(
                "The logarithm of the score + {offset} is imputed, so that no value falls below the scale.",
                offset=options["offset"],
            )
    if analysis.method == "tipping_point":
        steps = join_names(told, (render_level(float(one)) for one in deltas_of(analysis)))
        yield told.text("Steps, in percent of the baseline: {steps}.", steps=steps)
    if "against" in options:
        reference = render_level(float(options["against"]))
        if analysis.method == "tipping_point":
            yield told.text("Reference of the lower limit: {against}.", against=reference)
        else:
            yield told.text(
                "{analysis}: one-sided exact test against {against}.", analysis=label, against=reference
            )

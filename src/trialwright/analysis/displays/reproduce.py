"""Section 16.1.9 of ICH E3: of what, by what and how the numbers were made, so that anybody can make them again."""

from trialwright.analysis.compare_results import ABSOLUTE, RELATIVE
from trialwright.analysis.displays.model import Block, Facts, Paragraph
from trialwright.analysis.displays.told import Told
from trialwright.analysis.render import render_time
from trialwright.analysis.speaker import join_parts

COMMAND = "trialwright report DATA --verify DIR"


def reproduction(told: Told) -> tuple[Block, ...]:
    dataset = told.dataset
    pairs = (
        (told.text("Data cut"), render_time(dataset.cut)),
        (told.text("Last day that is over in the data"), dataset.last_day),
        *(
            (join_parts(told, (told.text("Last event that counts"), site)), render_time(utc))
            for site, utc in dataset.moments.items()
        ),
        (told.text("Definition"), f"{dataset.version} · {dataset.definition}"),
        (told.text("Seals of the data"), dataset.heads),
        (told.text("Software"), f"Trialwright {dataset.software}"),
        *dataset.environment.items(),
        *seeds(told),
    )
    return (
        Facts(tuple(pair for pair in pairs if pair[1])),
        Paragraph(
            told.text(
                "Every number of this report is computed anew and compared by {command}, where DATA is the data folder and DIR the folder of this report.",
                command=COMMAND,
            )
        ),
        Paragraph(
            told.text(
                "Counts, single values and descriptive numbers must be equal; numbers of models and distributions equal to {relative} of their size, or {absolute}, p-values to {relative} of their size.",
                relative=f"{RELATIVE:g}",
                absolute=f"{ABSOLUTE:g}",
            )
        ),
    )


def seeds(told: Told) -> tuple[tuple[str, str], ...]:
    """Of the analyses that draw random numbers, as the plan has them."""
    return tuple(
        (told.text("Seed of {analysis}", analysis=told.name(one.label) or name), one.options["seed"])
        for name, one in told.study.analyses.items()
        if "seed" in one.options
    )

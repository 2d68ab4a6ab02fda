"""The title page of the study report: what the definition and the data know of it, and what only the sponsor can fill in.

Source: ICH E3, section 1.
"""

from trialwright.analysis.displays.model import Block, Facts, ToWrite
from trialwright.analysis.displays.told import Told
from trialwright.analysis.displays.words import SPONSOR_WORDS
from trialwright.analysis.render import render_time
from trialwright.analysis.speaker import join_names, join_parts, join_texts

PRODUCT, OTHER = "Investigational product", "Comparator"
COMPARED = ("placebo", "comparator")  # in the role of an intervention


def cover(told: Told) -> tuple[Block, ...]:
    study, dataset = told.study, told.dataset
    registry, design = study.registry, study.design
    pairs = (
        (told.text("Study"), " · ".join(one for one in (study.id, told.name(study.acronym)) if one)),
        (told.text("Title"), told.name(study.title)),
        *((told.text(head), join_texts(told, named)) for head, named in products(told).items()),
        (told.text("Indication"), join_names(told, (told.name(one) for one in registry.condition))),
        (
            told.text("Design"),
            join_texts(told, (told.name(one) for one in (design.type, design.model, design.masking) if one)),
        ),
        (told.text("Planned participants"), str(design.target)),
        (told.text("Phase"), told.name(registry.phase)),
        (told.text("Sponsor"), told.name(registry.sponsor)),
        (told.text("Identifiers"), join_names(told, (f"{one} ({of})" for one, of in registry.identifiers))),
        (told.text("First visit of the first participant"), dataset.first_visit),
        (told.text("Last visit of a participant up to the data cut"), dataset.last_visit),
        (told.text("Data cut"), render_time(dataset.cut)),
        (told.text("Version of the definition"), f"{study.version} ({told.name(study.amendment)})"),
        (told.text("Notice"), told.name(study.notice)),
    )
    return Facts(tuple(pair for pair in pairs if pair[1])), ToWrite(told.text(SPONSOR_WORDS["1"]))


def products(told: Told) -> dict[str, dict[str, None]]:
    """What participants receive, each once: its name and form, and how it is given; what is tested before the others."""
    study = told.study
    found: dict[str, dict[str, None]] = {PRODUCT: {}}
    for one in study.interventions.values():
        product = study.products.get(one.product)
        name = told.name(one.label)
        named = f"{name} ({told.name(product.label)})" if product is not None else name
        head = OTHER if any(word in one.role.lower() for word in COMPARED) else PRODUCT
        found.setdefault(head, {})[
            join_parts(told, (part for part in (named, told.name(one.route)) if part))
        ] = None
    return found

"""Texts without a translation, and translations whose English stands nowhere."""

from collections.abc import Iterator, Mapping

from trialwright.expr.nodes import IfElse, Node, Quoted
from trialwright.study.builtin import VISIT_FORM
from trialwright.study.dataset_words import subject_dataset
from trialwright.study.messages import problem
from trialwright.study.model import Column, Diary, Form, Item, Photos, Study
from trialwright.study.text import Text
from trialwright.values.problem import Problem


def texts_of(study: Study) -> tuple[str, ...]:
    """Every text of a study that people read, once, in the order of the definition."""
    found = (
        *_identification(study),
        *(text for visit in study.visits.values() for text in (visit.label,)),
        *(text for form in study.forms.values() if form.id != VISIT_FORM for text in _of_form(form)),
        *_of_diary(study.diary),
        *_of_photos(study.photos),
        *_code_labels(study),
        *_plan(study),
        *_analysis(study),
        *_datasets(study),
    )
    return tuple(dict.fromkeys(text for text in found if text))


def _identification(study: Study) -> Iterator[str]:
    registry = study.registry
    yield from (study.title, study.notice, registry.sponsor, registry.status, *registry.condition)
    yield from (registry.phase, registry.summary, registry.description)
    for discrepancy in registry.discrepancies:
        yield from (discrepancy.found, discrepancy.decided)
    design = study.design
    yield from (design.type, design.model, design.masking, design.allocation, design.purpose)
    yield from (design.sex, design.age)
    for arm in study.arms.values():
        yield from (arm.label, arm.type, arm.text)
    yield from (epoch.label for epoch in study.epochs.values())
    yield from (site.label for site in study.sites.values())
    yield from (role.label for role in study.roles.values())
    yield from (label for curve in study.curves for label, _ in curve.lines)


def _of_form(form: Form) -> Iterator[str]:
    yield form.label
    yield form.gate or ""
    for line in (*form.grid.rows, *form.grid.columns) if form.grid else ():
        yield line.label
    for item in form.items.values():
        yield from _of_item(item)
    yield from (text for check in form.checks for text in (check.ask, check.tell))


def _of_item(item: Item) -> Iterator[str]:
    yield "" if item.row else item.label  # the item of a grid is translated from its row and column
    yield from (item.low_label or "", item.high_label or "")


def _of_diary(diary: Diary | None) -> Iterator[str]:
    if diary is not None:
        yield from (diary.title, diary.contact, diary.silent_text)
        yield from (score.label for score in diary.scores)


def _of_photos(photos: Photos | None) -> Iterator[str]:
    if photos is not None:
        yield photos.text
        yield from (region.label for region in photos.regions)


def _code_labels(study: Study) -> Iterator[str]:
    used = {
        item.code_list
        for form in study.forms.values()
        if form.id != VISIT_FORM
        for item in form.items.values()
    }
    for codes in study.code_lists.values():
        if codes.id in used:
            yield from (code.label for code in codes.codes)


def _plan(study: Study) -> Iterator[str]:
    for criterion in study.criteria.values():
        yield from (criterion.text, criterion.attest or "")
    yield from (notice.text for notice in study.notices)
    yield from (term.label for term in study.terms.values())
    yield from (check.ask for check in study.checks)
    for product in study.products.values():
        yield from (product.label, product.ingredient, product.dosage_form, product.storage)
    for intervention in study.interventions.values():
        yield from (intervention.label, intervention.type, intervention.role, intervention.route)
    yield from (hold.text for hold in (study.doses.holds if study.doses else ()))


def _analysis(study: Study) -> Iterator[str]:
    yield from (objective.text for objective in study.objectives)
    yield from (population.label for population in study.populations.values())
    for endpoint in study.endpoints.values():
        yield from (endpoint.label, endpoint.text, endpoint.time_frame)
        yield from (beside.why for beside in endpoint.beside)
    yield from (event.label for event in study.intercurrent_events.values())
    yield from (analysis.label for analysis in study.analyses.values())
    yield from (column.label for column in _analysed(study))


def _analysed(study: Study) -> Iterator[Column]:
    """The variables that an analysis shows, with those that its dataset keeps of the subject level."""
    subject = subject_dataset(study)
    for analysis in study.analyses.values():
        dataset = study.datasets.get(analysis.dataset or "")
        if dataset is not None:
            kept = subject.columns if subject is not None else {}
            known = {**{name: kept[name] for name in dataset.keep if name in kept}, **dataset.columns}
            yield from (known[name] for name in analysis.variables if name in known)


def _written(node: Node) -> Iterator[str]:
    """Texts that a rule gives as its answer."""
    match node:
        case Quoted(text=text):
            yield text
        case IfElse(then=then, otherwise=otherwise):
            yield from (*_written(then), *_written(otherwise))
        case _:
            return


def _datasets(study: Study) -> Iterator[str]:
    """The names of variables stay English, as the standard has them, and may be translated."""
    for dataset in study.datasets.values():
        yield dataset.label
        yield from (parameter.label for parameter in dataset.parameters.values())
        yield from (criterion.label for criterion in dataset.criteria)


def check_missing_translations(study: Study) -> Iterator[Problem]:
    """One warning per language with the number of texts that stand in English."""
    for language in study.languages:
        known = study.translations.get(language, {})
        missing = [text for text in texts_of(study) if text not in known]
        if language != "en" and missing:
            place = f"translations/{language}.yaml:1:1"
            yield problem(
                "missing-translation",
                place,
                "warning",
                count=len(missing),
                language=language,
                first=missing[0],
            )


def check_unused_translations(study: Study, own: Mapping[str, Mapping[str, Text]]) -> Iterator[Problem]:
    """Entries whose English was changed or removed."""
    used = {*texts_of(study), *_optional(study)}
    for entries in own.values():
        for english, text in entries.items():
            if english not in used:
                yield problem("unused-translation", text.place, "warning", english=english)


def _optional(study: Study) -> Iterator[str]:
    """Texts that may be translated and need not."""
    yield from (study.acronym, study.amendment)
    for estimand in study.estimands.values():
        yield from (estimand.summary, estimand.missing, *estimand.intercurrent.values())
    yield from (name for analysis in study.analyses.values() for name in analysis.missing_as)
    yield from (item.unit or "" for form in study.forms.values() for item in form.items.values())
    yield from (item.label for form in study.forms.values() for item in form.items.values())
    yield from (code.label for codes in study.code_lists.values() for code in codes.codes)
    for dataset in study.datasets.values():
        yield from (column.label for column in dataset.columns.values())
        for column in dataset.columns.values():
            yield from column.shown.values()
            yield from _written(column.rule.node) if column.rule is not None else ()
        yield from (one.label for one in dataset.imputations)
    yield from (text for one in study.assumptions for text in (one.why,))

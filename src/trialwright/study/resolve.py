"""Raw files into a Study: every name looked up, every rule read, grids and instruments unfolded."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from trialwright.expr.vocabulary import Vocabulary
from trialwright.study.builtin import CONTACT_CODES, VISIT_FORM, contact_codes, visit_form
from trialwright.study.desk import Desk
from trialwright.study.files import Files, Folder
from trialwright.study.files_forms import RawForm
from trialwright.study.files_plan import RawDrug
from trialwright.study.formats import nearest
from trialwright.study.model import (
    Criterion,
    DosePlan,
    Form,
    Intervention,
    Product,
    Role,
    Study,
    Tree,
    Visit,
)
from trialwright.study.resolve_analysis import (
    Names,
    resolve_analyses,
    resolve_endpoints,
    resolve_estimands,
    resolve_events,
    resolve_objectives,
    resolve_populations,
)
from trialwright.study.resolve_codes import resolve_code_list
from trialwright.study.resolve_datasets import Known, resolve_datasets
from trialwright.study.resolve_diary import diary_forms, resolve_ask, resolve_diary
from trialwright.study.resolve_drug import (
    resolve_doses,
    resolve_interventions,
    resolve_limits,
    resolve_products,
    resolve_stock,
)
from trialwright.study.resolve_forms import attested_items, resolve_form
from trialwright.study.resolve_instruments import Library, codes_of_library, with_instrument
from trialwright.study.resolve_items import CodeLists
from trialwright.study.resolve_people import (
    resolve_allocation,
    resolve_arms,
    resolve_curves,
    resolve_design,
    resolve_epochs,
    resolve_lifecycle,
    resolve_registry,
    resolve_roles,
    resolve_sites,
)
from trialwright.study.resolve_photos import resolve_photos
from trialwright.study.resolve_rules import (
    resolve_checks,
    resolve_criteria,
    resolve_notices,
    resolve_terms,
)
from trialwright.study.resolve_schedule import Activities, anchor_term, resolve_activities, resolve_visits
from trialwright.study.resolve_translations import Translated, resolve_translations
from trialwright.study.text import Text
from trialwright.study.vocabulary import build_vocabulary
from trialwright.study.yaml import Tree as YamlTree

_NO_WORDS = Vocabulary({}, {}, {}, {})


@dataclass(frozen=True, slots=True)
class Resolved:
    """The study, and its translations with places."""

    study: Study
    translated: Translated


@dataclass(frozen=True, slots=True)
class _Forms:
    forms: dict[str, Form]
    lists: CodeLists


@dataclass(frozen=True, slots=True)
class _Parts:
    """What other parts of a study name."""

    visits: dict[str, Visit]
    criteria: dict[str, Criterion]
    forms: dict[str, Form]
    lists: CodeLists
    activities: Activities
    drug: RawDrug
    products: dict[str, Product]
    interventions: dict[str, Intervention]
    roles: dict[str, Role]
    names: Names


def resolve(desk: Desk, files: Files, folder: Folder, library: Mapping[str, bytes]) -> Resolved:
    """The study as far as it can be told, without its hash; what cannot is a problem on the desk."""
    parts = _resolve_parts(desk, files, Library(library, folder))
    _check_blinds(desk, files, parts.visits)
    translated = resolve_translations(desk, files, folder, library, parts.forms)
    study = _resolve_study(desk, files, parts)
    datasets = resolve_datasets(desk, files.datasets, _known(files, parts))
    study = replace(study, photos=resolve_photos(desk, files.photos, parts.visits), datasets=datasets)
    study = replace(study, translations=translated.texts, assumptions=tuple(folder.assumptions))
    return Resolved(replace(study, vocabulary=build_vocabulary(study)), translated)


def _resolve_parts(desk: Desk, files: Files, library: Library) -> _Parts:
    drug = files.drug or RawDrug(interventions={})
    visits = resolve_visits(desk, files.schedule, files.study.epochs)
    criteria = resolve_criteria(desk, files.eligibility, visits)
    made = _resolve_forms(desk, files, library, criteria, tuple(visits))
    activities = resolve_activities(desk, files.schedule, made.forms)
    forms = _in_order_of_schedule(made.forms, files)
    interventions = resolve_interventions(desk, drug)
    items = tuple(f"{form}.{item}" for form in forms for item in forms[form].items)
    return _Parts(
        visits=visits,
        criteria=criteria,
        forms=forms,
        lists=made.lists,
        activities=activities,
        drug=drug,
        products=resolve_products(desk, drug),
        interventions=interventions,
        roles=resolve_roles(desk, files.roles),
        names=Names(
            tuple(visits),
            tuple(interventions),
            items,
            tuple(map(str, files.terms)),
            tuple(map(str, files.datasets.datasets)),
        ),
    )


def _resolve_study(desk: Desk, files: Files, parts: _Parts) -> Study:
    """The study but for its translations, assumptions, vocabulary and hash."""
    raw, plan = files.study, files.plan
    arms, sites = resolve_arms(desk, raw, list(parts.interventions)), resolve_sites(desk, raw)
    return Study(
        id=str(raw.study),
        version=str(raw.version),
        amendment=str(raw.amendment),
        title=str(raw.title),
        acronym=str(raw.acronym or ""),
        notice=str(raw.notice or ""),
        languages=tuple(map(str, raw.languages)),
        hash="",
        registry=resolve_registry(raw.registry),
        design=resolve_design(desk, raw.design, parts.roles),
        arms=arms,
        epochs=resolve_epochs(raw),
        sites=sites,
        visits=parts.visits,
        forms=parts.forms,
        activities=parts.activities,
        code_lists=parts.lists.lists,
        criteria=parts.criteria,
        notices=resolve_notices(desk, files.eligibility.notices),
        terms=resolve_terms(desk, files.terms),
        checks=resolve_checks(desk, files.checks, parts.forms),
        products=parts.products,
        interventions=parts.interventions,
        doses=_doses(desk, parts, list(arms)),
        stock=resolve_stock(desk, parts.drug, parts.products, sites),
        lab_limits=resolve_limits(desk, files.laboratory, parts.forms, sites),
        objectives=resolve_objectives(desk, plan),
        populations=resolve_populations(desk, plan),
        endpoints=resolve_endpoints(desk, plan, parts.names),
        intercurrent_events=resolve_events(desk, plan),
        estimands=resolve_estimands(desk, plan, parts.names),
        analyses=resolve_analyses(desk, plan, parts.names),
        roles=parts.roles,
        never_together=_never_together(desk, files, list(parts.roles)),
        allocation=resolve_allocation(desk, raw.randomisation, arms),
        baseline_visits=_baseline_visits(desk, files, parts.visits),
        first_dose=_first_dose(desk, files),
        lifecycle=resolve_lifecycle(desk, raw),
        curves=resolve_curves(desk, raw, list(parts.names.items)),
        rehearsal=_plain(files.rehearsal),
        translations={},
        assumptions=(),
        vocabulary=_NO_WORDS,
        diary=resolve_diary(desk, files.diary),
    )


def _known(files: Files, parts: _Parts) -> Known:
    """What a dataset may name; a form of the site or the diary, a population, an estimand."""
    plan = files.plan
    return Known(
        tuple(parts.forms),
        parts.names.items,
        tuple(map(str, plan.populations)),
        tuple(map(str, plan.estimands)),
        tuple(map(str, files.diary.scores)) if files.diary else (),
        tuple(
            f"{one.form}.{one.id}"
            for form in parts.forms.values()
            for one in form.items.values()
            if one.type == "date"
        ),
        files.diary is not None,
    )


def _resolve_forms(
    desk: Desk, files: Files, library: Library, criteria: Mapping[str, Criterion], visits: tuple[str, ...]
) -> _Forms:
    raws = {name: with_instrument(desk, library, name, raw) for name, raw in files.forms.items()}
    diary = diary_forms(desk, library, files.diary)
    _check_tells(desk, files, raws)
    raw_lists = codes_of_library(desk, library, files.codes)
    lists = CodeLists({name: resolve_code_list(desk, name, raw) for name, raw in raw_lists.items()})
    lists.lists[CONTACT_CODES] = contact_codes()
    forms = {VISIT_FORM: visit_form()}
    for name, raw in raws.items():
        attested = attested_items(name, criteria, _visits_of(files, name)) if raw.made_from else {}
        wording = files.wording.get(name)
        form = resolve_form(desk, name, raw, lists, attested=attested, wording=wording)
        if form is None:
            desk.lost.add(name)
        else:
            forms[name] = form
    for criterion in criteria.values():
        if criterion.attest and not any(raw.made_from for raw in raws.values()):
            desk.report("no-eligibility-form", criterion.place)
            break
    _add_diary(desk, files, _Forms(forms, lists), diary, visits)
    for name in files.wording:
        if name not in raws and name not in diary:
            place = Text(name, files.wording[name].licence.origin).origin.source.place(0)
            desk.report("no-such-form", place, name=name, near=nearest(name, (*raws, *diary)))
    return _Forms(forms, lists)


def _add_diary(
    desk: Desk, files: Files, made: _Forms, raws: Mapping[Text, RawForm], visits: tuple[str, ...]
) -> None:
    """The forms of the diary, after those of the site."""
    for name, raw in raws.items():
        if name in made.forms:
            desk.report("form-twice", name, form=name)
        form = resolve_form(desk, name, raw, made.lists, attested={}, wording=files.wording.get(name))
        if form is None or files.diary is None:
            desk.lost.add(name)
        else:
            made.forms[str(name)] = replace(
                form, ask=resolve_ask(desk, name, files.diary.forms[name].ask, visits)
            )


def _check_tells(desk: Desk, files: Files, raws: Mapping[str, RawForm]) -> None:
    """Only who answers on the phone can be told something by a check at once."""
    inside = (
        check
        for raw in raws.values()
        for check in (*raw.checks.values(), *(raw.grid.checks.values() if raw.grid else ()))
    )
    for check in (*inside, *files.checks.values()):
        if check.tell is not None:
            desk.report("tell-at-site", check.tell)


def _visits_of(files: Files, form: str) -> tuple[str, ...]:
    """Visits that the matrix names for a form, as written."""
    head = (files.schedule.activities.get(cast(Text, "visits")) or "").split()
    row = (files.schedule.activities.get(cast(Text, form)) or "").split()
    return tuple(visit for visit, cell in zip(head, row, strict=False) if cell != ".")


def _in_order_of_schedule(forms: Mapping[str, Form], files: Files) -> dict[str, Form]:
    """The built-in form, then the rows of the matrix in their order, then forms that it does not name."""
    rows = [VISIT_FORM, *map(str, files.schedule.activities)]
    order = [name for name in rows if name in forms]
    return {
        name: forms[name] for name in (*order, *(set_aside for set_aside in forms if set_aside not in order))
    }


def _doses(desk: Desk, parts: _Parts, arms: list[str]) -> DosePlan | None:
    unit = next((product.unit for product in parts.products.values()), "")
    visits, forms = parts.names.visits, parts.forms
    return resolve_doses(desk, parts.drug, arms=arms, visits=visits, forms=forms, unit=unit)


def _check_blinds(desk: Desk, files: Files, visits: Mapping[str, Visit]) -> None:
    known, design = ["unblinding", *visits], files.study.design
    blinded = [*design.blinded, *design.masking.blinded]
    nobody = not blinded
    for form in (*files.forms.values(), *(files.diary.forms.values() if files.diary else ())):
        columns = form.grid.columns.values() if form.grid else ()
        for item in (*form.items.values(), *columns):
            if item.blinded_until is not None:
                desk.known("visit", item.blinded_until, known)
                if nobody:
                    desk.report("nobody-blinded", item.blinded_until)


def _never_together(desk: Desk, files: Files, roles: list[str]) -> tuple[tuple[str, ...], ...]:
    pairs = files.roles.never_together if files.roles else []
    for pair in pairs:
        if len(set(pair)) < 2:
            desk.report("role-with-itself", next(iter(pair), next(iter(files.study.sites))))
    return tuple(tuple(str(role) for role in pair if desk.known("role", role, roles)) for pair in pairs)


def _baseline_visits(desk: Desk, files: Files, visits: Mapping[str, Visit]) -> tuple[str, ...]:
    named = files.study.baseline.visits if files.study.baseline else []
    return tuple(str(visit) for visit in named if desk.known("visit", visit, visits))


def _first_dose(desk: Desk, files: Files) -> str | None:
    term = anchor_term(files.schedule)
    return str(term) if term is not None and desk.known("term", term, files.terms) else None


def _plain(tree: Mapping[Text, YamlTree]) -> Tree:
    """A tree without places."""
    return cast(Tree, {str(key): _plain_part(part) for key, part in tree.items()})


def _plain_part(part: YamlTree) -> object:
    if isinstance(part, Text):
        return str(part)
    if isinstance(part, Mapping):
        return _plain(part)
    return tuple(_plain_part(member) for member in part)

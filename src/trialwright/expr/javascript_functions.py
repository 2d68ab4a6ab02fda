"""Functions of the rule language as calls of the JavaScript library."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final, cast

from trialwright.expr.javascript_module import NULL, Module, Source, array, record, text, truth
from trialwright.expr.nodes import Call, ItemRef, Name, Number, Quoted
from trialwright.expr.record_functions import is_numeric
from trialwright.expr.vocabulary import Vocabulary
from trialwright.expr.walk import AT_VISITS, forms_at_row, is_collected


def call_source(node: Call, form: str | None, module: Module) -> Source:
    """form: whose items bare names mean."""
    return _FUNCTIONS[node.function](node, form, module)


# ---------------------------------------------------------------- functions of values


def _plain(name: str) -> "_Function":
    """The library's function of the same arguments."""

    def source(node: Call, form: str | None, module: Module) -> Source:
        return module.call(name, *_arguments(node, form, module))

    return source


def _arguments(node: Call, form: str | None, module: Module) -> list[Source]:
    return [module.source_of(argument, form, module) for argument in node.arguments]


def _missing(node: Call, form: str | None, module: Module) -> Source:
    reason = text(cast("Quoted", node.arguments[1]).text) if len(node.arguments) > 1 else NULL
    return module.call("missing", module.source_of(node.arguments[0], form, module), reason)


def _unknown(node: Call, form: str | None, module: Module) -> Source:
    return module.call("unknown", text(cast("Quoted", node.arguments[0]).text))


def _passed(node: Call, form: str | None, module: Module) -> Source:
    return module.call("passed", text(node.function), *_arguments(node, form, module))


def _round(node: Call, form: str | None, module: Module) -> Source:
    decimals = int(cast("Number", node.arguments[1]).value) if len(node.arguments) > 1 else 0
    return module.call("round", module.source_of(node.arguments[0], form, module), Source(str(decimals)))


def _band(node: Call, form: str | None, module: Module) -> Source:
    codes = module.vocabulary.code_lists[cast("Quoted", node.arguments[1]).text]
    are_numbers = is_numeric(codes)

    def answer(code: str) -> Source:
        return module.number(Fraction(int(code))) if are_numbers else module.call("text", text(code))

    bands = [
        array([module.number(band.lower), truth(band.includes), answer(band.code)])
        for band in sorted(codes.bands, key=lambda band: (band.lower, not band.includes))
    ]
    return module.call("band", module.source_of(node.arguments[0], form, module), array(bands))


def _limit(node: Call, form: str | None, module: Module) -> Source:
    item = node.arguments[0]
    if isinstance(item, ItemRef):
        owner, word = item.form, item.item
    elif isinstance(item, Name) and form is not None:
        owner, word = form, item.word
    else:
        raise ValueError("not a checked rule: a limit is asked of no item")
    side = "high" if node.function == "upper_limit" else "low"
    return module.call("limit", *map(text, (owner, word, module.vocabulary.forms[owner].records, side)))


# ---------------------------------------------------------------- at other visits


def _at(node: Call, form: str | None, module: Module) -> Source:
    visit = text(cast("Name", node.arguments[0]).word)
    return module.call("at", visit, module.source_of(node.arguments[1], form, module))


def _baseline(node: Call, form: str | None, module: Module) -> Source:
    vocabulary, first_dose = module.vocabulary, module.vocabulary.first_dose
    ends = () if first_dose is None else (module.term(first_dose), module.item("visit", "date"))
    visits = array([text(visit) for visit in vocabulary.baseline_visits])
    return module.call("baseline", module.source_of(node.arguments[0], form, module), visits, *ends)


def _changed(node: Call, form: str | None, module: Module) -> Source:
    now = module.source_of(node.arguments[0], form, module)
    return module.call("change", text(node.function), now, _baseline(node, form, module))


def _previous(node: Call, form: str | None, module: Module) -> Source:
    by_order = sorted(module.vocabulary.visits.values(), key=lambda visit: visit.order)
    schedule = module.shared(array([text(visit.visit) for visit in by_order]))
    return module.call("previous", module.source_of(node.arguments[0], form, module), schedule)


# ---------------------------------------------------------------- over all records of a form


def _list(node: Call, owner: str, module: Module) -> Source:
    """What the library must know of the form whose records are looked at."""
    info = module.vocabulary.forms[owner]
    return module.shared(
        record(
            form=text(owner),
            isAtVisit=truth(info.records in AT_VISITS),
            hasGate=truth(info.has_gate),
            collected=_collected(forms_at_row(node, module.vocabulary), module.vocabulary),
        )
    )


def _collected(forms: frozenset[str], vocabulary: Vocabulary) -> Source:
    """The visits at which the schedule has all the forms; null where that is any."""
    if not any(vocabulary.forms[form].visits for form in forms):
        return NULL
    named = dict.fromkeys(visit for form in sorted(forms) for visit in vocabulary.forms[form].visits)
    return array([text(visit) for visit in named if is_collected(forms, visit, vocabulary)])


def _where(node: Call, owner: str, module: Module) -> Source:
    condition = dict(node.named).get("where")
    return NULL if condition is None else module.source_of(condition, owner, module)


def _about_form(node: Call, form: str | None, module: Module) -> Source:
    owner = cast("Name", node.arguments[0]).word
    return module.call(node.function, _list(node, owner, module), _where(node, owner, module))


def _over_item(node: Call, form: str | None, module: Module) -> Source:
    item = cast("ItemRef", node.arguments[0])
    value = module.shared(record(item=text(item.item), node=module.item(item.form, item.item)))
    at_least = dict(node.named).get("at_least")
    least = NULL if at_least is None else Source(str(int(cast("Number", at_least).value)))
    return module.call(
        node.function, _list(node, item.form, module), value, _where(node, item.form, module), least
    )


def _days_covered(node: Call, form: str | None, module: Module) -> Source:
    owner = cast("ItemRef", node.arguments[0]).form
    ends = _arguments(node, owner, module)
    return module.call("daysCovered", _list(node, owner, module), *ends, _where(node, owner, module))


_Function = Callable[[Call, str | None, Module], Source]

_FUNCTIONS: Final[Mapping[str, _Function]] = MappingProxyType(
    {
        "missing": _missing,
        "known": _plain("known"),
        "count_missing": _plain("countMissing"),
        "sum_known": _plain("sumKnown"),
        "unknown": _unknown,
        "days": _passed,
        "months": _passed,
        "years": _passed,
        "earliest": _plain("earliest"),
        "latest": _plain("latest"),
        "least": _plain("least"),
        "greatest": _plain("greatest"),
        "abs": _plain("abs"),
        "round": _round,
        "band": _band,
        "upper_limit": _limit,
        "lower_limit": _limit,
        "expiry": _plain("expiry"),
        "at": _at,
        "baseline": _baseline,
        "previous": _previous,
        "last": _plain("last"),
        "change": _changed,
        "relative_change": _changed,
        "reduction": _changed,
        "any": _about_form,
        "none": _about_form,
        "every": _about_form,
        "count": _about_form,
        "sum": _over_item,
        "min": _over_item,
        "max": _over_item,
        "mean": _over_item,
        "days_covered": _days_covered,
    }
)

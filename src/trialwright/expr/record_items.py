"""The record engine reads one item: its value, or why there is none."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from trialwright.expr.answer import Need, NeedReason, Number
from trialwright.expr.context import Context
from trialwright.expr.reader import Known, NotAsked
from trialwright.expr.spans import Result, Unknown, day_of, whole
from trialwright.expr.vocabulary import ItemInfo, Vocabulary
from trialwright.values.dates import moment_of
from trialwright.values.datum import ItemType, Missing
from trialwright.values.numbers import parse_number

Where = tuple[str, int]  # visit and repeat


def read_item(form: str, item: str, context: Context) -> Result:
    """The value of form.item where we stand.

    Raises ValueError where the form has many rows and none is looked at, or no visit is asked.
    """
    visit, repeat = where_is(form, context)
    session = context.session
    state = session.reader.state(form, item, visit, repeat)
    if not isinstance(state, Known):
        reason: NeedReason = "not_asked" if isinstance(state, NotAsked) else "not_yet_entered"
        return Unknown((Need(form, item, visit, reason, "", repeat),))
    session.used.append(state.source)
    datum = state.datum
    if isinstance(datum, Missing):
        return Unknown((Need(form, item, visit, datum.reason, "", repeat),))
    info = session.vocabulary.forms[form].items[item]
    return _READERS[info.type](datum.text, info, session.vocabulary, (visit, repeat))


def where_is(form: str, context: Context) -> Where:
    """Visit and repeat of the record that form.item means where we stand."""
    row = context.row
    if row is not None and row.form == form:
        return row.visit, row.repeat
    records = context.session.vocabulary.forms[form].records
    if records == "participant":
        return "", 0
    if records == "visit" and context.visit is not None:
        return context.visit, 0
    raise ValueError(f"not a checked rule: {form} has no single record here")


@lru_cache(maxsize=4096)
def _number_of(text: str) -> Number:
    number = parse_number(text)
    if number is None:
        raise ValueError("a number's item holds a text that is no number")
    return whole(number)


def _number(text: str, info: ItemInfo, vocabulary: Vocabulary, where: Where) -> Result:
    if info.code_list is not None:
        code = vocabulary.code_lists[info.code_list].codes.get(text)
        if code is not None and code.is_unknown:
            return _unknown_code(info, where)
        if code is not None and code.number is not None:
            return whole(code.number)
    return _number_of(text)


def _unknown_code(info: ItemInfo, where: Where) -> Unknown:
    return Unknown((Need(info.form, info.item, where[0], "unknown_code", "", where[1]),))


def _code(text: str, info: ItemInfo, vocabulary: Vocabulary, where: Where) -> Result:
    codes = vocabulary.code_lists.get(info.code_list or "")
    code = codes.codes.get(text) if codes else None
    return _unknown_code(info, where) if code is not None and code.is_unknown else text


def _truth(text: str, info: ItemInfo, vocabulary: Vocabulary, where: Where) -> Result:
    return text == "true"


def _text(text: str, info: ItemInfo, vocabulary: Vocabulary, where: Where) -> Result:
    return text


def _date(text: str, info: ItemInfo, vocabulary: Vocabulary, where: Where) -> Result:
    if len(text) == 10:
        return day_of(text)
    return day_of(text, (Need(info.form, info.item, where[0], "partial_date", "", where[1]),))


def _moment(text: str, info: ItemInfo, vocabulary: Vocabulary, where: Where) -> Result:
    return moment_of(text)


_READERS: Final[Mapping[ItemType, Callable[[str, ItemInfo, Vocabulary, Where], Result]]] = MappingProxyType(
    {
        "text": _text,
        "integer": _number,
        "decimal": _number,
        "boolean": _truth,
        "code": _code,
        "date": _date,
        "partial_date": _date,
        "time": _text,
        "datetime": _moment,
    }
)

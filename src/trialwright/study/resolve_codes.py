"""Code lists: of the study, of its instruments, and those written inside an item."""

from collections.abc import Mapping
from fractions import Fraction

from trialwright.study.desk import Desk
from trialwright.study.files_forms import RawCode, RawCodeList
from trialwright.study.formats import read_band, read_number, read_truth
from trialwright.study.model import Code, CodeBand, CodeList
from trialwright.study.text import Text


def resolve_code_list(desk: Desk, name: str, raw: RawCodeList) -> CodeList:
    """A code list; scores and bands may name its own codes only."""
    scores = {key: text for key, text in raw.scores.items() if desk.known("code", key, raw.codes)}
    bands = [(key, text) for key, text in raw.bands.items() if desk.known("code", key, raw.codes)]
    _check_codes(desk, raw.codes)
    return CodeList(name, _codes(raw.codes, scores), tuple(_band(key, text) for key, text in bands))


def resolve_inline_codes(desk: Desk, name: str, codes: Mapping[Text, RawCode]) -> CodeList:
    _check_codes(desk, codes)
    return CodeList(name, _codes(codes, {}))


def _check_codes(desk: Desk, codes: Mapping[Text, RawCode]) -> None:
    """Two answers must not read the same."""
    by_label: dict[str, Text] = {}
    for code, raw in codes.items():
        first = by_label.setdefault(str(raw.label), code)
        if first != code:
            desk.report("answers-alike", raw.label, first=first, second=code, label=raw.label)


def number_of(code: Code) -> Fraction | None:
    """What a code counts as: its score, or the number that it is."""
    return code.score if code.score is not None else read_number(code.code)


def _codes(codes: Mapping[Text, RawCode], scores: Mapping[Text, Text]) -> tuple[Code, ...]:
    return tuple(
        Code(
            str(key),
            str(raw.label),
            read_truth(raw.unknown),
            read_number(scores[key]) if key in scores else None,
        )
        for key, raw in codes.items()
    )


def _band(code: Text, text: Text) -> CodeBand:
    lower, includes = read_band(text) or (Fraction(0), True)
    return CodeBand(lower, includes, str(code))

"""What does not agree, row by row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trialwright.store.messages import problem
from trialwright.store.rows import Row
from trialwright.values.problem import Problem


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that does not agree. key: "participant:p1 #7", "p1 / W16 / vitals / 0"."""

    table: str
    key: str
    problem: Problem

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def text(self) -> str:
        return self.problem.text


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of a table as they are and as they should be, by key, where the two differ. keys: how many columns."""

    table: str
    columns: tuple[str, ...]
    keys: int
    stored: Mapping[Row, Row]
    made: Mapping[Row, Row]


def compare(
    table: str, columns: tuple[str, ...], keys: int, stored: Iterable[Row], made: Iterable[Row]
) -> Difference | None:
    """None where the two agree to the last character."""
    are, should = set(stored), set(made)
    if are == should:
        return None
    extra = {row[:keys]: row for row in are - should}
    lacking = {row[:keys]: row for row in should - are}
    return Difference(table, columns, keys, extra, lacking)


def findings_of(difference: Difference) -> list[Finding]:
    found: list[Finding] = []
    for key in sorted({*difference.stored, *difference.made}, key=repr):
        stored, made = difference.stored.get(key), difference.made.get(key)
        if stored is None:
            found.append(finding(difference.table, key, "row-missing"))
        elif made is None:
            found.append(finding(difference.table, key, "row-extra"))
        else:
            pairs = zip(difference.columns, stored, made, strict=True)
            differing = ", ".join(name for name, are, should in pairs if are != should)
            found.append(finding(difference.table, key, "row-differs", columns=differing))
    return found


def finding(table: str, key: Row, code: str, *, columns: str = "") -> Finding:
    """key: the row's key; its first column is the study, which every row of a folder shares."""
    where = " / ".join(str(cell) for cell in key[1:])
    return Finding(table, where, problem(code, f"{table}: {where}", columns=columns))

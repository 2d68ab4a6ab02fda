"""Derived datasets as text: comma-separated values, and a list of all variables."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from trialwright.datasets.derived import Datasets, Derived

VARIABLES: Final = ("dataset", "variable", "label", "type", "rule")
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBERS: Final = ("number", "integer", "date")


def as_csv(derived: Derived) -> bytes:
    """One line a row, the first with the names; the events of SRC with blanks between."""
    kinds = [one.type in _NUMBERS for one in derived.variables]
    return csv_of(
        [one.id for one in derived.variables],
        (
            [csv_cell(value, is_number=kind) for value, kind in zip(row, kinds, strict=True)]
            for row in derived.frame.iter_rows()
        ),
    )


def variables_as_csv(datasets: Datasets) -> bytes:
    """What each variable of each dataset is, in their order."""
    rows = (
        [csv_cell(text) for text in (name, one.id, one.label, one.type, one.rule)]
        for name, derived in datasets.items()
        for one in derived.variables
    )
    return csv_of(VARIABLES, rows)


def csv_of(head: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """A file of these cells (RFC 4180), which a program that calculates opens as UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()  # without the mark Excel misreads what is not ASCII


def csv_cell(value: object, *, is_number: bool = False) -> str:
    """A list is written with blanks between. What a program that calculates might take for a formula begins with an
    apostrophe; a number is none, also below 0.

    Source: OWASP, CSV Injection.

    >>> csv_cell("-1+1"), csv_cell("-1.5", is_number=True), csv_cell([3, 4])
    ("'-1+1", '-1.5', '3 4')
    """
    if isinstance(value, tuple | list):
        return csv_cell(" ".join(map(str, value)))
    text = "" if value is None else str(value)
    return f"'{text}" if not is_number and text.startswith(FORMULA) else text

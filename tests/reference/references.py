"""What a statistic is compared with. Each test module of this folder lists its own; the page of statistics is made of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """One method and what stands beside it.

    method: as a statistician names it. function: its name in `trialwright.analysis`. formula: paper or book.
    compared_with: program and version with the file of its numbers, or the published table. tolerance: the largest
    absolute difference that the tests let pass; what else differs (a standard error, degrees of freedom) stands in `note`.
    """

    method: str
    function: str
    formula: str
    compared_with: str
    tolerance: float
    note: str = ""

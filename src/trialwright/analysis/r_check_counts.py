"""For the program in R: counts, proportions, limits and rates once more, from datasets, or from what the report itself tells.

Where a dataset has the values, R counts them; else it takes the counts of the report and computes what follows from them.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from trialwright.analysis.ard import POPULATIONS, Statistic
from trialwright.analysis.messages import QUADRANT_WORDS
from trialwright.analysis.r_text import INTERVALS, ROADS, r_text
from trialwright.analysis.variables import describe_variable
from trialwright.study.model import Analysis, Study

# What a proportion is of, in the order in which they are looked for.
COUNTS: Final = ("responders", "participants")
PER_YEARS: Final = 100
# Of rates and their limits by the times at risk, how R finds them from how many had the event and the years.
RATES: Final[Mapping[str, str]] = MappingProxyType(
    {"rate": "rate({x}, {years})", "rate_low": "rate_limits({x}, {years}, {level})[1]",
     "rate_high": "rate_limits({x}, {years}, {level})[2]"}
)  # fmt: skip
# Statistics that count the participants of their list.
HEADS: Final = frozenset(
    {"people", "participants", "undecided", "untold", "missing", "without", "not_assessed", "at_risk",
     "censored", "end_not_known", "enough", "imputed", "by_event", "not_imputed", "count"}
)  # fmt: skip


def number_of(one: Statistic) -> str:
    return f"number[[{r_text(one.id)}]]"


def follows(one: Statistic, beside: Mapping[str, Statistic]) -> str:
    """How R computes a proportion, a limit or a rate from the counts beside it; "" where it has no way."""
    if one.statistic in RATES and "years" in beside:
        parts = {"x": f"people_in({r_text(one.id)})", "years": number_of(beside["years"]), "level": one.level}
        return RATES[one.statistic].format(**parts)
    count = next((beside[name] for name in COUNTS if name in beside), None)
    if count is None or not one.n:
        return ""
    if one.statistic == "proportion" and one.method == "count":
        return f"{number_of(count)} / {one.n}"
    if one.statistic in ("low", "high") and one.method in INTERVALS:
        at = 1 if one.statistic == "low" else 2
        return f"{one.method}({number_of(count)}, {one.n}, {one.level!r})[{at}]"
    return ""


def is_head_count(one: Statistic) -> bool:
    """Whether a number is how many participants stand in its list; of a table of shifts each cell is one."""
    is_cell = one.statistic.count(".") == 2 or one.statistic.endswith(".n")
    is_of_set = one.analysis == POPULATIONS
    known = one.statistic in HEADS or one.statistic in QUADRANT_WORDS
    is_told = bool(one.participants) or not one.value  # a method may tell a count, and nobody of whom
    return is_told and one.method in ("count", "flow", "") and (known or is_cell or is_of_set)


# ---------------------------------------------------------------- from datasets


def described_road(study: Study, analysis: Analysis, flag: str, one: Statistic) -> str:
    """Of a table of characteristics: how R finds a number in the subject-level dataset; "" where it has no way.

    flag: of the population, as in "ADSL$FASFL".
    """
    subjects, _, column = flag.partition("$")
    if analysis.method != "characteristics" or one.group or analysis.flags or analysis.dataset != subjects:
        return ""
    if one.statistic == "people":
        return f'sum({flag} %in% "Y")'
    described = describe_variable(study, subjects, one.parameter)
    empty = r_text("N") if described is not None and described.is_flag else "NA"
    told = f"column({subjects}, {r_text(column)}, {r_text(one.parameter)}, {empty})"
    if one.statistic == "missing":
        return f"sum(is.na({told}))"
    if one.statistic == "count":
        return f"sum({told} %in% {r_text(one.category[0])})"
    return ROADS[one.statistic].replace("(v", f"(numbers({told})") if one.statistic in ROADS else ""


def occurrence_road(study: Study, analysis: Analysis, flag: str, one: Statistic) -> str:
    """Of a table of occurrences: how R finds participants or records in the dataset of the analysis; "" where not."""
    name, is_nested = analysis.dataset or "", analysis.method == "occurrences"
    is_other = analysis.method not in ("occurrences", "occurrence_overview") or bool(one.group)
    if is_other or one.statistic not in ("participants", "events"):
        return ""
    wanted = conditions(study, analysis, one, is_nested=is_nested)
    if wanted is None:
        return ""
    subjects, _, column = flag.partition("$")
    flags = [(one, "Y", False) for one in analysis.flags]
    rows = f"occurring({name}, {subjects}, {r_text(column)}, list({', '.join(map(condition, (*flags, *wanted)))}))"
    return f"nrow({rows})" if one.statistic == "events" else f"length(unique({rows}$SRCSTRM))"


Wanted = tuple[str, str, bool]  # a variable, what stands in it, and whether nothing there is N


def conditions(
    study: Study, analysis: Analysis, one: Statistic, *, is_nested: bool
) -> Sequence[Wanted] | None:
    """What must stand in the variables of a record to be counted; None of each participant's worst."""
    if not one.parameter:
        return ()
    names = analysis.variables[: len(one.category)] if is_nested else (one.parameter,)
    if one.parameter == analysis.options.get("worst"):
        return None
    described = [describe_variable(study, analysis.dataset or "", name) for name in names]
    flags = [bool(each and each.is_flag) for each in described]
    return tuple(zip(names, one.category or ("Y",), flags, strict=True))


def condition(wanted: Wanted) -> str:
    name, text, is_flag = wanted
    return f"c({r_text(name)}, {r_text(text)}, {r_text('N' if is_flag else '')})"

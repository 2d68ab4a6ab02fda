"""Laws of the analysis datasets, whatever was collected on whatever days."""

from collections import Counter
from fractions import Fraction

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.spec.analysis_data import Told, make_person, tell
from tests.spec.derived_study import derived_study

from trialwright.datasets.derive import derive_datasets
from trialwright.datasets.derived import Datasets
from trialwright.datasets.frames import frames

STUDY = derived_study()
WINDOWS = {
    "Week 12": (79, 99, 85),
    "Week 16": (100, 126, 113),
    "Week 34": (177, 302, 239),
    "Week 52": (303, 379, 365),
}
SCORES = st.decimals("0.0", "30.0", places=1).map(str)


@st.composite
def people(draw: st.DrawFn) -> list[Told]:
    """One to four participants; planned visits near their day or not at all, unscheduled ones on any day; each day once,
    for two visits of one day would be one visit."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        planned = draw(st.lists(st.sampled_from(["W12", "W16", "W34", "W52"]), unique=True))
        days = draw(
            st.lists(st.integers(2, 380), min_size=len(planned) + 3, max_size=len(planned) + 3, unique=True)
        )
        keys = [*planned, *(f"UNS_{extra}" for extra in range(1, draw(st.integers(0, 3)) + 1))]
        scores = {key: (day, draw(SCORES)) for key, day in zip(keys, days, strict=False)}
        stopped = draw(
            st.none() | st.tuples(st.sampled_from(["harm", "moved", "death"]), st.integers(2, 380))
        )
        found.append(tell(f"{number:02}", draw(SCORES), dosed=draw(st.booleans()), stopped=stopped, **scores))
    return found


def derive(told: list[Told]) -> Datasets:
    books = [make_person(STUDY, one)[0] for one in told]
    return derive_datasets(STUDY, frames(STUDY, books))


@settings(deadline=None, max_examples=40)
@given(people(), st.randoms(use_true_random=False))
def test_the_order_of_participants_changes_nothing(told, rng) -> None:
    shuffled = list(told)
    rng.shuffle(shuffled)
    first, second = derive(told), derive(shuffled)
    for name, one in first.items():
        assert one.frame.equals(second[name].frame), name


@settings(deadline=None, max_examples=60)
@given(people())
def test_rows_of_values(told) -> None:
    """A window holds the day; of each window one value stands for the visit, and it is the nearest, the earlier of two;
    a change is the value less the baseline; every event behind a row is one of its participant."""
    made = derive(told)["ADSCORE"].frame
    last = {f"p{one.code}": len(make_person(STUDY, one)[1]) for one in told}
    score = made.filter(pl.col("PARAMCD") == "SCORE")
    chosen: Counter[tuple[str, str]] = Counter()
    for row in score.to_dicts():
        who, visit = row["SRCSTRM"], row["AVISIT"]
        assert row["SRC"] and all(1 <= number <= last[who] for number in row["SRC"])
        if row["BASE"] is not None and row["CHG"] is not None:
            assert abs(
                Fraction(str(row["CHG"])) - Fraction(str(row["AVAL"])) + Fraction(str(row["BASE"]))
            ) < Fraction(1, 10**9)
        if row["ABLFL"] == "Y":
            assert (row["CHG"] or 0) == 0 and row["BASE"] == row["AVAL"]
        if visit not in WINDOWS:
            continue
        low, high, target = WINDOWS[visit]
        assert low <= row["ADY"] <= high
        chosen[who, visit] += row["ANL01FL"] == "Y"
        if row["ANL01FL"] == "Y":
            mates = score.filter((pl.col("SRCSTRM") == who) & (pl.col("AVISIT") == visit))["ADY"].to_list()
            assert row["ADY"] == min(mates, key=lambda day: (abs(day - target), day))
    assert set(chosen.values()) <= {1}


@settings(deadline=None, max_examples=40)
@given(people())
def test_what_counts_for_an_estimand_is_one_row_a_participant_and_visit(told) -> None:
    """Every window has ended, so that every member of the population has each visit: observed, or a row that says why."""
    made = derive(told)
    counted = made["ADSCORE"].frame.filter((pl.col("PARAMCD") == "SCORE90") & (pl.col("ANL02FL") == "Y"))
    members = set(made["ADSL"].frame.filter(pl.col("FASFL") == "Y")["SUBJID"])
    rows = Counter(counted.select("SUBJID", "AVISIT").rows())

    assert set(rows.values()) <= {1}
    assert {who for who, _ in rows} <= members
    assert members <= {who for who, visit in rows if visit == "Week 16"}
    imputed = counted.filter(pl.col("DTYPE").is_not_null())
    assert imputed["IMPREAS"].null_count() == 0
    assert set(imputed["AVALC"]) <= {"N"}  # none is counted as a response that was not seen

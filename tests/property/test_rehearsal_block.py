"""A rehearsal block may say anything: what is wrong is said before anybody walks, and the rest walks to its end."""

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.thorough import IS_THOROUGH

from trialwright.cli.files import read_library, read_study_folder
from trialwright.simulate.block import Rehearsal
from trialwright.simulate.memory import MemoryDoor
from trialwright.simulate.read import read_rehearsal
from trialwright.simulate.run import Plan, Rehearsing
from trialwright.simulate.tree import Branch
from trialwright.study.load import load
from trialwright.study.model import Study

SECOND = Path(__file__).parents[1] / "studies" / "migraine"
Path_ = tuple[str | int, ...]
ODD: list[Branch] = [
    "", "0", "-1", "nan", "inf", "1e400", "0.5", "zz", "true", "99:99", "2025-02-30",
    (), ("1",), ("9", "2"), ("a", "b"), {}, {"a": "b"},
]  # fmt: skip


@cache
def study() -> Study:
    loaded = load(read_study_folder(SECOND), read_library()).study
    assert loaded is not None
    return loaded


def places(branch: Branch, path: Path_ = ()) -> Iterator[Path_]:
    """Every place of the tree but its root."""
    if path:
        yield path
    if isinstance(branch, tuple):
        for index, part in enumerate(branch):
            yield from places(part, (*path, index))
    elif not isinstance(branch, str):
        for key, part in branch.items():
            yield from places(part, (*path, key))


def put(branch: Branch, path: Path_, odd: Branch) -> Branch:
    if not path:
        return odd
    here, rest = path[0], path[1:]
    if isinstance(branch, tuple):
        return tuple(put(part, rest, odd) if at == here else part for at, part in enumerate(branch))
    assert not isinstance(branch, str)
    return {key: put(part, rest, odd) if key == here else part for key, part in branch.items()}


@pytest.mark.slow
@settings(max_examples=100 if IS_THOROUGH else 30, deadline=None)
@given(data=st.data(), odd=st.sampled_from(ODD))
def test_anything_is_read_or_said(data: st.DataObject, odd: Branch) -> None:
    place = data.draw(st.sampled_from(list(places(study().rehearsal))))
    altered = replace(study(), rehearsal=put(study().rehearsal, place, odd))  # type: ignore[arg-type]  # still a tree
    block = read_rehearsal(altered)

    if isinstance(block, Rehearsal):
        zones = {site.id: ZoneInfo(site.timezone) for site in altered.sites.values()}
        tally = Rehearsing(altered, block, MemoryDoor(altered, random.Random(1)), zones, Plan(1, 1)).run()
        assert tally.counts["screened"] >= 1
    else:
        assert all(found.where.startswith("rehearsal") for found in block)


@pytest.mark.parametrize(
    ("place", "odd"),
    [
        (("clock", "visits_between"), ("8h", "17:00")),
        (("clock", "visits_between"), ("17:00", "08:00")),
        (("clock", "minutes_between_forms"), ("6", "1")),
        (("recruitment", "screened_per_week"), "0"),
        (("recruitment", "sites"), {"10": "0"}),
        (("recruitment", "enrolled"), "1.5"),
        (("recruitment", "days_to_enrolment"), "soon"),
        (("queries", "answered_after_days"), {"integer": ("9", "2")}),
        (("forms", "demography", "items", "sex"), {"choice": {"female": "0"}}),
        (("forms", "demography", "items", "height", "decimals"), "-1"),
        (("course", "half_life_days"), {"lognormal": ("14", "inf")}),
    ],
)
def test_what_could_only_fail_later_is_said_at_once(place: Path_, odd: Branch) -> None:
    block = read_rehearsal(replace(study(), rehearsal=put(study().rehearsal, place, odd)))  # type: ignore[arg-type]  # still a tree

    assert isinstance(block, tuple)
    assert [found.code for found in block] == ["rehearsal-shape"]
    assert block[0].where.startswith(f"rehearsal.{place[0]}.{place[1]}")

"""The results dataset: every number of the pages once, under an id that stays, and back from its files unchanged."""

import csv
import io
import json
import os
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest
from tests.spec.analysis_data import TWO_ARMS, day, make_person, make_study, tell
from tests.spec.test_analysis_run import PEOPLE

from trialwright.analysis.ard import Contribution, ResultsDataset, Statistic, statistics_of
from trialwright.analysis.ard_files import (
    read_results_json,
    write_lists_csv,
    write_results_csv,
    write_results_json,
)
from trialwright.analysis.ars import write_ars
from trialwright.analysis.page import Person, Provenance, Report
from trialwright.analysis.report import make_dataset
from trialwright.analysis.results import AnalysisResult, Record, Results, Row
from trialwright.analysis.run import run
from trialwright.datasets.frames import frames
from trialwright.datasets.written import csv_cell

MADE = Provenance("2027-03-17T08:00:00.000000Z", "ab" * 32, "0.1.0")
SCHEMA = "cdisc/ars/project/jsonschema/ars_ldm.schema.json"


def made(*people, study=None, cut=None) -> tuple[Results, ResultsDataset]:
    study = study or make_study()
    records = {
        book.participant: Person(book, events) for book, events in (make_person(study, one) for one in people)
    }
    books = {name: person.book for name, person in records.items()}
    results = run(study, frames(study, books.values()), rehearsal=True, books=books, cut=cut)
    return results, make_dataset(Report(study, results, records, MADE))


@pytest.fixture(scope="module")
def both() -> tuple[Results, ResultsDataset]:
    return made(*PEOPLE)


def test_every_estimate_stands_in_it_number_by_number(both):
    results, dataset = both
    for one in results.estimates():
        found = {
            name: dataset.by_id[f"{one.analysis_id}:{name}"].value
            for name in ("responders", "n", "proportion", "low", "high")
        }
        assert tuple(found.values()) == (one.responders, one.n, one.estimate, one.low, one.high)


def test_every_row_point_and_box_stands_in_it(both):
    results, dataset = both
    rows = sum(len(one.rows) for one in results.analyses)
    summaries = [one for one in dataset.statistics if one.statistic in ("median", "q1", "q3", "min", "max")]
    points = [one for one in dataset.statistics if one.statistic == "value"]
    boxes = [one for one in dataset.statistics if one.method == "flow"]

    assert rows > len(summaries) > 0
    assert len(points) == sum(len(one.points) for one in results.analyses)
    assert len(boxes) == sum(1 + len(box.lines) for box in results.flow)


def test_rows_of_an_estimate_that_counts_nobody_stand_in_it_too(both):
    """A method that estimates a mean binds its rows by an estimate and has no counts to give."""
    row = Row("mean", "Mean", "", "score", "W16", "mean", 1.5, "mmrm", 0.95, 7, None, ("p01",), "mean.W16")
    other = replace(row, statistic="low", value=None)
    results = replace(both[0], analyses=(AnalysisResult("mean", "Mean", "mmrm", (), (row, other)),))

    found = {one.id: one for one in statistics_of(results) if one.analysis == "mean"}
    assert list(found) == ["mean.W16:mean", "mean.W16:low"]
    mean = found["mean.W16:mean"]
    assert (mean.value, mean.estimate, mean.method, mean.n) == (1.5, "mean.W16", "mmrm", 7)
    assert found["mean.W16:low"].lacking == "nobody"


def test_a_count_has_as_many_participants(both):
    for one in both[1].statistics:
        if one.statistic in ("responders", "n", "count", "undecided") and one.value is not None:
            assert len(one.participants) == one.value, one.id


def test_outcomes_of_an_estimate_add_up(both):
    for estimate in {one.estimate for one in both[1].statistics if one.estimate}:
        parts = {one.statistic: one.value for one in both[1].statistics if one.estimate == estimate}
        came = {name: value for name, value in parts.items() if "." in name}
        assert sum(value for name, value in came.items() if name.startswith("event.")) == parts["responders"]
        assert sum(n for name, n in came.items() if name.startswith(("event.", "no_event."))) == parts["n"]


def test_a_contribution_names_the_events_it_rests_on(both):
    seen = [one for one in both[1].contributions if one.estimate == "primary" and one.why == "observed"]

    assert seen
    assert all(one.events and one.events[0].startswith(f"{one.participant}:") for one in seen)


def test_ids_do_not_depend_on_the_order_of_the_people(both):
    _, other = made(*reversed(PEOPLE))
    shared = {one.id for one in both[1].statistics if one.statistic != "value"}

    assert shared == {one.id for one in other.statistics if one.statistic != "value"}


def test_two_rows_of_one_id_are_refused(both):
    dataset = both[1]

    with pytest.raises(ValueError, match=r"more than one result has the id primary:n"):
        replace(dataset, statistics=(*dataset.statistics, dataset.by_id["primary:n"]))


def test_who_is_not_yet_decided_leaves_no_estimate():
    _, dataset = made(tell("01", "10"), tell("02", "10", W16="0"), cut=day(100))
    proportion = dataset.by_id["primary:proportion"]

    assert (proportion.value, proportion.lacking) == (None, "undecided")
    assert dataset.by_id["primary:undecided"].value == 1


def test_nobody_counted_is_said():
    _, dataset = made(tell("01", "10", dosed=False))

    assert dataset.by_id["primary:proportion"].lacking == "nobody"


def test_each_arm_has_its_own_rows():
    _, dataset = made(tell("01", "10", W16="0"), study=make_study(arms=TWO_ARMS))

    assert {one.group for one in dataset.of("primary")} == {"A", "B"}
    assert {"primary.A", "primary.B"} <= set(dataset.estimates("primary"))


# ---------------------------------------------------------------- files


def test_json_reads_back_to_the_same_dataset(both):
    dataset = both[1]
    written = write_results_json(dataset)

    assert read_results_json(written) == dataset
    assert write_results_json(read_results_json(written)) == written


def test_a_count_of_nobody_reads_back_as_0():
    _, dataset = made(tell("01", "10", dosed=False))
    nobody = [one for one in dataset.statistics if one.n == one.value == 0]
    written = {row["id"]: row for row in json.loads(write_results_json(dataset))["results"]}

    assert nobody
    for one in nobody:
        assert (written[one.id]["value"], written[one.id]["number"], written[one.id]["n"]) == ("0", 0, 0)
    assert read_results_json(write_results_json(dataset)) == dataset


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_a_method_finds_no_number_for_has_no_value_and_says_so(both, value):
    results = both[0]
    (course,) = (one for one in results.analyses if one.method == "by_visit")
    (first, *_) = course.rows
    broken = replace(course, rows=(replace(first, value=value),), points=())
    (found,) = (
        one for one in statistics_of(replace(results, analyses=(broken,))) if one.analysis == course.id
    )
    dataset = replace(both[1], statistics=(found,), contributions=())

    assert (found.value, found.lacking) == (None, "not_estimable")
    assert read_results_json(write_results_json(dataset)) == dataset


def test_no_file_of_results_has_a_number_that_json_has_not(both):
    one = replace(both[1].by_id["primary:p_value"], value=float("nan"))

    with pytest.raises(ValueError, match="JSON"):
        write_results_json(replace(both[1], statistics=(one,), contributions=()))


def test_what_the_analyses_object_to_reads_back():
    _, dataset = made(tell("01", "10"), tell("02", "10", W16="0"), cut=day(100))

    assert read_results_json(write_results_json(dataset)).problems == dataset.problems != ()


NUMBERS = [(Fraction(72, 10), "7.2"), (Fraction(1, 3), "1/3"), (Fraction(5), "5")]


@pytest.mark.parametrize(("value", "text"), NUMBERS)
def test_a_single_value_is_written_exactly(both, value, text):
    one = Statistic("a/b:value", "a", "value", value)
    dataset = replace(both[1], statistics=(one,), contributions=())
    written = write_results_json(dataset)

    assert json.loads(written)["results"][0]["value"] == text
    assert read_results_json(written).by_id["a/b:value"].value == value


@pytest.mark.parametrize("content", [b"{}", b"[]", b'{"format": "another"}', b"no json"])
def test_what_is_no_dataset_is_refused(content):
    with pytest.raises(ValueError):
        read_results_json(content)


def test_csv_has_a_line_for_every_statistic(both):
    content = write_results_csv(both[1])
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))

    assert [row["id"] for row in rows] == [one.id for one in both[1].statistics]
    (found,) = (row for row in rows if row["id"] == "primary:proportion")
    assert float(found["number"]) == both[1].by_id["primary:proportion"].value
    lists = list(csv.DictReader(io.StringIO(write_lists_csv(both[1]).decode("utf-8-sig"))))
    people = [row["participant"] for row in lists if row["list"] == found["participants"]]
    assert people == list(both[1].by_id["primary:proportion"].participants)
    single = next(one for one in both[1].statistics if one.events)
    (line,) = (row for row in rows if row["id"] == single.id)
    events = [
        f"{row['participant']}:{number}"
        for row in lists
        if row["list"] == line["events"]
        for number in row["events"].split()
    ]
    assert events == list(single.events)


def test_a_number_and_a_message_have_keys_of_their_own(both):
    """What reads a column of numbers meets a number or nothing; why there is nothing stands elsewhere."""
    none = Statistic("a:low", "a", "low", None, "not_estimable")
    dataset = replace(both[1], statistics=(*both[1].statistics, none))
    written = write_results_json(dataset)
    rows = json.loads(written)["results"]

    assert (rows[-1]["value"], rows[-1]["number"], rows[-1]["lacking"]) == (None, None, "not_estimable")
    assert all(isinstance(row["number"], int | float | None) for row in rows)
    assert all((row["value"] is None) == (row["number"] is None) == ("lacking" in row) for row in rows)
    assert read_results_json(written) == dataset


def test_events_are_the_number_of_a_list_in_every_row(both):
    record = Record("a", "p1", 1, "", (("AVAL", "3"),), ("p1:3", "p1:4"))
    dataset = replace(both[1], records=(record,))
    written = json.loads(write_results_json(dataset))
    (row,) = written["records"]

    assert written["sources"][row["events"] - 1] == ["p1:3,4"]
    assert read_results_json(json.dumps(written).encode()) == dataset
    row["events"] = ["p1:3", "p1:4"]  # as older files have them
    assert read_results_json(json.dumps(written).encode()) == dataset


def test_every_key_of_the_file_is_told_in_its_page(both):
    page = (Path(__file__).parents[2] / "docs/reference/results-file.md").read_text("utf-8")
    dataset = replace(both[1], records=(Record("a", "p1", 1, "A", (("AVAL", "3"),), ("p1:3",)),))
    whole = json.loads(write_results_json(dataset))
    keys = {
        *whole,
        *whole["conduct"],
        *(one.name for kind in (Statistic, Contribution, Record) for one in fields(kind)),
    }

    assert {one for one in keys if f"`{one}`" not in page} == set()
    for part in ("results", "contributions", "records"):
        assert {one for row in whole[part] for one in row if f"`{one}`" not in page} == set()


def test_a_list_stands_once(both):
    found = json.loads(write_results_json(both[1]))
    assert len({tuple(one) for one in found["people"]}) == len(found["people"])
    assert len({tuple(one) for one in found["sources"]}) == len(found["sources"])
    assert {row["participants"] for row in found["results"] if "participants" in row} <= set(
        range(1, len(found["people"]) + 1)
    )


def test_no_cell_is_a_formula():
    for text in ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1"):
        assert csv_cell(text) == f"'{text}"
    assert csv_cell(("-1+1", "b")) == "'-1+1 b"
    assert csv_cell(-1.5, is_number=True) == "-1.5"
    assert csv_cell(None) == ""


def test_a_label_is_guarded_in_the_file_and_a_number_below_0_is_not(both):
    one = Statistic("a/b:value", "a", "value", Fraction(-3, 2), label="-1+1", participants=("-p",), day=-5)
    dataset = replace(both[1], statistics=(one,))
    (row,) = csv.DictReader(io.StringIO(write_results_csv(dataset).decode("utf-8-sig")))
    (who,) = csv.DictReader(io.StringIO(write_lists_csv(dataset).decode("utf-8-sig")))

    assert (row["label"], row["participants"]) == ("'-1+1", "P1")
    assert (who["list"], who["participant"]) == ("P1", "'-p")
    assert (row["value"], row["number"], row["day"]) == ("-1.5", "-1.5", "-5")


# ---------------------------------------------------------------- CDISC ARS


@pytest.mark.skipif(
    "TRIALWRIGHT_TEST_DATA" not in os.environ, reason="TRIALWRIGHT_TEST_DATA names no folder with CDISC ARS"
)
@pytest.mark.parametrize("people", [PEOPLE, (tell("01", "10"),)])
def test_ars_holds_to_its_schema(people):
    study = make_study()
    _, dataset = made(*people, cut=day(100))
    schema = json.loads((Path(os.environ["TRIALWRIGHT_TEST_DATA"]) / SCHEMA).read_text("utf-8"))

    jsonschema.validate(json.loads(write_ars(study, dataset)), schema)


def test_ars_has_every_result_of_every_analysis(both):
    study, dataset = make_study(), both[1]
    event = json.loads(write_ars(study, dataset))
    sets, operations = (
        {one["id"] for one in event["analysisSets"]},
        {op["id"] for method in event["methods"] for op in method["operations"]},
    )

    for one in event["analyses"]:
        expected = [row for row in dataset.of(one["id"]) if row.statistic != "value"]
        assert len(one["results"]) == len(expected)
        assert {result["operationId"] for result in one["results"]} <= operations
        assert one.get("analysisSetId") in {*sets, None}
    primary = next(one for one in event["analyses"] if one["id"] == "primary")
    assert primary["purpose"] == {"controlledTerm": "PRIMARY OUTCOME MEASURE"}
    raw = {result["operationId"]: result["rawValue"] for result in primary["results"][:2]}
    assert raw["one_proportion.n"] == str(dataset.by_id["primary:n"].value)

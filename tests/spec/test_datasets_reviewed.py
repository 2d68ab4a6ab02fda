"""Decisions of the data review in the datasets: classes of deviations, and who is in an analysis set."""

from datetime import date

import polars as pl
from tests.spec.analysis_data import tell
from tests.spec.derived_study import derived_study, lines
from tests.spec.reviewed import books_of, classed, decided, reviewed

from trialwright.analysis.behind import population_events
from trialwright.analysis.run import run
from trialwright.analysis.trial import make_trial
from trialwright.datasets.derive import derive_datasets
from trialwright.datasets.derived import Datasets
from trialwright.datasets.frames import frames
from trialwright.datasets.work import Cut, make_cut
from trialwright.ledger.deviations import deviations

STUDY = derived_study()
HIGH = tell("01", "10.0", W12="0.5", W16="21.0")
RESPONDER = tell("02", "10.0", W16="0.5")


def made(*people) -> Datasets:
    return derive_datasets(STUDY, frames(STUDY, books_of(people).values()))


def cut_of(*people) -> Cut:
    return make_cut(STUDY, frames(STUDY, books_of(people).values()), None)


def is_in(cut: Cut, population: str) -> dict[str, bool | None]:
    return dict(cut.membership(population).iter_rows())


# ------------------------------------------------------------------ classes


def test_a_deviation_carries_the_class_that_was_decided_last_and_its_event() -> None:
    acts = (
        classed("high", "W16", "important"),
        classed("high", "W16", "not_important"),
        classed("high", "SCR", "important"),
        classed("low", "W12", "important"),  # a query, which no command would have let through
    )
    person = reviewed(STUDY, HIGH, *acts)
    frame = made(person)["ADDV"].frame
    assert lines(frame, "DVCD", "DVCLASS", "VISIT") == [
        "high | Important | Screening",
        "high | Not important | Week 16",
    ]
    screening, week_16 = frame["SRC"].to_list()
    last = len(person.events)
    assert (last - 1 in screening, last - 2 in week_16, last - 3 in week_16) == (True, True, False)
    assert len(week_16) > 1


def test_what_nobody_decided_on_has_no_class() -> None:
    person = reviewed(
        STUDY, HIGH, classed("high", "W16", "important"), classed("high", "SCR", "important", form="dose")
    )
    assert made(person)["ADDV"].frame["DVCLASS"].to_list() == [None, "Important"]


def test_what_the_ledger_lets_be_classed_are_the_rows_of_the_dataset() -> None:
    people = [reviewed(STUDY, one) for one in (HIGH, RESPONDER, tell("03", "30.0", W12="31.0"))]
    frame = made(*people)["ADDV"].frame
    labels = {visit.label: name for name, visit in STUDY.visits.items()}
    rows = {
        (who, check, labels[visit])
        for who, check, visit in frame.select("SRCSTRM", "DVCD", "VISIT").iter_rows()
    }
    found = {
        (one.book.participant, each.check.id, each.visit) for one in people for each in deviations(one.book)
    }
    assert rows == found != set()


# ------------------------------------------------------------------ sets


def test_a_decision_goes_before_the_rule_of_a_set_until_it_is_withdrawn() -> None:
    out = reviewed(STUDY, HIGH, decided("full", False))
    back = reviewed(STUDY, RESPONDER, decided("full", False), decided("full", None))
    never = reviewed(STUDY, tell("03", "10.0", dosed=False), decided("full", True))
    assert is_in(cut_of(out, back, never), "full") == {"p01": False, "p02": True, "p03": True}


def test_nobody_is_in_a_set_within_another_in_which_they_are_not() -> None:
    """Put into the responders by a decision, and out of the set around them by another."""
    put_in = reviewed(STUDY, HIGH, decided("responders", True))
    both = reviewed(STUDY, RESPONDER, decided("full", False), decided("responders", True))
    cut = cut_of(put_in, both)
    assert is_in(cut, "responders") == {"p01": True, "p02": False}
    assert cut.members_of("responders").to_list() == ["p01"]
    assert dict(cut.by_rule("responders").iter_rows()) == {"p01": False, "p02": True}


def test_the_flags_of_the_subject_level_follow_and_name_the_events() -> None:
    put_in = reviewed(STUDY, HIGH, decided("responders", True))
    out = reviewed(STUDY, RESPONDER, decided("full", False))
    frame = made(put_in, out)["ADSL"].frame
    assert lines(frame, "SUBJID", "FASFL", "RESPFL") == ["01 | Y | Y", "02 | N | ."]
    sources = dict(frame.select("SUBJID", "SRC").iter_rows())
    assert (len(put_in.events) in sources["01"], len(out.events) in sources["02"]) == (True, True)


def test_rows_of_who_was_put_out_are_left_out_of_the_datasets_of_the_set() -> None:
    people = reviewed(STUDY, HIGH, decided("full", False)), reviewed(STUDY, RESPONDER)
    assert made(*people)["ADDOSE"].frame["SRCSTRM"].unique().to_list() == ["p02"]


def test_the_events_behind_a_set_name_the_decision() -> None:
    person = reviewed(STUDY, HIGH, decided("full", True), decided("responders", True))
    books = books_of([person])
    trial = make_trial(STUDY, frames(STUDY, books.values()), {}, None)
    last = len(person.events)
    assert population_events(trial)["full"] == (f"p01:{last - 1}",)
    assert population_events(trial)["responders"] == (f"p01:{last - 1}", f"p01:{last}")
    results = run(STUDY, frames(STUDY, books.values()), rehearsal=True, books=books)
    (box,) = (one for one in results.flow if one.id == "set-full")
    assert f"p01:{last - 1}" in box.events


def test_who_was_decided_on_does_not_wait_for_a_set_any_more() -> None:
    """Week 16 is to come: nobody can be told to be a responder yet, but of whom it was decided."""
    people = [reviewed(STUDY, tell(f"0{one}", "10.0"), *acts) for one, acts in enumerate((
        (), (decided("responders", False),), (decided("responders", True),), (decided("full", False),)
    ))]  # fmt: skip
    books = books_of(people)
    cut = max(event.envelope.site_date for one in people[:1] for event in one.events)
    trial = make_trial(STUDY, frames(STUDY, books.values()), {}, date.fromisoformat(cut))
    assert trial.waiting("responders") == frozenset({"p00"})
    assert trial.members("responders") == ("p02",)


def test_of_whom_it_was_decided_it_is_not_said_that_they_cannot_be_told() -> None:
    undated = tell("01", "10.0", dosed=False)
    acts = {"open": (), "decided": (decided("full", False),)}
    said = {}
    for name, chosen in acts.items():
        person = reviewed(STUDY, undated, *chosen)
        cut = make_cut(STUDY, frames(STUDY, [person.book]), None)
        said[name] = cut.membership("full")["is_in"].to_list()
    assert said["decided"] == [False]


def test_results_tell_what_the_rule_says_of_whom_it_was_decided_otherwise() -> None:
    people = (
        reviewed(STUDY, HIGH, decided("full", False), decided("nothing_known", True)),
        reviewed(STUDY, RESPONDER),
    )
    books = books_of(people)
    results = run(STUDY, frames(STUDY, books.values()), rehearsal=True, books=books)
    assert results.by_rule == {("full", "p01"): True}
    assert results.populations["full"] == ("p02",)


def test_the_tables_hold_the_decisions() -> None:
    person = reviewed(
        STUDY, HIGH, decided("full", False), decided("full", None), classed("high", "SCR", "important")
    )
    tables = frames(STUDY, [person.book])
    last = len(person.events)
    assert tables.sets.rows() == [("p01", "full", None, last - 1)]
    assert tables.classes.rows() == [("p01", "SCR", 0, "score", "high", "important", last)]
    assert tables.classes.schema["event"] == tables.sets.schema["event"] == pl.Int64()

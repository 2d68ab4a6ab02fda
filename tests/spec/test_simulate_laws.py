"""A life does not contradict itself: laws that hold of every virtual participant of a rehearsal of the reference study.

More happens here than in the study's own block, so that each law meets cases; the block is else as it is.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from tests.untraced import untraced

from trialwright.cli.files import read_library, read_study_folder
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.reader import CasebookReader
from trialwright.simulate.block import Rehearsal
from trialwright.simulate.memory import MemoryDoor
from trialwright.simulate.read import read_rehearsal
from trialwright.simulate.run import Plan, Rehearsing
from trialwright.simulate.summary import findings
from trialwright.study.load import load
from trialwright.values.datum import Value

pytestmark = pytest.mark.unmeasured

STUDY = Path(__file__).parents[2] / "studies" / "nct06374979"
OFTEN = {
    "pneumonia": 100.0, "injection_site": 3.0, "fever_cold": 4.0, "candida": 8.0, "urticaria": 4.0
}  # fmt: skip
SIDES: tuple[Literal["low", "high"], ...] = ("low", "high")
Row = Mapping[str, str]
Case = tuple[bool, str]  # whether the law holds there, and where


@dataclass(frozen=True)
class Told:
    """An entry of the diary. on: the day on which it was written."""

    form: str
    day: str
    on: str
    row: Row


@dataclass(frozen=True)
class Life:
    """What a casebook says at its end: texts of records by form, each with its place."""

    code: str
    forms: Mapping[str, Mapping[tuple[str, int], Row]]
    limits: Mapping[tuple[str, str], float]  # of normal, by item and side
    told: tuple[Told, ...] = ()  # what was taken of the diary, in the order of its days

    def rows(self, form: str) -> list[Row]:
        """Records of a form, without gates."""
        return [row for (_, repeat), row in self.forms.get(form, {}).items() if repeat > 0]

    def one(self, form: str) -> Row:
        return self.forms.get(form, {}).get(("", 0), {})

    def visits(self, form: str) -> Iterator[tuple[str, Row]]:
        """Records by visit, in the order of their days."""
        days = {key: row.get("date", "") for (key, _), row in self.forms["visit"].items()}
        records = [(key, row) for (key, _), row in self.forms.get(form, {}).items()]
        yield from sorted(records, key=lambda one: days[one[0]])

    def day(self, visit: str) -> str:
        return self.forms["visit"][visit, 0]["date"]

    def doses(self) -> list[str]:
        return sorted(row["date"] for _, row in self.visits("dose") if row.get("given") == "true")


def life_of(book: Casebook) -> Life:
    forms: dict[str, dict[tuple[str, int], Row]] = {}
    for (visit, form, repeat), record in book.records.items():
        texts = {item: one.datum.text for item, one in record.items.items() if isinstance(one.datum, Value)}
        forms.setdefault(form, {})[visit, repeat] = texts
    reader = CasebookReader(book)
    limits = {
        (item, side): float(reader.limit("labs", item, side) or 0)
        for item in ("alt", "neutrophils")
        for side in SIDES
    }
    return Life(book.code, forms, limits, told_by(book))


def told_by(book: Casebook) -> tuple[Told, ...]:
    entries = [entry for entry in book.entries.values() if not entry.is_kept_aside]
    told = (
        Told(
            entry.form,
            entry.day,
            entry.entered[:10],
            {item: one.text for item, one in entry.items.items() if isinstance(one, Value)},
        )
        for entry in entries
    )
    return tuple(sorted(told, key=lambda one: one.on))


def lively(block: Rehearsal) -> Rehearsal:
    """The same block with more of what is rare, and without the diary, which has no part in these laws."""
    logs = {
        log: tuple(
            replace(row, per_100_years={one: OFTEN.get(row.id, 1) * rate for one, rate in row.per_100_years.items()})
            for row in rows
        )
        for log, rows in block.logs.items()
    }  # fmt: skip
    dropouts = {
        **block.dropouts,
        "adverse_event": replace(block.dropouts["adverse_event"], per_year=1.5),
    }
    excursions = {
        name: replace(one, per_record={epoch: 4 * chance for epoch, chance in one.per_record.items()}, told=1.0)
        for name, one in block.excursions.items()
    }  # fmt: skip
    return replace(block, logs=logs, dropouts=dropouts, excursions=excursions, diary=None)


def keeping(block: Rehearsal) -> Rehearsal:
    """The same block with its diary, more of what a diary tells of, and more who leave: because nothing helps, or so."""
    assert block.diary is not None
    often = {"lack_of_efficacy": 40.0, "withdrawal": 0.6, "lost": 0.6}
    dropouts = {
        name: replace(one, per_year=often.get(name, one.per_year)) for name, one in block.dropouts.items()
    }
    response = {"ic50": replace(block.course.parameters["ic50"], numbers=(1.0, 3.41))}  # it helps fewer
    course = replace(block.course, parameters={**block.course.parameters, **response})
    told = block.diary.forms["diary_report"].tells_of
    logs = {
        log: tuple(
            replace(row, per_100_years={one: 4 * rate for one, rate in row.per_100_years.items()})
            if (log, row.id) in told
            else row
            for row in rows
        )
        for log, rows in block.logs.items()
    }
    return replace(block, dropouts=dropouts, course=course, logs=logs)


@cache
def lives() -> tuple[Life, ...]:
    return lived(lively, 24)


@cache
def kept_lives() -> tuple[Life, ...]:
    with untraced():
        return lived(keeping, 20)


def lived(change: Callable[[Rehearsal], Rehearsal], people: int) -> tuple[Life, ...]:
    study = load(read_study_folder(STUDY), read_library()).study
    assert study is not None
    block = read_rehearsal(study)
    assert isinstance(block, Rehearsal), block
    door = MemoryDoor(study, random.Random(3))
    zones = {site.id: ZoneInfo(site.timezone) for site in study.sites.values()}
    tally = Rehearsing(study, change(block), door, zones, Plan(11, people)).run()
    assert findings(tally) == ()
    return tuple(life_of(book) for book in door.books.values())


def earliest(text: str) -> date:
    return date.fromisoformat(text + "2000-01-01"[len(text) :])


def latest(text: str) -> date:
    """The last day that a date known in part can be."""
    if len(text) == 10:
        return date.fromisoformat(text)
    year, month = int(text[:4]), int(text[5:7] or 12)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


# ------------------------------------------------------------------ the laws


def stop_for_an_event(life: Life) -> Iterator[Case]:
    end = life.one("end_of_treatment")
    if end.get("reason") == "adverse_event":
        causes = [one for one in life.rows("adverse_event") if one["action"] == "withdrawn"]
        yield any(one["start"] <= end["date"] for one in causes), str(causes)


def withdrawal_stops_treatment(life: Life) -> Iterator[Case]:
    for one in life.rows("adverse_event"):
        if one["action"] == "withdrawn":
            end = life.one("end_of_treatment")
            yield end.get("reason") == "adverse_event", str(end)
            yield not [day for day in life.doses() if day > one["start"]], str(life.doses())


def dose_left_out_for_an_event(life: Life) -> Iterator[Case]:
    for visit, row in life.visits("dose"):
        if row.get("reason") == "adverse_event":
            yield bool(interrupting(life, life.day(visit))), visit


def interruption_leaves_a_dose_out(life: Life) -> Iterator[Case]:
    left_out = [life.day(visit) for visit, row in life.visits("dose") if row.get("reason") == "adverse_event"]
    for one in life.rows("adverse_event"):
        if one["action"] == "interrupted":
            end = one.get("end", "9999")
            yield any(one["start"] <= day <= end for day in left_out), str(one)


def interrupting(life: Life, day: str) -> list[Row]:
    return [
        one
        for one in life.rows("adverse_event")
        if one["action"] == "interrupted" and one["start"] <= day <= one.get("end", "9999")
    ]


def ends_after_its_start(life: Life) -> Iterator[Case]:
    for form in ("adverse_event", "con_med", "prior_therapy"):
        for one in life.rows(form):
            if "end" in one:
                yield latest(one["end"]) >= earliest(one["start"]), f"{form} {one}"


def ongoing_has_no_end(life: Life) -> Iterator[Case]:
    for form in ("adverse_event", "con_med", "prior_therapy"):
        for one in life.rows(form):
            yield (one["ongoing"] == "true") == ("end" not in one), f"{form} {one}"


def event_of_a_value_is_seen(life: Life) -> Iterator[Case]:
    for one in life.rows("adverse_event"):
        seen = [row for visit, row in life.visits("labs") if life.day(visit) == one["start"]]
        if one["term"] == "Alanine aminotransferase increased":
            yield any(float(row["alt"]) > life.limits["alt", "high"] for row in seen), str(one)
        if one["term"] == "Neutrophil count decreased":
            low = life.limits["neutrophils", "low"]
            worst = min((float(row["neutrophils"]) for row in seen), default=low)
            yield worst < low, str(one)
            yield one["grade"] == ("2" if worst < 1.5 else "1"), str((one, worst))


def injection_reaction_after_a_dose(life: Life) -> Iterator[Case]:
    for one in life.rows("adverse_event"):
        if one["special"] == "injection_site":
            start = date.fromisoformat(one["start"])
            since = [(start - date.fromisoformat(day)).days for day in life.doses() if day <= one["start"]]
            yield bool(since) and (min(since) <= 2 or one["action"] == "withdrawn"), str((one, since))


def drug_is_blamed_after_a_dose_only(life: Life) -> Iterator[Case]:
    first = min(life.doses(), default="9999")
    for one in life.rows("adverse_event"):
        if one["causality"] != "not_related":
            yield one["start"] >= first, str(one)
        is_treated = one["start"] < max(life.doses(), default="")
        if one["start"] < first:
            yield one["action"] == "not_applicable", str(one)
        elif is_treated:
            yield one["action"] != "not_applicable", str(one)


def medicine_for_an_event(life: Life) -> Iterator[Case]:
    starts = {one["start"] for one in life.rows("adverse_event")}
    for one in life.rows("con_med"):
        if one["indication"] in ("Fever", "Infection", "Candida infection"):
            yield one["start"] in starts, str(one)


def restarted_treatment_is_a_medicine(life: Life) -> Iterator[Case]:
    for visit, row in life.visits("relapse"):
        if row.get("systemic_restarted") == "true":
            taken = [one for one in life.rows("con_med") if one["is_systemic_immune"] == "true"]
            yield any(one["start"] <= life.day(visit) for one in taken), str((visit, row))


def death_is_an_event(life: Life) -> Iterator[Case]:
    deaths = [
        one for one in life.rows("adverse_event") if one["outcome"] == "fatal" or one["death"] == "true"
    ]
    for form in ("end_of_treatment", "end_of_study"):
        if life.one(form):
            yield (life.one(form)["reason"] == "death") <= bool(deaths), form


def disease_begins_in_life(life: Life) -> Iterator[Case]:
    if since := life.one("history").get("disease_since"):
        yield latest(since) > earliest(life.one("demography")["birth_date"]), since
        for one in life.rows("prior_therapy"):
            yield latest(one["start"]) >= earliest(since), str((since, one))


def of_women_only(life: Life) -> Iterator[Case]:
    demography, history = life.one("demography"), life.one("history")
    if demography.get("sex") == "male":
        asked = {"childbearing_potential", "lactating", "planning_pregnancy"} & {*demography, *history}
        yield not asked, str(asked)
        yield not list(life.visits("pregnancy")), "pregnancy test"
        yield (
            not [one for one in life.rows("con_med") if one["indication"] == "Contraception"],
            "contraceptive",
        )


def doses_end_with_treatment(life: Life) -> Iterator[Case]:
    end = life.one("end_of_treatment")
    if end:
        yield max(life.doses()) == end["last_dose_date"] <= end["date"], str(end)


def an_early_visit_follows_an_early_stop(life: Life) -> Iterator[Case]:
    if ("ET", 0) in life.forms["visit"]:
        yield life.one("end_of_treatment")["early"] == "true", str(life.one("end_of_treatment"))


def nothing_after_the_study(life: Life) -> Iterator[Case]:
    end = life.one("end_of_study")
    if end:
        for visit, _ in life.visits("visit"):
            if (visit, 0) in life.forms["visit"] and life.forms["visit"][visit, 0].get("date"):
                yield life.day(visit) <= end["date"], f"{visit} after {end['date']}"


def pressure_is_the_right_way_up(life: Life) -> Iterator[Case]:
    for visit, row in life.visits("vital_signs"):
        if "systolic" in row:
            yield int(row["diastolic"]) < int(row["systolic"]), f"{visit} {row}"


def neutrophils_are_leukocytes(life: Life) -> Iterator[Case]:
    for visit, row in life.visits("labs"):
        if "leukocytes" in row:
            yield float(row["neutrophils"]) < float(row["leukocytes"]), f"{visit} {row}"


def lesions_where_there_is_a_score(life: Life) -> Iterator[Case]:
    scores = {visit: row["total"] for visit, row in life.visits("pasi") if "total" in row}
    for visit, row in life.visits("phenotype"):
        if visit in scores:
            yield (row["guttate"] == "true") == (float(scores[visit]) > 0), f"{visit} {scores[visit]}"


def values_move(life: Life) -> Iterator[Case]:
    """Of whom several are known: the same to the last digit at every visit is the work of a machine."""
    for form, items in (
        ("labs", ("haemoglobin", "leukocytes", "alt", "creatinine")),
        ("vital_signs", ("weight",)),
    ):
        for item in items:
            told = [row[item] for _, row in life.visits(form) if item in row]
            if len(told) >= 4:
                yield len(set(told)) > 1, f"{item} {told}"


def nothing_twice_at_once(life: Life) -> Iterator[Case]:
    for form, name in (("adverse_event", "term"), ("con_med", "name")):
        for one, other in combinations(life.rows(form), 2):
            if one[name] == other[name]:
                apart = one.get("end", "9999") < other["start"] or other.get("end", "9999") < one["start"]
                yield apart, str((one, other))


def came_back_before_it_was_treated(life: Life) -> Iterator[Case]:
    for visit, row in life.visits("relapse"):
        if "restarted_on" in row and "worse_since" in row:
            yield latest(row["restarted_on"]) >= earliest(row["worse_since"]), f"{visit} {row}"


def plaques_are_lesions(life: Life) -> Iterator[Case]:
    scores = {visit: row["total"] for visit, row in life.visits("pasi") if "total" in row}
    for visit, row in life.visits("phenotype"):
        if visit in scores and "plaque" in row:
            yield row["plaque"] == "false" or float(scores[visit]) > 0, f"{visit} {scores[visit]}"


def no_retinoid_for_women(life: Life) -> Iterator[Case]:
    """Acitretin and methotrexate harm an unborn child, acitretin up to three years after it was taken."""
    again = [
        one
        for one in life.rows("con_med")
        if one["is_systemic_immune"] == "true" and one["ongoing"] == "true"
    ]
    for one in again:
        is_harmful = one["drug_class"] in ("acitretin", "methotrexate")
        yield not (is_harmful and life.one("demography")["sex"] == "female"), str(one)


def seen_before_it_is_over(life: Life) -> Iterator[Case]:
    """An event about a value ends only once a value was seen that is normal again."""
    limits = {
        "Alanine aminotransferase increased": ("alt", 1, life.limits["alt", "high"]),
        "Neutrophil count decreased": ("neutrophils", -1, life.limits["neutrophils", "low"]),
    }
    for one in life.rows("adverse_event"):
        if one["term"] in limits:
            item, sign, limit = limits[one["term"]]
            seen = {life.day(visit): float(row[item]) for visit, row in life.visits("labs") if item in row}
            if "end" in one:
                after = [value for day, value in seen.items() if day >= one["end"]]
                during = [value for day, value in seen.items() if one["start"] <= day < one["end"]]
                yield bool(after) and sign * after[0] <= sign * limit, f"{one} {seen}"
                yield bool(during), f"{one} {seen}"
            else:
                last = seen[max(seen)]
                yield one["outcome"] == "recovering", f"{one} {seen}"
                yield sign * last > sign * limit, f"{one} {seen}"


LAWS = {
    "new plaques are seen where PASI is above 0": plaques_are_lesions,
    "no woman is given what harms an unborn child": no_retinoid_for_women,
    "an event about a laboratory value ends when a normal value is seen": seen_before_it_is_over,
    "nobody has the same event, or takes the same medicine, twice at once": nothing_twice_at_once,
    "a disease comes back before it is treated again": came_back_before_it_was_treated,
    "a stop for an adverse event has an event that led to it": stop_for_an_event,
    "an event that led to withdrawal ends the doses": withdrawal_stops_treatment,
    "a dose left out for an event has an event that interrupts": dose_left_out_for_an_event,
    "an event that interrupts leaves a dose out": interruption_leaves_a_dose_out,
    "nothing ends before it starts": ends_after_its_start,
    "what is ongoing has no end, and what is not has one": ongoing_has_no_end,
    "an event about a laboratory value is seen in the values, in its grade": event_of_a_value_is_seen,
    "a reaction at the injection site follows a dose": injection_reaction_after_a_dose,
    "the drug is blamed and changed only once it was given": drug_is_blamed_after_a_dose_only,
    "a medicine for an event has an event": medicine_for_an_event,
    "systemic treatment that was restarted is among the medicines": restarted_treatment_is_a_medicine,
    "nobody dies without a fatal event": death_is_an_event,
    "the disease begins in life, and its treatment after it": disease_begins_in_life,
    "what belongs to women is asked of women": of_women_only,
    "the last dose is the one that the end of treatment names": doses_end_with_treatment,
    "an early-termination visit follows an early stop": an_early_visit_follows_an_early_stop,
    "no visit lies after the end of the study": nothing_after_the_study,
    "diastolic pressure is below systolic pressure": pressure_is_the_right_way_up,
    "neutrophils are fewer than leukocytes": neutrophils_are_leukocytes,
    "there are lesions where PASI is above 0": lesions_where_there_is_a_score,
    "values of the laboratory and the weight move between visits": values_move,
}


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_no_life_contradicts_itself(law: Callable[[Life], Iterator[Case]]) -> None:
    cases = [(holds, f"{life.code}: {where}") for life in lives() for holds, where in law(life)]
    assert cases, "the law met no case, so that nothing was tried"
    assert [where for holds, where in cases if not holds] == []


# ------------------------------------------------------------------ the laws of whoever keeps a diary


def leaves_for_bad_skin(life: Life) -> Iterator[Case]:
    end = life.one("end_of_treatment")
    if end.get("reason") == "lack_of_efficacy":
        scores = {
            life.day(visit): float(row["total"]) for visit, row in life.visits("pasi") if "total" in row
        }
        until = [score for day, score in scores.items() if day <= end["date"]]
        yield until[-1] > 0.5 * until[0], f"{end} {scores}"
        yield scores[max(scores)] > 0, f"{end} {scores}"


def last_contact_is_the_last_act(life: Life) -> Iterator[Case]:
    end = life.one("end_of_study")
    if end:
        seen = [row["date"] for _, row in life.visits("visit") if "date" in row]
        last = max(*seen, *(one.on for one in life.told), *(one.day for one in life.told), seen[0])
        yield end["last_contact"] == last, f"{end} {last}"
        if end["completed"] == "false":
            yield end["date"] == last, f"{end} {last}"


def itch_is_the_same_at_the_clinic(life: Life) -> Iterator[Case]:
    at_home = {
        one.day: int(one.row["itch"]) for one in life.told if one.form == "diary_day" and "itch" in one.row
    }
    for visit, row in life.visits("itch_nrs"):
        day = life.day(visit)
        if day in at_home and "worst" in row:
            yield abs(at_home[day] - int(row["worst"])) <= 4, f"{day} {at_home[day]} {row['worst']}"


def review_tells_of_an_illness(life: Life) -> Iterator[Case]:
    """Where the review of the diary says that an illness was told, an event lies between it and the visit before."""
    since = ""
    for visit, row in life.visits("diary_review"):
        day = life.day(visit)
        if "illness" in row.get("comment", ""):
            told = [one.on for one in life.told if one.form == "diary_report" and since <= one.on <= day]
            starts = [one["start"] for one in life.rows("adverse_event")]
            yield any(start in told for start in starts), f"{visit} {told} {starts}"
        since = day


KEPT_LAWS = {
    "lack of efficacy is a reason only where the skin is bad": leaves_for_bad_skin,
    "the last contact is the last thing that is known of a participant": last_contact_is_the_last_act,
    "itch at the clinic is that of the diary of the same day, within a few points": itch_is_the_same_at_the_clinic,
    "an illness of which the review of the diary tells is an event": review_tells_of_an_illness,
}


@pytest.mark.parametrize("law", KEPT_LAWS.values(), ids=KEPT_LAWS)
def test_no_diary_contradicts_what_the_site_wrote(law: Callable[[Life], Iterator[Case]]) -> None:
    cases = [(holds, f"{life.code}: {where}") for life in kept_lives() for holds, where in law(life)]
    assert cases, "the law met no case, so that nothing was tried"
    assert [where for holds, where in cases if not holds] == []


def test_most_ill_days_of_the_diary_belong_to_an_event() -> None:
    """Not all do: some are no more than a bad day, and of some nobody could tell the site any more."""
    belongs = [
        any(event["start"] <= one.day <= event.get("end", "9999") for event in life.rows("adverse_event"))
        for life in kept_lives()
        for one in life.told
        if one.row.get("kind") == "ill"
    ]
    assert len(belongs) >= 10
    assert sum(belongs) / len(belongs) >= 0.7


def test_no_pressure_piles_up_at_an_edge() -> None:
    """At an edge no value is more frequent than the most frequent one inside."""
    for item in ("systolic", "diastolic", "pulse"):
        told = Counter(
            int(row[item]) for life in lives() for _, row in life.visits("vital_signs") if item in row
        )
        inside = [count for value, count in told.items() if min(told) < value < max(told)]
        assert max(told[min(told)], told[max(told)]) <= max(inside) / 2, f"{item} {sorted(told.items())}"


def test_no_dose_is_left_out_for_want_of_drug_while_others_are_injected() -> None:
    given = {day for life in lives() for day in life.doses()}
    left_out = [
        (life.day(visit), row) for life in lives() for visit, row in life.visits("dose") if "reason" in row
    ]
    assert left_out
    assert [day for day, row in left_out if row["reason"] == "supply" and day in given] == []

"""Listings of laboratory values: every value with its limits, and those outside them, of whatever visit."""

from dataclasses import replace

import pytest
from tests.spec.labs_study import DATASETS, labs_study, labs_told, subject

from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Document, Paragraph, Table
from trialwright.analysis.displays.page_html import write_html

ABNORMAL = """\
      ABNFL: {label: Outside, rule: 'ANRIND in ("LOW", "HIGH")', flag: true}
    criteria:
      CRIT1: {label: Above 3"""
LINES = """
abnormal: {label: Abnormal values, method: listing, topic: abnormal laboratory, dataset: ADLB, flags: [ABNFL], population: full, variables: [PARAM, VISIT, ADT, AVAL, ANRLO, ANRHI, ANRIND]}
values: {label: Values by visit, method: summary_by_visit, dataset: ADLB, parameters: [ALT, BILI], flags: [ANL01FL], population: full, topic: laboratory}
"""
ALL = "every: {label: All values, method: listing, topic: laboratory, dataset: ADLB, population: full, variables: [PARAM, VISIT, AVAL, ANRIND]}"
CHANGED = DATASETS.replace("    criteria:\n      CRIT1: {label: Above 3", ABNORMAL)
STUDY = labs_study(LINES + ALL, CHANGED)
PEOPLE = (
    subject("01", SCR="alt=45", W0="alt=20", UNS_1=(60, "alt=9"), W12="alt=40 bili=20.5"),
    subject("02", SCR="alt=10", W12="alt=30 bili=20"),
    subject("03", SCR="alt=500", dosed=False),
)
DAYS = {"SCR": "2026-02-20", "UNS": "2026-04-30", "W12": "2026-05-25"}


@pytest.fixture(scope="module")
def document() -> Document:
    return make_document(labs_told(STUDY, PEOPLE))


def listing_of(document: Document, title: str) -> Table:
    (table,) = (one for one in document.displays() if one.title == title)
    assert isinstance(table, Table)
    return table


def test_values_outside_the_limits_are_listed_with_them_whatever_their_visit(document: Document) -> None:
    assert listing_of(document, "Abnormal values").rows == (
        ("01", "ALT in blood", "Screening", DAYS["SCR"], "45", "10", "40", "High"),
        ("01", "ALT in blood", "Unscheduled 1", DAYS["UNS"], "9", "10", "40", "Low"),
        ("01", "Bilirubin in blood", "Week 12", DAYS["W12"], "20.5", "–", "20.0", "High"),
    )


def test_they_stand_among_the_displays_of_safety_and_section_12_4_names_them(document: Document) -> None:
    (section,) = (one for one in document.sections if one.number == "12.4")
    (said,) = (one.text for one in section.blocks if isinstance(one, Paragraph))

    assert listing_of(document, "Abnormal values").number == "14.3.4.1"
    assert "Listing 14.3.4.1 Abnormal values" in said
    assert "Table 14.3.6.1" in said


def test_every_value_is_listed_once(document: Document) -> None:
    table = listing_of(document, "All values")

    assert table.number == "16.2.8.1"
    assert [row[1:] for row in table.rows if row[0] == "02"] == [
        ("ALT in blood", "Screening", "10", "Normal"),
        ("ALT in blood", "Week 12", "30", "Normal"),
        ("Bilirubin in blood", "Week 12", "20.0", "Normal"),
    ]
    assert [one.number for one in document.displays() if one.number.startswith("16.2.8")] == ["16.2.8.1"]


SPREAD = ALL.replace(
    "[PARAM, VISIT, AVAL, ANRIND]", "[PARAM, ANRHI, VISIT, ADT, AVAL, ANRIND], options: {across: VISIT}"
)


def test_values_stand_side_by_side_with_their_dates_once() -> None:
    people = (*PEOPLE[:2], subject("04", W0="alt=20", UNS_1=(60, "alt=9"), UNS_2=(61, "alt=41")))
    table = listing_of(make_document(labs_told(labs_study(SPREAD, CHANGED), people)), "All values")

    visits = ("Screening", "Week 0", "Week 12", "Unscheduled 1", "Unscheduled 2")
    assert table.head[:3] == ("Participant", "Parameter", "Upper limit of normal")
    assert table.head[3:] == visits
    rows = [dict(zip(table.head, row, strict=True)) for row in table.rows]
    assert [(row["Participant"], row["Parameter"], row["Upper limit of normal"]) for row in rows] == [
        ("01", "Date", "–"),
        ("01", "ALT in blood", "40"),
        ("01", "Bilirubin in blood", "20.0"),
        ("02", "Date", "–"),
        ("02", "ALT in blood", "40"),
        ("02", "Bilirubin in blood", "20.0"),
        ("04", "Date", "–"),
        ("04", "ALT in blood", "40"),
    ]
    assert [rows[0][one] for one in visits] == [DAYS["SCR"], "2026-03-02", DAYS["W12"], DAYS["UNS"], "–"]
    assert [rows[1][one] for one in visits] == ["45 High", "20", "40", "9 Low", "–"]
    assert [rows[2][one] for one in visits] == ["–", "–", "20.5 High", "–", "–"]
    assert [rows[7][one] for one in visits] == ["–", "20", "–", "9 Low", "41 High"]
    assert table.notes[0].startswith("High, Low: against the limits of normal;")


def test_neither_a_day_nor_a_code_is_broken_at_its_hyphens_on_the_page() -> None:
    told = labs_told(labs_study(SPREAD, CHANGED), PEOPLE)
    page = write_html(make_document(told), told.dataset).decode()
    assert f'<td><span class="kept">{DAYS["SCR"]}</span></td>' in page
    assert "<td>45 High</td>" in page
    assert '<th scope="row" class="kept">02</th>' in page
    assert 'class="kept">ALT in blood</th>' not in page
    several = labs_told(labs_study(SPREAD.replace("VISIT", "AVISIT"), CHANGED), PEOPLE)
    page = write_html(make_document(several), several.dataset).decode()
    assert (
        f'45 High (<span class="kept">{DAYS["SCR"]}</span>); 9 Low (<span class="kept">{DAYS["UNS"]}</span>)'
        in page
    )


def spread(variables: str, across: str, *people: object) -> Table:
    plan = ALL.replace("[PARAM, VISIT, AVAL, ANRIND]", f"[{variables}], options: {{across: {across}}}")
    return listing_of(make_document(labs_told(labs_study(plan, CHANGED), people)), "All values")


def test_a_date_that_records_of_a_column_do_not_share_stands_with_its_value() -> None:
    person = subject("01", SCR="alt=45", W0="alt=20", UNS_1=(60, "alt=9"), UNS_2=(61, "bili=11"))
    table = spread("PARAM, AVISIT, ADT, AVAL", "AVISIT", person)

    assert table.head == ("Participant", "Parameter", "Baseline", "At no visit of the plan")
    assert table.rows == (
        ("01", "Date", "2026-03-02", "–"),
        ("01", "ALT in blood", "20", f"45 ({DAYS['SCR']}); 9 ({DAYS['UNS']})"),
        ("01", "Bilirubin in blood", "–", "11.0 (2026-05-01)"),
    )


def test_only_a_listing_that_says_when_each_value_was_stands_for_the_values_by_visit() -> None:
    plan = LINES + ALL.replace(
        "[PARAM, VISIT, AVAL, ANRIND]", "[PARAM, AVISIT, AVAL], options: {across: AVISIT}"
    )
    document = make_document(labs_told(labs_study(plan, CHANGED), PEOPLE))
    assert "ALT in blood" in [one.title for one in document.displays()]


def test_several_values_of_a_cell_keep_their_places_and_are_named_below() -> None:
    table = spread("PARAM, VISIT, AVAL, BASE, CHG", "VISIT", PEOPLE[0])
    rows = {row[1]: dict(zip(table.head, row, strict=True)) for row in table.rows}

    assert rows["ALT in blood"]["Week 12"] == "40 / 20 / 20"
    assert rows["Bilirubin in blood"]["Week 12"] == "20.5 / – / –"
    assert table.notes[0] == "In the cells: Value / Baseline / Change."


def test_that_a_value_lies_within_its_limits_is_said_where_nothing_else_is() -> None:
    table = spread("PARAM, VISIT, ANRIND", "VISIT", PEOPLE[1])
    assert [row[2:] for row in table.rows] == [("Normal", "Normal"), ("–", "Normal")]
    assert not any("without a word" in note for note in table.notes)


def test_dates_without_values_stand_in_the_cells() -> None:
    person = subject("01", SCR="alt=45", W0="alt=20", UNS_1=(60, "alt=9"), UNS_2=(61, "bili=11"))
    assert spread("PARAM, AVISIT, ADT", "AVISIT", person).rows == (
        ("01", "ALT in blood", "2026-03-02", f"{DAYS['SCR']}; {DAYS['UNS']}"),
        ("01", "Bilirubin in blood", "–", "2026-05-01"),
    )


@pytest.mark.parametrize(
    ("across", "heads"),
    [("PARAM", ("ALT in blood", "Bilirubin in blood")), ("ADY", ("-10", "59", "85"))],
)
def test_columns_that_are_no_visits_stand_in_the_order_of_the_plan_or_by_size(
    across: str, heads: tuple[str, ...]
) -> None:
    person = subject("01", SCR="bili=20", UNS_1=(59, "alt=9"), W12="alt=40")
    assert spread(f"SUBJID, {across}, AVAL", across, person).head[2:] == heads


def test_a_page_without_room_for_the_columns_has_a_row_for_each_record() -> None:
    visits = {f"UNS_{at}": (10 + at, f"alt={at + 10}") for at in range(1, 30)}
    table = spread("PARAM, VISIT, ADT, AVAL", "VISIT", subject("01", W0="alt=20", **visits))
    assert table.head == ("Participant", "Parameter", "Visit", "Date", "Value")
    assert len(table.rows) == 30


def test_nothing_is_spread_where_there_is_no_record() -> None:
    assert spread("PARAM, VISIT, AVAL", "VISIT", subject("03", dosed=False)).rows[0][0] == "No records"


@pytest.mark.parametrize("across", ["PARAM", "ANRIND", "NAME"])
def test_what_is_spread_across_stands_between_others(across: str) -> None:
    plan = SPREAD.replace("across: VISIT", f"across: {across}")
    told = labs_told(labs_study(LINES + plan, CHANGED), PEOPLE)

    (found,) = (one for one in told.dataset.problems if one.code == "option-no-variable")
    assert "“across”" in found.text and "none of ANRHI, VISIT, ADT, AVAL" in found.text


@pytest.mark.parametrize(
    ("variables", "lists_all"),
    [
        ("PARAM, VISIT, AVAL", True),
        ("PARAMCD, AVAL, ADT", True),
        ("PARAM, AVISIT, AVAL", True),
        ("AVAL", False),
        ("PARAM, AVAL", False),
        ("AVAL, ADT", False),
        ("PARAM, VISIT, AVALC", False),
        ("PARAM, VISIT, AVAL, NAME", False),  # there is no NAME, so that the listing is refused
    ],
)
@pytest.mark.unmeasured
def test_values_by_visit_are_left_out_only_where_a_listing_tells_of_what_and_of_when_each_is(
    variables: str, lists_all: bool
) -> None:
    plan = ALL.replace("PARAM, VISIT, AVAL, ANRIND", variables)
    document = make_document(labs_told(labs_study(LINES + plan, CHANGED), PEOPLE))

    assert ("ALT in blood" not in [one.title for one in document.displays()]) == lists_all


def test_a_small_number_is_listed_with_all_its_decimals() -> None:
    told = labs_told(STUDY, PEOPLE)
    records = tuple(
        replace(one, values=tuple((name, "1e-05" if name == "AVAL" else text) for name, text in one.values))
        for one in told.dataset.records
    )
    document = make_document(replace(told, dataset=replace(told.dataset, records=records)))

    assert {row[-4] for row in listing_of(document, "Abnormal values").rows} == {"0.00001"}


def test_without_such_a_listing_the_values_by_visit_are_listed() -> None:
    document = make_document(labs_told(labs_study(LINES, CHANGED), PEOPLE))

    listed = [one for one in document.displays() if one.number.startswith("16.2.8")]
    assert [one.title for one in listed] == ["ALT in blood", "Bilirubin in blood"]


def test_a_listing_is_read_in_chinese() -> None:
    table = listing_of(make_document(labs_told(STUDY, PEOPLE, "zh-Hans")), "Abnormal values")

    assert table.head[3:] == ("日期", "数值", "正常值下限", "正常值上限", "与正常值界限比较")
    assert [row[-1] for row in table.rows] == ["高", "低", "高"]

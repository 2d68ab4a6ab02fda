"""The study report in four formats: each number in each format is the number of the results dataset, and nothing else is."""

import io
import json
import os
import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import docx
import jsonschema
import pypdf
import pytest
import typst
from tests.spec.analysis_data import TWO_ARMS, day, make_person, make_study, tell
from tests.spec.pdf_texts import texts_of_pages
from tests.spec.test_analysis_run import PEOPLE

from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.ard_files import read_results_json, render_number, write_results_json
from trialwright.analysis.ars import write_ars
from trialwright.analysis.displays import word as word_module
from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.estimates import nobody_note
from trialwright.analysis.displays.model import Document, Figure, Items, Number, Table, ToWrite, caption
from trialwright.analysis.displays.numbers import show, show_values
from trialwright.analysis.displays.outputs import outputs_of
from trialwright.analysis.displays.page_html import write_html
from trialwright.analysis.displays.pdf import FontMissingError, NotSetError, write_pdf
from trialwright.analysis.displays.rtf import write_rtf, write_rtf_files
from trialwright.analysis.displays.told import Told
from trialwright.analysis.displays.typst_source import CHINESE
from trialwright.analysis.displays.word import pictures_of, write_docx
from trialwright.analysis.limits import limits_of
from trialwright.analysis.methods.intervals import INTERVALS
from trialwright.analysis.page import Person, Provenance, Report
from trialwright.analysis.places import collected_places
from trialwright.analysis.report import make_dataset, write_report
from trialwright.analysis.run import run
from trialwright.analysis.speaker import join_names, join_parts, join_texts
from trialwright.cli.output import UserError
from trialwright.cli.report_data import translation
from trialwright.cli.report_formats import write_formats
from trialwright.datasets.frames import frames
from trialwright.study.model import Intervention, Product

pytestmark = pytest.mark.unmeasured

MADE = Provenance("2027-03-17T08:00:00.000000Z", "ab" * 32, "0.1.0")
STUDY = make_study()


def reported(*people, study=STUDY, cut=None) -> Report:
    records = {
        book.participant: Person(book, events) for book, events in (make_person(study, one) for one in people)
    }
    books = {name: person.book for name, person in records.items()}
    results = run(study, frames(study, books.values()), rehearsal=True, books=books, cut=cut)
    return Report(study, results, records, MADE)


def told_of(*people, study=STUDY, cut=None, language="en") -> Told:
    return Told(study, make_dataset(reported(*people, study=study, cut=cut)), translation(language), language)


@pytest.fixture(scope="module")
def told() -> Told:
    return told_of(*PEOPLE)


@pytest.fixture(scope="module")
def document(told) -> Document:
    return make_document(told)


@pytest.fixture(scope="module")
def pdf(told, document) -> bytes:
    return write_pdf(document, told.dataset)


@pytest.fixture(scope="module")
def word(told, document) -> bytes:
    return write_docx(document, told.dataset)


def tables_of(document: Document) -> list[Table]:
    return [one for one in document.displays() if isinstance(one, Table)]


def texts_of(document: Document, dataset: ResultsDataset) -> list[list[list[str]]]:
    """Of each table the rows as a reader should find them, the head first."""
    return [
        [
            list(table.head),
            *([show(cell, dataset, document.words) for cell in row] for row in table.rows),
        ]
        for table in tables_of(document)
    ]


# ---------------------------------------------------------------- numbers


def numbers_in(text: str) -> list[str]:
    return re.findall(r"-?\d+(?:\.\d+)?", text)


def by_hand(stored: str, cell: Number) -> str:
    """The stored text rounded in decimal arithmetic, halves away from zero, by no function of the report."""
    over, _, under = stored.partition("/")
    value = Decimal(over) / Decimal(under or "1") * (100 if cell.rule in ("percent", "interval") else 1)
    is_count = cell.rule in ("whole", "count") or (cell.results[0].endswith(":n") and cell.rule == "value")
    places = 0 if is_count else 4 if cell.rule == "p" else cell.places
    return str(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def standing(cell: Number, values: list[int | float]) -> list[int | float]:
    """Of a count with how many are not yet decided: of those decided while there are none, else of all."""
    if not cell.results[-1].endswith(":undecided"):
        return values
    responders, decided, waiting = values
    return [responders, decided + waiting]


def test_every_shown_number_is_that_of_its_result(told, document):
    """By the text alone: what is read in a cell is the result, rounded as the cell says."""
    shown = 0
    for table in tables_of(document):
        for cell in (cell for row in table.rows for cell in row if isinstance(cell, Number)):
            values = [told.dataset.by_id[one].value for one in cell.results]
            if None in values:
                continue
            found = numbers_in(show(cell, told.dataset, document.words))
            assert found == [by_hand(render_number(one), cell) for one in standing(cell, values)]
            shown += 1
    assert shown > 100


def test_every_statistic_is_shown_and_nothing_else(told, document):
    shown = {
        one
        for table in tables_of(document)
        for row in table.rows
        for cell in row
        if isinstance(cell, Number)
        for one in cell.results
    }
    # How an outcome came about is told in words below the table.
    in_words = {one.id for one in told.dataset.statistics if "." in one.statistic}
    assert in_words
    assert {one.id for one in told.dataset.statistics} - in_words == shown


HALVES = [
    (Number("percent", ("a",)), (0.0625,), "6.3 %"),
    (Number("interval", ("a", "b")), (0.0625, 0.0285), "6.3 – 2.9 %"),
    (Number("value", ("a",), 1), (Fraction(1, 4),), "0.3"),
    (Number("value", ("a",), 1), (Fraction(-1, 4),), "-0.3"),
    (Number("value", ("a",), 1), (Fraction(-1, 100),), "0.0"),
    (Number("value", ("a",), 1), (2.25,), "2.3"),
    (Number("value", ("a",), 2), (7,), "7"),
    (Number("p", ("a",)), (0.03125,), "0.0313"),
]


@pytest.mark.parametrize(("cell", "values", "text"), HALVES)
def test_halves_are_rounded_away_from_zero_as_on_the_pages(cell, values, text):
    assert show_values(cell, values) == text


PLACES = [
    ("score.total", [Fraction(12)], 1),  # as the definition says
    ("back.asked", [Fraction(12)], 0),
    ("ratio", [Fraction(17, 20), Fraction(1)], 2),
    ("ratio", [Fraction(1, 3)], 3),
    ("ratio", [], 0),
]


@pytest.mark.parametrize(("parameter", "values", "places"), PLACES)
def test_values_have_the_decimals_in_which_they_are_collected(parameter, values, places):
    assert collected_places(STUDY, parameter, values) == places


def test_a_whole_score_is_shown_without_decimals():
    total = replace(STUDY.forms["score"].items["total"], type="integer", decimals=None)
    form = replace(STUDY.forms["score"], items={**STUDY.forms["score"].items, "total": total})
    assert collected_places(replace(STUDY, forms={**STUDY.forms, "score": form}), "score.total", []) == 0


def test_a_summary_has_the_decimals_of_its_values_and_what_it_needs_beyond(told, document):
    summary, listing = (one for one in tables_of(document) if one.title.startswith("Total score"))
    row = next(row for row in summary.rows if row[0] == "Baseline")

    assert [one.places for one in row[2:]] == [2, 2, 2, 1, 1]
    assert {one.places for row in listing.rows for one in row if isinstance(one, Number)} == {1}


def test_a_small_p_is_not_said_to_be_0(told, document):
    one = replace(told.dataset.by_id["primary:p_value"], value=0.00004)
    dataset = replace(told.dataset, statistics=(one,), contributions=())

    assert show(Number("p", (one.id,)), dataset, document.words) == "< 0.0001"


def test_who_is_not_yet_decided_leaves_words_and_no_number():
    told = told_of(tell("01", "10"), tell("02", "10", W16="0"), cut=day(100))
    document = make_document(told)

    cell = Number("percent", ("primary:proportion",))
    assert show(cell, told.dataset, document.words) == "not yet evaluable"
    assert show(Number("whole", ("flow/approached:count",)), told.dataset, document.words) == "not known"


def test_a_document_is_made_of_the_dataset_alone(told, document):
    """Read back from its file it gives the same document: nothing came from anywhere else."""
    again = read_results_json(write_results_json(told.dataset))

    assert make_document(replace(told, dataset=again)) == document


# ---------------------------------------------------------------- read back from each format


class Cells(HTMLParser):
    """Rows of the tables of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._in_cell = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag):
        self._in_cell = self._in_cell and tag not in ("td", "th")

    def handle_data(self, data):
        if self._in_cell:
            self.tables[-1][-1][-1] += data


def test_html_has_every_number(told, document):
    page = write_html(document, told.dataset).decode()

    assert Cells(page).tables == texts_of(document, told.dataset)


def test_docx_has_every_number(told, document, word):
    found = docx.Document(io.BytesIO(word))
    read = [[[cell.text for cell in row.cells] for row in table.rows] for table in found.tables]

    assert read == texts_of(document, told.dataset)


def rtf_rows(content: bytes) -> list[list[str]]:
    """Cells of the rows of an RTF file, read as a word processor does."""
    text = content.decode("ascii")
    rows = re.findall(r"\\trowd.*?\n(.*?)\\row", text, re.DOTALL)
    return [[read_rtf(cell.split(" ", 1)[1]) for cell in row.split("\\cell") if cell.strip()] for row in rows]


def read_rtf(text: str) -> str:
    units = re.sub(r"\\u(-?\d+)\?", lambda found: chr(int(found[1]) % 65536), text.removesuffix("\\b0"))
    return re.sub(r"\\([\\{}])", r"\1", units).encode("utf-16", "surrogatepass").decode("utf-16")


def test_rtf_has_every_number(told, document):
    files = write_rtf_files(document, told.dataset)

    assert [rtf_rows(one) for one in files.values()] == texts_of(document, told.dataset)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def text_of(pdf: bytes) -> str:
    return "".join(texts_of_pages(pdf))


def test_pdf_has_every_number(told, document, pdf):
    """Row by row, as a reader copies them."""
    found = text_of(pdf)
    for table, rows in zip(tables_of(document), texts_of(document, told.dataset), strict=True):
        assert squeezed(caption(document.words, table)) in found
        for row, cells in zip(table.rows, rows[1:], strict=True):
            numbers = [text for cell, text in zip(row, cells, strict=True) if isinstance(cell, Number)]
            assert squeezed("".join(numbers)) in found, (table.number, cells)


# ---------------------------------------------------------------- the same bytes, and what the files claim


def test_the_same_data_give_the_same_bytes(told, document, pdf, word):
    again = make_document(told_of(*PEOPLE))

    assert write_pdf(again, told.dataset) == pdf
    assert write_docx(again, told.dataset) == word
    assert write_rtf_files(again, told.dataset) == write_rtf_files(document, told.dataset)
    assert write_html(again, told.dataset) == write_html(document, told.dataset)


def test_the_pdf_is_made_to_be_kept_and_to_be_read_aloud(pdf):
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    claims = reader.xmp_metadata.stream.get_data().decode()

    assert "<pdfaid:part>2</pdfaid:part>" in claims
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in claims
    assert "<pdfuaid:part>1</pdfuaid:part>" in claims
    assert reader.metadata.creation_date.date().isoformat() == "2027-03-17"
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_every_page_says_what_must_be_known_before_any_number(told, document, pdf, word):
    said = ("Draft", "Rehearsal of virtual participants")
    for page in texts_of_pages(pdf):
        assert all(squeezed(one) in page for one in said)
    assert all(one in docx.Document(io.BytesIO(word)).sections[0].header.paragraphs[0].text for one in said)
    for one in write_rtf_files(document, told.dataset).values():
        assert all(word in one.decode() for word in said)


def test_every_display_of_efficacy_says_that_nothing_is_controlled(document):
    section = next(one for one in document.sections if one.number == "14.2")
    assert len(section.blocks) > 5
    for one in section.blocks:
        assert any(note.startswith("No control group") for note in one.notes), one.number


def test_a_figure_of_values_and_its_table_are_told_apart(document):
    of_score = [one for one in document.displays() if one.title.startswith("Total score: median")]
    figure, table = of_score

    assert [one.title.partition(": ")[2] for one in of_score] == [
        "median and quartiles over time",
        "median, quartiles and extremes over time",
    ]
    assert any(note.endswith("thin lines are participants.") for note in figure.notes)
    assert not any("lines" in note for note in table.notes)
    assert any(note.startswith("Observed values; quartiles") for note in table.notes)


@pytest.mark.parametrize("method", INTERVALS)
def test_the_limit_of_nobody_is_called_one_sided_only_where_it_is(told, method):
    """At the limit u nobody of 50 has the event with probability (1 - u) ** 50, which is to be 2.5 %."""
    high = limits_of(0, 50, 0.95, method)["high"].value
    note = nobody_note(told, method, 0.95)

    assert note.startswith(
        "Where nobody is counted, the upper limit too is that of the two-sided interval of 95 %"
    )
    assert note.endswith("; as a one-sided limit its level is 97.5 %.") == (
        (1 - high) ** 50 == pytest.approx(0.025)
    )


def test_a_study_with_a_control_says_no_such_thing():
    study = make_study(arms=TWO_ARMS, model="Parallel")
    people = (tell("01", "10", arm="A", W16="0"), tell("02", "10", arm="B", W12="4", W16="5"))
    document = make_document(told_of(*people, study=study))

    assert all("No control group" not in note for one in document.displays() for note in one.notes)


def test_each_row_of_an_arm_has_the_numbers_of_that_arm():
    people = (tell("01", "10", arm="A", W16="0"), tell("02", "10", arm="B", W12="4", W16="5"))
    told = told_of(*people, study=make_study(arms=TWO_ARMS, model="Parallel"))
    document = make_document(told)
    seen = {"A": 0, "B": 0}
    for table in tables_of(document):
        for row in table.rows:
            cells = [cell for cell in row if isinstance(cell, Number)]
            groups = {told.dataset.by_id[one].group for cell in cells for one in cell.results} - {""}
            for arm in groups if table.kind == "table" else ():
                assert groups == {arm}
                assert f"Arm {arm}" in f"{table.title} {[one for one in row if isinstance(one, str)]}"
                seen[arm] += 1
    assert min(seen.values()) > 5
    (headlines,) = (one for one in tables_of(document) if one.number == "2.1")
    counts = [show(row[2], told.dataset, document.words) for row in headlines.rows]
    assert counts[:2] == ["1/1", "0/1"]


def test_every_display_names_its_analysis_and_data_cut(document):
    for one in document.displays():
        if not one.number.startswith("9."):
            assert re.match(r"Analysis .+; Trialwright 0\.1\.0; data cut 2027-03-17", one.notes[-1]), (
                one.number
            )


def test_numbers_of_displays_are_unique(document):
    numbers = [one.number for one in document.displays()]

    assert len(set(numbers)) == len(numbers)


def test_what_only_the_sponsor_can_write_is_marked(document, pdf, word):
    places = [one.number for one in document.sections if any(isinstance(b, ToWrite) for b in one.blocks)]

    before, results = (
        ["4", "5", "6", "7", "9.2", "9.6"],
        ["10.1", "10.2", "11.1", "11.2", "11.2.1", "11.3", "11.4"],
    )
    safety = ["12.1", "12.2", "12.3", "12.4", "12.5"]
    assert places == [*before, *results, *safety, "13", "15", "16.1"]
    on_cover = sum(isinstance(one, ToWrite) for one in document.cover)
    assert on_cover == 1
    assert text_of(pdf).count("Tobewrittenbythesponsor") == len(places) + on_cover
    paragraphs = [one.text for one in docx.Document(io.BytesIO(word)).paragraphs]
    said = sum(one.startswith("To be written by the sponsor") for one in paragraphs)
    assert said == len(places) + on_cover


def test_title_page_synopsis_and_contents_stand_in_the_order_of_ich_e3(told, document, pdf, word):
    """1 title page, 2 synopsis, 3 contents, in every format."""
    page = write_html(document, told.dataset).decode()
    main = page[page.index("<main") :]
    text = text_of(pdf)
    paragraphs = "".join(squeezed(one.text) for one in docx.Document(io.BytesIO(word)).paragraphs)

    for found in (main, text, paragraphs):
        places = [
            found.index(one)
            for one in ("Clinical", "Synopsis", "Objective", "Investigatorsandstudy")
            for one in (
                (one, one.replace("Investigatorsandstudy", "Investigators and study"))[found is main],
            )
        ]
        assert places == sorted(places)
    assert 'href="#s-3"' in page[: page.index("<main")]
    assert [one.number for one in document.sections[:3]] == ["2", "3", "4"]


def test_the_title_page_says_what_definition_and_data_know(told, document):
    facts = dict(document.cover[0].pairs)

    assert facts["Title"] == STUDY.title
    assert facts["First visit of the first participant"] == told.dataset.first_visit == "2026-02-20"
    assert facts["Last visit of a participant up to the data cut"] == told.dataset.last_visit
    assert told.dataset.first_visit < told.dataset.last_visit <= told.dataset.cut


def test_the_title_page_names_each_product_once():
    pen = Product("pen", "Drug 80 mg pen", Fraction(80), "mg", "Drug", "", "")
    first = Intervention("drug", "Drug", "", "", "pen", "subcutaneous")
    given = {
        "drug": first,
        "again": replace(first, id="again"),
        "advice": replace(first, label="Advice", product="", route=""),
    }
    study = replace(STUDY, interventions=given, products={"pen": pen})

    facts = dict(make_document(told_of(tell("01", "10"), study=study)).cover[0].pairs)

    assert facts["Investigational product"] == "Drug (Drug 80 mg pen), subcutaneous; Advice"


def test_results_from_before_the_days_of_visits_were_told_are_read(told):
    whole = json.loads(write_results_json(told.dataset))
    del whole["first_visit"], whole["last_visit"]

    assert read_results_json(json.dumps(whole).encode()) == replace(
        told.dataset, first_visit="", last_visit=""
    )
    with pytest.raises(ValueError, match="first_visit is 1"):
        read_results_json(json.dumps({**whole, "first_visit": 1}).encode())


def test_of_a_study_without_visits_the_title_page_names_no_day():
    facts = dict(make_document(told_of()).cover[0].pairs)

    assert "First visit of the first participant" not in facts


def test_what_the_analyses_object_to_stands_with_the_sets():
    told = told_of(tell("01", "10"), tell("02", "10", W16="0"), cut=day(100))
    sets = next(one for one in make_document(told).sections if one.number == "11.1")

    (found,) = (one for one in sets.blocks if isinstance(one, Items))
    assert any("Participants not yet decided at the data cut" in one for one in found.texts)


def test_an_analysis_without_a_display_of_its_own_is_shown_row_by_row(told):
    (course,) = (one for one in STUDY.analyses.values() if one.method == "by_visit")
    study = replace(STUDY, analyses={**STUDY.analyses, course.id: replace(course, method="another")})
    document = make_document(replace(told, study=study))
    rows = [one for one in told.dataset.of(course.id) if one.statistic != "value"]

    (shown,) = (one for one in tables_of(document) if one.head[-1] == "Method")
    assert [cell.results[0] for row in shown.rows for cell in row if isinstance(cell, Number)] == [
        one.id for one in rows
    ]


def test_criteria_stand_in_the_picture_by_number_and_in_the_table_in_full(document):
    flow = next(one for one in document.displays() if one.number == "14.1.1")
    table = next(one for one in tables_of(document) if one.number == "14.1.2")

    assert "I2 (n" in str(flow.drawing)
    assert "Score of at least 3" not in str(flow.drawing)
    assert flow.notes[0] == "Criteria are named by their numbers, as in section 9.3."
    assert any(row[0] == "– I2 · Score of at least 3" for row in table.rows)


def test_a_section_without_an_analysis_says_so(document):
    exposure = next(one for one in document.sections if one.number == "12.1")

    assert exposure.blocks[0].text == "The study definition names no analysis for this section."


# ---------------------------------------------------------------- pictures


def test_a_picture_says_in_words_what_it_shows(told, document, word):
    figures = [one for one in document.displays() if isinstance(one, Figure)]
    found = docx.Document(io.BytesIO(word))

    assert [shape._inline.docPr.get("descr") for shape in found.inline_shapes] == [one.alt for one in figures]
    assert all(one.alt and set(one.results) <= set(told.dataset.by_id) for one in figures)


def test_a_forest_shows_each_estimate_of_an_endpoint(told, document):
    (forest,) = (one for one in document.displays() if one.title == "Score 90 response: all estimates")

    assert {"primary:proportion", "primary.beside_1:proportion"} <= set(forest.results)
    assert str(forest.drawing).count("<text") > 8
    assert "primary" in forest.notes[-1]


def test_an_endpoint_with_one_estimate_has_no_forest():
    told = told_of(tell("01", "10", dosed=False))

    assert not [one for one in make_document(told).displays() if one.title.endswith("all estimates")]


# ---------------------------------------------------------------- links and texts


def test_every_link_of_the_page_leads_somewhere():
    report = reported(*PEOPLE)
    dataset = make_dataset(report)
    document = make_document(Told(STUDY, dataset))
    site = write_report(report) | {"report.html": write_html(document, dataset)}
    links = re.findall(r'href="([^"]+)"', site["report.html"].decode())

    assert len(links) > 100
    for one in links:
        path, _, place = one.partition("#")
        page = site[path or "report.html"].decode()
        assert not place or f'id="{place}"' in page, one


HOSTILE = '#panic("x") \\par {\\rtf <script>alert("x")</script>'


def test_no_text_becomes_markup_of_any_format():
    study = replace(STUDY, title=HOSTILE, notice=HOSTILE)
    person = replace(tell("01", "10", W16="0"), code=HOSTILE)
    told = told_of(person, study=study)
    document = make_document(told)

    assert squeezed(HOSTILE) in text_of(write_pdf(document, told.dataset))
    assert "<script" not in write_html(document, told.dataset).decode()
    word = docx.Document(io.BytesIO(write_docx(document, told.dataset)))
    assert HOSTILE in word.tables[-1].rows[1].cells[0].text
    listing = tables_of(document)[-1]
    assert rtf_rows(write_rtf(document, listing, told.dataset))[1][0] == HOSTILE


def test_letters_that_no_file_may_hold_are_replaced():
    told = told_of(replace(tell("01", "10", W16="0"), code="a\x00b"))
    document = make_document(told)

    assert (
        "a\ufffdb"
        in docx.Document(io.BytesIO(write_docx(document, told.dataset))).tables[-1].rows[1].cells[0].text
    )


UNKNOWN = chr(0x1BC00)  # of a shorthand, in no common font


def test_letters_of_private_use_are_replaced_in_the_pdf():
    told = told_of(replace(tell("01", "10", W16="0"), code="a\uf0b7b"))

    assert "a\ufffdb" in text_of(write_pdf(make_document(told), told.dataset))


def test_a_letter_that_no_font_has_is_named():
    told = told_of(tell("01", "10", W16="0"), study=replace(STUDY, title=f"A trial {UNKNOWN}"))

    with pytest.raises(NotSetError, match=UNKNOWN):
        write_pdf(make_document(told), told.dataset)


def test_a_format_that_cannot_be_written_is_left_out_or_refused_where_it_was_asked_for(capsys):
    report = reported(tell("01", "10", W16="0"), study=replace(STUDY, title=f"A trial {UNKNOWN}"))
    dataset = make_dataset(report)

    files = write_formats(report, dataset, ("html", "pdf"), is_asked=False)

    assert set(files) == {"report.html", "results.ars.json"}
    assert "report.pdf" not in files
    assert (
        f"The format pdf cannot be written: no font on this machine has {UNKNOWN}." in capsys.readouterr().err
    )
    with pytest.raises(UserError, match="The format pdf cannot be written"):
        write_formats(report, dataset, ("pdf",), is_asked=True)


@pytest.mark.parametrize("asked", [("docx", "pdf"), ("html", "docx"), ("docx",)])
def test_a_docx_without_its_pictures_is_left_out_or_refused(monkeypatch, capsys, asked):
    report = reported(tell("01", "10", W16="0"))
    dataset = make_dataset(report)

    def refuse(drawings):
        raise FontMissingError("Some Font")

    monkeypatch.setattr(word_module, "write_pictures", refuse)
    files = write_formats(report, dataset, asked, is_asked=False)

    assert set(files) == {f"report.{one}" for one in asked if one != "docx"} | {"results.ars.json"}
    assert "The format docx needs the font Some Font" in capsys.readouterr().err
    with pytest.raises(UserError, match="The format docx needs the font Some Font"):
        write_formats(report, dataset, asked, is_asked=True)


def test_a_docx_has_the_pictures_that_were_drawn_for_it(told, document):
    """Drawn beforehand or while it is written, it is the same."""
    assert write_docx(document, told.dataset, pictures_of(document)) == write_docx(document, told.dataset)


def test_a_long_title_is_cut_in_what_the_docx_says_about_itself():
    told = told_of(tell("01", "10", W16="0"), study=replace(STUDY, title="A trial " * 50))
    found = docx.Document(io.BytesIO(write_docx(make_document(told), told.dataset)))

    assert len(found.core_properties.title) == 255
    assert any("A trial " * 50 in one.text for one in found.paragraphs)


@pytest.mark.skipif(
    CHINESE not in typst.Fonts().families(), reason=f"{CHINESE} is not installed on this machine"
)
def test_the_report_in_chinese():
    told = told_of(*PEOPLE, language="zh-Hans")
    document = make_document(told)
    pdf = write_pdf(document, told.dataset)

    assert "受试者流程" in text_of(pdf)
    assert "由申办方撰写" in text_of(pdf)
    assert pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == "zh-CN"
    assert "受试者流程" in "".join(
        one.text for one in docx.Document(io.BytesIO(write_docx(document, told.dataset))).paragraphs
    )
    flow = next(one for one in tables_of(document) if one.title == "受试者流程")
    assert rtf_rows(write_rtf(document, flow, told.dataset))[0] == ["步骤", "人数"]


@pytest.mark.parametrize(
    ("language", "joined"), [("en", ("a, b", "a, b", "a; b")), ("zh-Hans", ("a、b", "a，b", "a；b"))]
)
def test_lists_are_parted_as_the_language_does(language: str, joined: tuple[str, ...]) -> None:
    told = told_of(*PEOPLE, language=language)
    assert tuple(join(told, ["a", "b"]) for join in (join_names, join_parts, join_texts)) == joined


def test_without_a_chinese_font_it_is_said_and_nothing_is_written(monkeypatch):
    told = told_of(tell("01", "10", W16="0"), language="zh-Hans")

    class NoFonts:
        def families(self) -> list[str]:
            return []

    monkeypatch.setattr(typst, "Fonts", NoFonts)
    with pytest.raises(FontMissingError, match=CHINESE):
        write_pdf(make_document(told), told.dataset)


# ---------------------------------------------------------------- CDISC ARS


@pytest.mark.skipif(
    "TRIALWRIGHT_TEST_DATA" not in os.environ, reason="TRIALWRIGHT_TEST_DATA names no folder with CDISC ARS"
)
def test_ars_names_every_display_and_holds_to_its_schema(told, document):
    schema = Path(os.environ["TRIALWRIGHT_TEST_DATA"]) / "cdisc/ars/project/jsonschema/ars_ldm.schema.json"
    event = json.loads(write_ars(STUDY, told.dataset, outputs_of(document, ("pdf", "rtf"))))

    jsonschema.validate(event, json.loads(schema.read_text("utf-8")))
    assert [one["name"] for one in event["outputs"]] == [
        caption(document.words, one) for one in document.displays()
    ]


def test_ars_names_the_files_that_are_there(told, document):
    outputs = outputs_of(document, ("rtf",))
    named = {file["location"] for one in outputs for file in one.get("fileSpecifications", ())}

    assert named == set(write_rtf_files(document, told.dataset))

"""Pages of numbers and their rows: for every number of every method a place, and on it who, by which values and events."""

import re
from dataclasses import replace
from html import unescape

import pytest
from tests.spec.analysis_data import tell
from tests.spec.test_analysis_run import PEOPLE
from tests.spec.test_displays import reported
from tests.spec.test_report import events_page

from trialwright.analysis.ard import Statistic
from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Number, Table
from trialwright.analysis.displays.numbers import show
from trialwright.analysis.displays.page_html import write_html
from trialwright.analysis.displays.told import Told
from trialwright.analysis.page import Report, result_anchor
from trialwright.analysis.pages_r import render_r_page
from trialwright.analysis.pages_trace import Tracing, event_parts, render_trace_pages
from trialwright.analysis.report import make_dataset, write_report
from trialwright.analysis.results import AnalysisResult, Row
from trialwright.analysis.statistic_labels import method_text, parameter_text, statistic_label
from trialwright.analysis.trace import group_key, groups_of, index_of, rows_behind
from trialwright.analysis.trace_text import label_of_statistic, number_text
from trialwright.cli.report_data import translation
from trialwright.ledger.events import FormSaved


@pytest.fixture(scope="module")
def report() -> Report:
    return reported(*PEOPLE)


@pytest.fixture(scope="module")
def dataset(report):
    return make_dataset(report)


@pytest.fixture(scope="module")
def pages(report, dataset) -> dict[str, str]:
    return {name: content.decode() for name, content in render_trace_pages(report, dataset).items()}


def test_every_number_has_one_place(dataset, pages):
    for one in dataset.statistics:
        page = pages[f"trace/{one.analysis}.html"]
        assert page.count(f'id="{result_anchor(one.id)}"') == 1, one.id


def test_a_number_of_a_category_is_called_by_it(report, dataset):
    any_number = dataset.by_id["primary:low"]
    of_term = replace(any_number, role="", label="Events", parameter="AETERM", category=("Skin", "Itch"))

    assert label_of_statistic(report, of_term) == "Events – AETERM – Skin – Itch"


def test_the_sentence_of_a_missing_control_group_stands_with_efficacy_only(pages):
    sentence = "No control group"
    assert sentence in pages["trace/primary.html"]
    assert sentence not in pages["trace/flow.html"]


def test_two_ids_have_two_places():
    names = ("a/b:c", "a_b:c", "a-b:c", "a b:c", "a-2f-b:c", "a=b:c", "a=b:d", "a" * 80, "a" * 81)

    assert len({result_anchor(one) for one in names}) == len(names)


def test_a_place_is_short_and_holds_nothing_that_somebody_wrote():
    """What it is must not change: reports of the same results are linked from outside."""
    term = "events/AETERM=Skin>Itch%20that%20did%20not%20end,%20" + "%20".join(["and"] * 40) + ":participants"

    assert result_anchor(term) == "events-68743664c6de"
    assert result_anchor("a" * 80) == f"{'a' * 64}-0f45e858fbc4"
    assert result_anchor("primary:low") == "primary-3a-low"


@pytest.mark.parametrize(
    ("statistic", "method", "english", "chinese"),
    [
        ("low", "clopper_pearson", "Lower limit", "下限"),
        ("chg.q1", "observed", "Change from baseline: Lower quartile", "较基线的变化：下四分位数"),
        ("event.observed", "count", "Response: observed", "应答：观察到"),
        ("high.low.normal", "count", "Worst value towards high: baseline Low, worst Normal", "偏高方向的最差值：基线低，最差正常"),
        ("mean", "observed", "Mean", "均值"),
        ("mean", "unstructured", "Adjusted mean", "校正均值"),
        ("mean", "heterogeneous-ar1", "Adjusted mean", "校正均值"),
        ("low.n", "count", "Worst value towards low: Number of participants", "偏低方向的最差值：受试者数"),
        ("chg.what", "count", "", ""),
        ("low.low.what", "count", "", ""),
        ("what.observed", "count", "", ""),
        ("lsmean", "mmrm", "", ""),
    ],
)  # fmt: skip
def test_a_statistic_is_called_by_its_label(report, statistic, method, english, chinese):
    one = Statistic(f"primary:{statistic}", "primary", statistic, 1, method=method)

    assert statistic_label(report, one) == english
    assert statistic_label(replace(report, language="zh-Hans", say=translation("zh-Hans")), one) == chinese


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("occurrences", "Number of records"),
        ("occurrence_overview", "Number of records"),
        ("time_to_event", "Number of events"),
    ],
)
def test_what_a_table_of_records_counts_are_records_and_of_times_events(report, method, said):
    study = report.study
    one = replace(study.analyses["primary"], id="some", method=method)
    changed = replace(report, study=replace(study, analyses={**study.analyses, "some": one}))

    assert statistic_label(changed, Statistic("some:events", "some", "events", 3, method="count")) == said


def test_in_chinese_a_count_of_numbers_is_not_one_of_people(report):
    chinese = replace(report, language="zh-Hans", say=translation("zh-Hans"))
    one = Statistic("primary:n", "primary", "count", 3, method="count")

    assert (statistic_label(chinese, one), method_text(chinese, one)) == ("人数", "计数")
    assert "数字个数" in render_r_page(chinese, (one,)).decode()


def test_every_statistic_and_method_of_a_report_has_a_label(report, dataset):
    for one in dataset.statistics:
        assert statistic_label(report, one), one.id
        assert method_text(report, one).partition(",")[0] not in ("count", "observed", "flow", "exact"), (
            one.id
        )


def test_the_code_stands_beside_the_label(dataset, pages):
    page = pages["trace/primary.html"]

    place = result_anchor("primary:low")
    assert f'<span id="{place}">Lower limit <code>low</code></span>' in page
    assert '<td data-l="Method">Clopper-Pearson, 95 %</td>' in page


def test_why_there_is_no_number_is_told_in_words(report):
    assert number_text(report, Statistic("a:n", "a", "n", None, "nobody")) == "– (nobody is counted)"
    assert number_text(report, Statistic("a:n", "a", "n", None, "eaten")) == "– (eaten)"  # type: ignore[arg-type]  # no reason that there is


@pytest.mark.parametrize(
    ("statistic", "method", "day", "said"),
    [
        ("smallest", "clopper_pearson", None, "1"),
        ("n", "clopper_pearson", 126, "1"),
        ("responders", "count", None, "1"),
        ("mean", "unstructured", None, "1"),
        ("low", "unstructured", None, "1"),
        ("df", "logit", None, "1"),
        ("median", "kaplan_meier, log-log", None, "1"),
        ("low", "kaplan_meier, log-log", None, "1"),
        ("low", "kaplan_meier, log-log", 126, "1 (100.0 %)"),
        ("survival", "kaplan_meier, log-log", 126, "1 (100.0 %)"),
        ("high", "profile_likelihood", 126, "1 (100.0 %)"),
        ("high", "wilson", None, "1 (100.0 %)"),
        ("low", "logit + 1/2", None, "1 (100.0 %)"),
        ("wilson_low", "wilson, imputed", None, "1 (100.0 %)"),
        ("against", "clopper_pearson", None, "1 (100.0 %)"),
        ("proportion", "count", None, "1 (100.0 %)"),
        ("least", "profile_likelihood", 126, "1 (100.0 %)"),
    ],
)
def test_only_a_share_is_told_in_percent(report, statistic, method, day, said):
    one = Statistic(f"some:{statistic}", "some", statistic, 1, method=method, day=day)

    assert number_text(report, one) == said


@pytest.mark.parametrize(
    ("parameter", "said"),
    [
        ("score.total", "Total score"),
        ("doses#2", "Doses 2"),
        ("events#3.start", "Adverse events 3 start"),
        ("score=score.total#1", "Score: Total score 1"),
        ("transaminases=ALT", "Highest transaminases: ALT"),
        ("ended", "End of the study"),
        ("unheard", "unheard"),
    ],
)
def test_what_a_number_is_of_is_called_by_its_label(report, parameter, said):
    assert parameter_text(report, Statistic("a:n", "primary", "n", 1, parameter=parameter)) == said


def test_every_number_of_the_study_report_opens_its_rows(report, dataset, pages):
    document = make_document(Told(report.study, dataset))
    page = write_html(document, dataset).decode()
    cells = [
        cell
        for table in document.displays()
        if isinstance(table, Table)
        for row in table.rows
        for cell in row[1:]
        if isinstance(cell, Number) and dataset.by_id[cell.results[0]].value is not None
    ]

    links = re.findall(
        r'<a href="(trace/[^"#]+)#([^"]+)" class="number" aria-label="([^"]+)">([^<]+)</a>', page
    )
    assert len(links) == len(cells) > 50
    for (path, place, name, said), cell in zip(links, cells, strict=True):
        assert place == result_anchor(cell.results[0])
        assert f'id="{place}"' in pages[path]
        assert unescape(name) == f"{unescape(said)}, opens its rows"
        assert unescape(said) == show(cell, dataset, document.words)


def test_every_number_of_the_first_page_is_a_link(report):
    """Counts, proportions and limits of the estimates: what stands in a cell stands in a link."""
    page = write_report(report)["index.html"].decode()
    rows = re.findall(r'<td data-l="(?:Count|Proportion|Interval)">(.*?)</td>', page)

    assert len(rows) > 10
    unlinked = [one for one in rows if re.search(r"\d", one) and not one.startswith("<a ")]
    assert all("not yet decided" in one for one in unlinked)


def test_who_stands_behind_a_number_stands_on_its_page_and_nobody_else(dataset, report):
    index = index_of(dataset, report.results)
    for one in dataset.statistics:
        assert {row.participant for row in rows_behind((one,), index)} == set(one.participants), one.id


def test_rows_tell_outcome_value_and_event(pages):
    page = pages["trace/primary.html"]
    first = page[page.index('id="of-0"') :]
    row = re.search(r'<tr><th scope="row"><a href="\.\./participants/p01\.html".*?</tr>', first)

    assert row
    for text in (
        "Response. Observed at Week 16.",
        'href="../participants/p01.html#v-W16-score-0-total"',
        'href="../events/p01.html#e-',
    ):
        assert text in row[0], text


def test_which_rows_a_number_is_of_is_told(dataset, pages):
    page = pages["trace/primary.html"]
    for one in dataset.of("primary"):
        if one.estimate != "primary":
            continue
        line = re.search(rf'<tr><th scope="row"><span id="{result_anchor(one.id)}">.*?</tr>', page)
        assert line
        said = re.findall(r"<td[^>]*>(.*?)</td>", line[0])[-1]
        everybody = {dataset.codes[who] for who in dataset.by_id["primary:n"].participants}
        named = set(said.removeprefix("all but ").split(", ")) & everybody
        told = everybody if said == "all" else everybody - named if said.startswith("all but") else named
        assert told == {dataset.codes[who] for who in one.participants} & everybody, one.id


def test_a_value_that_was_redacted_is_not_told_as_taken_back():
    report = reported(tell("01", "10", W16="1"))
    person = report.people["p01"]
    event = next(
        one
        for one in person.events
        if isinstance(one.body, FormSaved) and (one.body.visit, one.body.form) == ("W16", "score")
    )
    gone = replace(event, values={**event.values, "total": None})
    stands = person.book.records["W16", "score", 0]
    left = replace(stands, items={name: one for name, one in stands.items.items() if name != "total"})
    book = replace(person.book, records={**person.book.records, ("W16", "score", 0): left})
    changed = replace(report, people={"p01": replace(person, book=book)})
    tracing = Tracing(changed, make_dataset(report), index_of(make_dataset(report), report.results), {})

    said = "".join(map(str, event_parts(tracing, "p01", gone, ())))

    assert "Total score redacted" in said and "back to blank" not in said


def test_a_method_that_nothing_here_knows_is_traced_by_its_rows(report):
    """A mean of a model, with participants and events of rows of a dataset, as any method may return it."""
    mean = Row(
        "model", "A model", "", "score.total", "W16", "lsmean", 1.5, "mmrm", 0.95, 2, None, ("p01", "p02"),
        events=("p01:8", "p02:9"),
    )  # fmt: skip
    share = replace(mean, statistic="share", value=None, participants=())
    more = AnalysisResult("model", "A model", "mmrm", rows=(mean, share))
    study = report.study
    analyses = {
        **study.analyses,
        "model": replace(study.analyses["course"], id="model", label="A model", method="mmrm"),
    }
    changed = replace(
        report,
        study=replace(study, analyses=analyses),
        results=replace(report.results, analyses=(*report.results.analyses, more)),
    )

    page = render_trace_pages(changed, make_dataset(changed))["trace/model.html"].decode()

    assert "<h2>A model – Total score – Week 16</h2>" in page
    assert 'href="../events/p01.html#e-8"' in page and 'href="../events/p02.html#e-9"' in page
    assert f'id="{result_anchor("model/score.total/W16:lsmean")}"' in page


def test_numbers_of_the_same_share_their_rows(dataset, report):
    groups = groups_of(dataset, "course", index_of(dataset, report.results))

    assert len({group.key for group in groups}) == len(groups)
    for group in groups:
        assert {group_key(one) for one in group.statistics} == {group.key}
        assert {one.statistic for one in group.statistics} == {"n", "median", "q1", "q3", "min", "max"}
        values = sorted(row.value.value for row in group.rows)
        known = {one.statistic: one.value for one in group.statistics}
        assert (known["n"], known["min"], known["max"]) == (len(values), float(values[0]), float(values[-1]))


def test_an_id_that_looks_like_a_participant_is_taken_apart():
    one = Statistic("a:n", "a", "n", 1, participants=("p:1",), events=("p:1:17",))
    (row,) = rows_behind((one,), index_of(make_dataset(reported(tell("01", "10")))))

    assert (row.participant, row.events) == ("p:1", (17,))


def test_a_form_shows_all_that_stood_on_it_when_it_was_saved():
    """The note was written first and the score later; each act shows the form as it was then."""
    page = events_page(
        (FormSaved("W12", "score", 0), {"note": '{"v":"itches"}'}),
        (FormSaved("W12", "score", 0), {"total": '{"v":"4"}'}),
        (FormSaved("W12", "score", 0), {"total": '{"v":"5"}'}),
    )

    forms = [
        re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>', one)
        for one in page.split("<article ")
        if "The form as it stood after this event" in one
    ]
    assert [[row[:2] for row in one] for one in forms] == [
        [("Total score", "–"), ("Note", "itches")],
        [("Total score", "4"), ("Note", "itches")],
        [("Total score", "5"), ("Note", "itches")],
    ]
    assert "event 101" in forms[1][1][2] and forms[1][0][2] == ""

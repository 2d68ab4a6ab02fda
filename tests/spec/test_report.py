"""The report as pages: every link leads somewhere, every number to an event and its author, nothing is taken for a tag."""

import json
import random
import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files as package_files
from posixpath import dirname, join, normpath

import pytest
from tests.spec.analysis_data import TWO_ARMS, day, make_person, make_study, tell
from tests.spec.report_texts import report_texts
from tests.spec.test_analysis_run import PEOPLE

from trialwright.analysis.page import Person, Provenance, Report, page_name
from trialwright.analysis.report import write_report
from trialwright.analysis.results import Results
from trialwright.analysis.run import run
from trialwright.cli.report_data import translation
from trialwright.datasets.frames import frames
from trialwright.ledger.events import (
    REASON,
    EligibilityDecided,
    FormSaved,
    ParticipantEnrolled,
    ParticipantScreened,
    PhotoAdded,
    PhotoRemoved,
    QueryAnswered,
    QueryClosed,
    QueryOpened,
    RowRemoved,
    ValueRedacted,
)
from trialwright.study.model import Check, Photos, Region

pytestmark = pytest.mark.unmeasured

STUDY = make_study()
AUTHORS = {"nurse0": "Ann <Nurse>"}  # of nurse1 no name is known
MADE = Provenance("2027-03-17T08:00:00.000000Z", "ab" * 32, "0.1.0")


class Page(HTMLParser):
    """What a reader's browser would find: links, ids, texts of elements, tags left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []  # href, class
        self.ids: list[str] = []
        self.sections: dict[str, list[tuple[str, str]]] = {}
        self.authors: dict[str, str] = {}
        self.around: dict[str, str] = {}  # id -> that of the element around it
        self._open: list[tuple[str, str]] = []
        self._is_author = False
        self.feed(text)
        assert not self._open, self._open

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if named.get("id"):
            self.around[named["id"]] = next((one for _, one in reversed(self._open) if one), "")
            self.ids.append(named["id"])
        if tag not in ("meta", "link", "br", "hr", "img"):
            self._open.append((tag, named.get("id") or ""))
        if tag == "a" and named.get("href"):
            self.links.append((named["href"], named.get("class", "")))
            for _, identity in self._open:
                if identity:
                    self.sections.setdefault(identity, []).append((named["href"], named.get("class", "")))
        if tag == "link":
            self.links.append((named["href"], "stylesheet"))
        self._is_author = named.get("class") == "author"

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        opened, _ = self._open.pop()
        assert opened == tag
        self._is_author = False

    def handle_data(self, data):
        if self._is_author:
            inside = next(identity for _, identity in reversed(self._open) if identity.startswith("e-"))
            self.authors[inside] = data


def made(*people, study=STUDY, language="en", cut=None) -> tuple[Results, dict[str, bytes]]:
    records = {
        book.participant: Person(book, events) for book, events in (make_person(study, one) for one in people)
    }
    books = {name: person.book for name, person in records.items()}
    results = run(study, frames(study, books.values()), rehearsal=True, books=books, cut=cut)
    report = Report(study, results, records, MADE, language, translation(language), AUTHORS)
    return results, write_report(report)


@pytest.fixture(scope="module")
def site() -> dict[str, bytes]:
    return made(*PEOPLE)[1]


@pytest.fixture(scope="module")
def pages(site) -> Mapping[str, Page]:
    return {name: Page(content.decode()) for name, content in site.items() if name.endswith(".html")}


def target(page: str, href: str) -> tuple[str, str]:
    path, _, place = href.partition("#")
    return normpath(join(dirname(page), path)) if path else page, place


def test_every_link_leads_to_a_page_and_a_place(site, pages):
    for name, page in pages.items():
        for href, _ in page.links:
            found, place = target(name, href)
            assert found in site, (name, href)
            assert not place or place in pages[found].ids, (name, href)


def test_no_id_stands_twice_on_a_page(pages):
    for name, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), name


def author_behind(pages, page: str, href: str, rng: random.Random) -> str:
    """Clicks on: from a number to its participants, to a participant's value, to its event; gives the author."""
    name, place = target(page, href)
    shown = pages[name].sections.get(place) or pages[name].sections[pages[name].around[place]]
    participants = [link for link, kind in shown if kind in ("participant", "value")]
    name, place = target(name, rng.choice(participants))
    events = [link for link, kind in pages[name].links if kind == "event"]
    name, place = target(name, rng.choice(events))
    return pages[name].authors[place]


def test_fifty_random_numbers_reach_an_event_and_its_author(pages):
    rng = random.Random(7)
    numbers = [
        (name, href) for name, page in pages.items() for href, kind in page.links if "number" in kind.split()
    ]
    assert len(numbers) >= 50

    for name, href in rng.sample(numbers, 50):
        assert author_behind(pages, name, href, rng) in ("Ann <Nurse>", "nurse1")


def test_from_the_headline_three_clicks_lead_to_an_event(pages):
    href = next(link for link, kind in pages["index.html"].links if kind == "number large")

    analysis, place = target("index.html", href)  # first click
    assert (analysis, place) == ("analysis/primary.html", "primary")
    values = next(link for link, kind in pages[analysis].sections[place] if kind == "value")
    participant, item = target(analysis, values)  # second
    assert participant == "participants/p01.html"
    assert item == "v-W16-score-0-total"
    event, act = target(
        participant, next(link for link, kind in pages[participant].links if kind == "event")
    )  # third
    assert event == "events/p01.html"
    assert pages[event].authors[act]


def test_every_value_links_the_event_that_put_it_there(site):
    page = site["participants/p01.html"].decode()

    row = re.search(r'<span id="v-W16-score-0-total">.*?</tr>', page, re.DOTALL)
    assert row and "events/p01.html#e-" in row[0]
    event = re.search(r"#(e-\d+)", row[0])
    act = re.search(rf'<article id="{event[1]}".*?</article>', site["events/p01.html"].decode(), re.DOTALL)
    assert act and "Form saved" in act[0] and "1.0" in act[0]


def test_an_event_shows_who_when_and_its_seal(site):
    _, events = make_person(STUDY, PEOPLE[0])
    page = site["events/p01.html"].decode()

    for event in events:
        assert event.seal in page
    assert "Study &lt;nurse&gt;" in page
    assert "2026-06-22 08:00:" in page
    assert "Date at the site" in page


def test_events_stand_as_lines_under_their_day_each_with_its_own_link(site, pages):
    _, events = make_person(STUDY, PEOPLE[0])
    text, page = site["events/p01.html"].decode(), pages["events/p01.html"]
    days = list(dict.fromkeys(event.envelope.site_date for event in events))

    assert re.findall(r'<h2 id="d-\d+">([\d-]+)', text) == days
    links = [href for href, _ in page.links]
    for event in events:
        assert f"#e-{event.sequence}" in links
    assert links.index("#all") < links.index("#e-1")


def test_a_day_names_the_visits_for_which_something_was_saved():
    page = events_page(
        (FormSaved("SCR", "score", 0), {}),
        (FormSaved("W16", "score", 0), {}),
        (FormSaved("", "end", 0), {}),
        site_date="2026-12-24",
        whole=True,
    )

    assert re.findall(r"<h2 id=\"d-101\">(.*?)</h2>", page) == ["2026-12-24 · Screening, Week 16"]
    assert '<li><a href="#d-101">2026-12-24 · Screening, Week 16</a></li>' in page


def test_the_clock_of_the_device_is_told_with_its_offset(site):
    page = events_page((FormSaved("W16", "score", 0), {}), device_time="2026-06-22T16:00:05+08:00")

    assert "<dt>Time of the device</dt><dd>2026-06-22 16:00:05 +08:00</dd>" in page


def test_values_stand_under_their_visit_and_the_page_lists_the_visits(site):
    page = site["participants/p01.html"].decode()

    for place, title in (("at-W16", "Week 16"), ("at-", "Not bound to a visit")):
        assert f'<h2 id="{place}">{title}</h2>' in page
        assert f'<a href="#{place}">{title}</a>' in page


def test_a_report_says_what_it_was_made_of(site):
    for name in ("index.html", "analysis/primary.html", "participants/p01.html", "events/p01.html"):
        page = site[name].decode()
        for text in (
            "2027-03-17 08:00:00 UTC",
            MADE.heads,
            STUDY.hash,
            "0.1.0",
            "Draft",
            "Rehearsal of virtual participants",
        ):
            assert text in page, (name, text)


def test_every_result_of_one_group_says_that_nothing_is_controlled(site):
    page = site["index.html"].decode()

    assert page.count("No control group") == page.count('class="beside"') + 2  # and the two courses
    for name in site:
        if name.startswith("analysis/") and name != "analysis/flow.html":
            assert "No control group" in site[name].decode(), name


def test_two_arms_stand_apart_and_need_no_such_notice():
    study = make_study(arms=TWO_ARMS, model="Parallel")
    people = [tell("01", "10", arm="A", W16="0"), tell("02", "10", arm="B", W12="4", W16="5")]

    page = made(*people, study=study)[1]["index.html"].decode()

    assert "No control group" not in page
    assert "Score 90 at week 16 – Arm A" in page
    assert "Total score – Arm B" in page


def test_the_plan_stands_beside_the_result(site):
    page = site["index.html"].decode()

    for text in (
        "Reduction of at least 90 % at week 16.",
        "Full set",
        "Stopped for harm or lack of effect: composite",
        "Missing counted as non-response",
        "Clopper-Pearson, 95 %",
        "One-sided exact test against 50 %: p = 0.7734",
    ):
        assert text in page, text


def test_reasons_are_said_in_words(site):
    primary, back = site["analysis/primary.html"].decode(), site["analysis/back.html"].decode()

    assert "Cannot be told at Week 16: Total score (Week 16) not done." in primary
    assert "Cannot be told at Week 16: the baseline is 0." in primary
    assert "Stopped for harm or lack of effect: counted by the composite strategy." in primary
    assert "Differs from the headline for: 01." in primary
    assert "Seen to Week 52; at no visit did it happen." in back


def test_failed_criteria_stand_in_the_flow_by_their_number(site):
    assert "I2 · Score of at least 3" in site["index.html"].decode()
    assert "I2 · Score of at least 3" in site["analysis/flow.html"].decode()


def test_what_is_not_due_is_said():
    page = made(tell("01", "10"), cut=day(100))[1]["analysis/primary.html"].decode()

    assert "The window of Week 16 had not ended at the data cut." in page


def test_an_empty_population_is_said():
    page = made(tell("01", "2", dosed=False))[1]["analysis/primary.html"].decode()

    assert "Nobody is in this population yet." in page


HOSTILE = '<script>alert("x")</script>'


def test_no_text_becomes_a_tag():
    study = replace(STUDY, title=HOSTILE, notice=HOSTILE)
    person = replace(tell("01", "10", W16="0"), code=HOSTILE)

    _, files = made(person, study=study)

    for name, content in files.items():
        assert b"<script" not in content, name
    assert "&lt;script&gt;" in files["index.html"].decode()
    assert all(re.fullmatch(r"[\w./-]+", name) for name in files)


def test_an_id_leads_out_of_no_folder():
    assert "/" not in page_name("../../etc/passwd")
    assert page_name("a.b") != page_name("a/b")


def test_the_same_data_give_the_same_bytes(site):
    assert made(*PEOPLE)[1] == site
    assert made(*reversed(PEOPLE))[1] == site


def test_pages_need_no_script_and_no_server(site):
    for name, content in site.items():
        text = content.decode()
        assert "<script" not in text
        assert not re.search(r'(?:href|src)="(?:https?:)?//', text), name
        assert len(content) < 400_000, name


def test_an_author_is_named_with_role_and_account_and_by_id_where_no_name_is_known(site):
    page = site["events/p01.html"].decode()

    assert '<strong class="author">Ann &lt;Nurse&gt;</strong>' in page
    assert "<dt>Role</dt><dd>Study &lt;nurse&gt;</dd><dt>Account</dt><dd><code>nurse0</code></dd>" in page
    assert '<strong class="author">nurse1</strong>' in page
    assert "<code>nurse1</code>" not in page


def test_each_number_says_of_whom_and_how_it_came_about(site):
    for name in ("index.html", "analysis/primary.html"):
        page = site[name].decode()
        assert "Full set (n = 7): A record of dose says yes to “Given”." in page, name
        assert "Response: 3 observed." in page, name
        assert (
            "No response: 1 observed, 1 by an intercurrent event, 2 missing, counted as non-response." in page
        ), name
    assert "within “Full set”" in site["index.html"].decode()


def test_each_endpoint_stands_beside_the_objective_that_it_answers(site):
    page = site["index.html"].decode()

    assert "<div>Primary: Effect</div>" in page
    assert "<div>Secondary: Return</div>" in page


def test_an_endpoint_of_no_objective_has_a_dash():
    page = made(tell("01", "10", W16="0"), study=replace(STUDY, objectives=()))[1]["index.html"].decode()

    assert "<div>–</div>" in page and "Primary: Effect" not in page


def test_the_first_page_tells_screened_from_enrolled_from_dosed_from_analysed(site):
    page = re.sub(r"<[^>]+>", "", site["index.html"].decode().split("<dt>Data cut</dt>")[0])

    assert page.endswith("Screened: 10Enrolled: 7Received at least one dose: 7Full set: 7")


def test_the_first_page_leads_to_its_sections(pages):
    page = pages["index.html"]
    wanted = [href[1:] for href, _ in page.links if href.startswith("#") and href != "#content"]

    assert len(wanted) == 7
    assert set(wanted) <= set(page.ids)


def test_what_is_open_is_said_before_any_number_and_no_number_is_made_of_it():
    _, files = made(tell("01", "10", W16="0.5"), tell("02", "10", W12="0"), cut=day(118))
    index, primary = files["index.html"].decode(), files["analysis/primary.html"].decode()
    card = index[index.index('id="endpoint-score_90_w16"') : index.index('id="endpoint-score_100_w16"')]

    assert index.index("Participants not yet decided at the data cut: 2") < index.index("1/1")
    assert "not yet evaluable: 1 of 2 participants are not yet decided" in card
    assert "number large" not in card and "100.0 %" not in card.partition("Week 12")[0]
    assert "One-sided" not in card
    assert "not yet evaluable: 1 of 2 participants are not yet decided" in primary
    assert "Not yet decided: 1 still under observation." in primary


def test_the_course_of_proportions_says_what_is_open():
    page = made(tell("01", "10", W12="0"), cut=day(100))[1]["index.html"].decode()

    assert '<span class="kept">1 not yet decided</span>' in page


def test_still_under_observation_is_said_of_an_endpoint_of_no_visit():
    page = made(tell("01", "10", W12="0"), cut=day(100))[1]["analysis/stop.html"].decode()

    assert "Still under observation at the data cut." in page


def test_a_headline_stands_for_each_arm():
    study = make_study(arms=TWO_ARMS, model="Parallel")
    people = [tell("01", "10", arm="A", W16="0"), tell("02", "10", arm="B", W16="5")]

    page = made(*people, study=study)[1]["index.html"].decode()

    card = page[page.index('id="endpoint-score_90_w16"') : page.index('id="endpoint-score_100_w16"')]
    assert card.count("number large") == 2
    assert "<h4>Score 90 at week 16 – Arm A</h4>" in card


# ---------------------------------------------------------------- odd records


def test_rows_removed_values_redacted_and_older_items_are_shown():
    book, events = make_person(STUDY, tell("01", "10", W16="0"))
    emptied = replace(events[-1], values=dict.fromkeys(events[-1].values))
    record = book.records["W16", "score", 0]
    older = replace(record, items={**record.items, "weight": record.items["total"]})
    row = replace(record, visit="UNS#2", repeat=2, form="gone")
    odd = replace(
        book, records={**book.records, ("W16", "score", 0): older, ("UNS#2", "gone", 2): row}, arm=None
    )
    people = {"p01": Person(odd, (*events[:-1], emptied))}
    results = run(STUDY, frames(STUDY, [book]), rehearsal=False, books={"p01": book})

    files = write_report(Report(STUDY, results, people, replace(MADE, is_draft=False)))

    values, acts = files["participants/p01.html"].decode(), files["events/p01.html"].decode()
    assert "weight" in values
    assert "Unscheduled 2 · gone, row 2" in values
    assert "redacted" in acts
    assert "Draft" not in values and "Rehearsal" not in values


def test_every_kind_of_event_can_be_read():
    from trialwright.ledger import events as e

    book, events = make_person(STUDY, tell("01", "10", W16="0"))
    bodies = (
        e.CodeCorrected(),
        e.ValuesDerived("W16", "score", 0),
        e.RowRemoved("", "score", 3),
        e.EligibilityDecided("SCR", "not_eligible", ()),
        e.QueryOpened("q1", "W16", "score", 0, "total", "jump", "query"),
        e.QueryAnswered("q1"),
        e.QueryClosed("q1", by_change=True),
        e.ValueRedacted(3, "total"),
        e.EarlierScoresShown("anna", "W16", "score", 0),
    )
    more = tuple(
        replace(
            events[-1],
            body=body,
            sequence=100 + index,
            values={"total": "{}"} if index == 1 else {"text": "why"},
        )
        for index, body in enumerate(bodies)
    )
    results = run(STUDY, frames(STUDY, [book]), rehearsal=True, books={"p01": book})

    report = Report(STUDY, results, {"p01": Person(book, (*events, *more))}, MADE)
    page = write_report(report)["events/p01.html"].decode()

    for text in (
        "Code corrected",
        "Row removed",
        "not eligible",
        "jump",
        "event 3</a> · total",
        "back to blank",
        "Score, row 3",
        "Earlier scores shown</a></h3><div>Week 16 · Score</div>",
    ):
        assert text in page, text


def events_page(*added, study=STUDY, language="en", whole=False, **envelope):
    """The page of a participant with these (body, values) after the usual events, from the first of them on.

    envelope: what stands in theirs. whole: from the beginning of the page.
    """
    book, events = make_person(study, tell("01", "10", W16="0"))
    told = replace(events[-1].envelope, **envelope)
    more = tuple(
        replace(events[-1], body=body, sequence=101 + index, values=values, envelope=told)
        for index, (body, values) in enumerate(added)
    )
    results = run(study, frames(study, [book]), rehearsal=True, books={"p01": book})
    people = {"p01": Person(book, (*events, *more))}
    report = Report(study, results, people, MADE, language, translation(language))
    page = write_report(report)["events/p01.html"].decode()
    return page if whole else page[page.index('id="e-101"') :].partition("<footer>")[0]


def test_a_query_reads_as_a_question_about_an_answer():
    check = Check("score.high", "score", "total", STUDY.terms["score_90"].rule, "Is it right?", "query")
    study = replace(STUDY, checks=(check,))
    asked = QueryOpened("q1", "W16", "score", 0, "total", "score.high", "query")

    page = events_page(
        (asked, {"value": '{"v":"7.5"}'}),
        (QueryAnswered("q1"), {"text": "Seen <twice>"}),
        (QueryClosed("q1", by_change=False), {}),
        (replace(asked, query="q2", check=""), {"text": "Who rated?", "value": '{"m":"not_done"}'}),
        (QueryAnswered("gone"), {"text": "To what?"}),
        study=study,
    )

    assert page.count("Week 16 · Score · Total score · Is it right?") == 3  # also of its answer and its end
    assert "<td>7.5</td>" in page
    assert "<td>missing: not done</td>" in page
    assert "Who rated?" in page and "Seen &lt;twice&gt;" in page
    assert "<div>gone</div>" in page
    assert "{&quot;" not in page


def test_values_of_an_event_stand_in_the_order_of_the_form_with_units_and_reasons():
    score = STUDY.forms["score"]
    items = {
        **score.items,
        "area": replace(score.items["total"], id="area", label="Area", unit="cm2"),
        "again": replace(score.items["total"], id="again", label="Again", type="boolean"),
    }
    study = replace(STUDY, forms={**STUDY.forms, "score": replace(score, items=items, gate="Any score?")})
    values = {
        "again": '{"v":"true"}',
        "area": '{"v":"13","raw":"1.3","unit":"dm2"}',
        "total": '{"m":"refused"}',
    }

    page = events_page(
        (FormSaved("W16", "score", 0), values),
        (FormSaved("", "score", 0), {"gate": '{"v":"false"}'}),
        (FormSaved("", "end", 0), {"gate": '{"v":"true"}', "reason": '{"v":"harm"}'}),
        study=study,
    )

    rows = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', page)
    assert rows == [
        ("Total score", "missing: refused"),
        ("Area", "13 cm2 (1.3 dm2)"),
        ("Again", "yes"),
        ("Any score?", "no"),
        ("Stopped early", "–"),  # not answered then, and so it stood on the form
        ("Reason", "Adverse event"),
        ("Last day", "–"),
        ("Is there anything to list?", "yes"),
    ]


def test_identity_arm_and_redaction_are_named():
    page = events_page(
        (ParticipantScreened("p01"), {"code": "01-9"}),
        (ParticipantEnrolled(), {"arm": "A"}),
        (FormSaved("W16", "score", 0), {"total": None}),
        (ValueRedacted(103, "total"), {}),
        (ValueRedacted(999, "total"), {}),
        (QueryOpened("q", "W16", "score", 0, "total", "", "query"), {"value": None, "text": None}),
    )

    rows = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', page)
    assert rows == [
        ("Code of the participant", "01-9"),
        ("Arm", "Arm A"),
        ("Total score", "redacted"),
        ("Note", "–"),
        ("Text", "redacted"),
        ("Total score", "redacted"),
    ]
    assert "event 103</a> · Total score" in page
    assert "event 999</a> · total" in page


@pytest.mark.parametrize(
    ("language", "reason", "redacted"), [("en", "Reason", "redacted"), ("zh-Hans", "原因", "已遮蔽")]
)
def test_a_redacted_reason_reads_so_where_it_stood(language, reason, redacted):
    page = events_page(
        (FormSaved("W16", "score", 0), {"total": '{"v":"1"}', REASON: "misread"}),
        (RowRemoved("", "score", 3), {REASON: None}),
        (ValueRedacted(102, REASON), {REASON: "a name"}),
        (ValueRedacted(999, REASON), {REASON: "a name"}),
        language=language,
    )

    assert re.findall(rf"<dt>{reason}</dt><dd>(.*?)</dd>", page) == ["misread", redacted, "a name", "a name"]
    assert (
        page.count("<tr>") == 3
    )  # a head, the value and what was not answered: only the form has a table of values, and the reason stands in none
    assert len(re.findall(rf"</a> · {reason}</div>", page)) == 2
    assert REASON not in page


def test_a_decision_says_what_stood_against_it():
    criteria = (("I1", "met"), ("I2", "not_met"), ("E1", "unknown"), ("E9", "not_met"))

    page = events_page((EligibilityDecided("SCR", "not_eligible", criteria), {}))

    assert "<div>I2 · Score of at least 3 – not met</div>" in page
    assert "<div>E1 · Score above 50 – cannot be told</div>" in page
    assert "<div>E9 ·  – not met</div>" in page
    assert "I1" not in page


def test_an_event_reads_in_chinese():
    asked = QueryOpened("q1", "W16", "score", 0, "total", "", "query")

    page = events_page((asked, {"value": '{"m":"not_done"}', "text": "?"}), language="zh-Hans")

    assert "缺失：未做" in page
    assert "文字" in page


# ---------------------------------------------------------------- Chinese


def test_every_text_of_the_report_has_its_chinese():
    say = translation("zh-Hans")
    same = {"n"}  # a letter in both

    missing = [text for text in report_texts() - same if say(text) == text]

    assert not missing


def test_chinese_keeps_the_named_parts():
    say = translation("zh-Hans")

    for text in report_texts():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", say(text))), text


def test_the_catalogue_was_compiled_from_its_text():
    from babel.messages.mofile import read_mo
    from babel.messages.pofile import read_po

    folder = package_files("trialwright") / "locale" / "zh_Hans" / "LC_MESSAGES"
    with (folder / "report.po").open("rb") as text, (folder / "report.mo").open("rb") as compiled:
        written = {one.id: one.string for one in read_po(text) if one.id}
        machine = {one.id: one.string for one in read_mo(compiled) if one.id}
    assert written == machine


def test_a_chinese_report_is_chinese():
    page = made(*PEOPLE, language="zh-Hans")[1]["index.html"].decode()

    assert '<html lang="zh-Hans">' in page
    assert "无对照组" in page
    assert "受试者流程" in page
    assert "Planned" not in page


def test_estimates_are_plain_json():
    from trialwright.cli.report import estimate_row

    results, _ = made(*PEOPLE)
    rows = json.loads(json.dumps([estimate_row(one) for one in results.estimates()]))

    assert list(rows[0]) == [
        "analysis_id",
        "label",
        "responders",
        "n",
        "estimate",
        "low",
        "high",
        "level",
        "method",
    ]
    assert rows[0]["responders"] == 3


def test_a_photo_is_told_by_its_place_and_region_and_never_shown():
    photos = Photos("No face.", (Region("arm", "Arm"),), ("W16",), 2)
    hashes = ("0" * 64, "image/png", "1" * 64, 9, 8, 7)
    taken = PhotoAdded("ph1", "W16", "2026-03-02", "arm", *hashes, "", "")
    own = PhotoAdded("ph2", "", "2026-03-03", "leg", *hashes, "2026-03-03T20:00:00+08:00", "d1")

    page = events_page(
        (taken, {}),
        (own, {}),
        (PhotoRemoved("ph1"), {REASON: "A face."}),
        (PhotoRemoved("ph9"), {REASON: "Gone."}),
        study=replace(STUDY, photos=photos),
    )

    for text in ("Photo added", "Week 16 · Arm", "2026-03-03 · leg", "Photo removed", "A face."):
        assert text in page, text
    assert page.count("Week 16 · Arm") == 2
    assert "<img" not in page
    assert "2026-03-02 · Arm" not in events_page((taken, {}))

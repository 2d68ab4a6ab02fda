"""`trialwright report --verify`: the results of a report are computed anew from its data cut, and every number compared."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from shutil import copytree, rmtree

import pytest
from tests.spec.analysis_data import study_files
from tests.store import test_report_command as reported
from tests.store.conftest import copied
from tests.store.desk import NURSE, Desk, at

from trialwright.analysis.ard import Statistic
from trialwright.analysis.ard_files import read_results_json
from trialwright.analysis.compare_results import Difference, differences, is_same
from trialwright.analysis.conduct import Look
from trialwright.analysis.results import Record
from trialwright.cli import main, report_verify
from trialwright.cli.output import ENVIRONMENT, FINDINGS, OK, USAGE

folder = reported.folder


@pytest.fixture(scope="module")
def made(reported_data, tmp_path_factory, django_db_blocker):
    """A data folder, and beside it a report of it."""
    place = tmp_path_factory.mktemp("made")
    with copied(reported_data, place, django_db_blocker) as data:
        assert main(["report", str(data), "-o", str(place / "report"), "--formats", "html"]) == OK
    return place


@pytest.fixture
def written(made, tmp_path, django_db_blocker):
    """A data folder, and a report of it, to be changed at will."""
    copytree(made / "report", tmp_path / "report")
    with copied(made / "data", tmp_path, django_db_blocker) as data:
        yield data, tmp_path / "report"


@pytest.fixture(scope="module")
def anew(made, tmp_path_factory, django_db_blocker):
    """The report that is computed anew of that data folder."""
    with copied(made / "data", tmp_path_factory.mktemp("anew"), django_db_blocker) as data:
        return report_verify.report_anew(data, report_verify.read_results(made / "report"))


@pytest.fixture
def computed(made, anew, monkeypatch):
    """Where the comparison is asked about: what is computed anew was computed before, unless it is of another cut."""
    whole = report_verify.report_anew

    def asked(told):
        return told.study, told.definition, told.moments, told.last_day

    written = asked(report_verify.read_results(made / "report"))
    monkeypatch.setattr(
        report_verify,
        "report_anew",
        lambda data, told: anew if asked(told) == written else whole(data, told),
    )


def verified(written, capsys, *words: str) -> tuple[int, str]:
    folder, out = written
    capsys.readouterr()
    code = main(["report", str(folder), "--verify", str(out), *words])
    said = capsys.readouterr()
    return code, said.out + said.err


def change(out, old: str, new: str) -> None:
    path = out / "results.json"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.unmeasured
def test_every_number_of_a_report_is_found_again(written, capsys):
    code, said = verified(written, capsys)

    assert code == OK
    assert said.endswith("no difference.\n")
    numbers = len(read_results_json((written[1] / "results.json").read_bytes()).statistics)
    assert said.startswith(f"{numbers} numbers of the cut --as-of 2026-06-22T08:00:00Z:")


@pytest.mark.unmeasured
def test_data_that_came_later_make_no_difference(written, capsys):
    desk = Desk("TRIAL")
    desk.count = 100
    desk.save("", "end", date(2026, 6, 30), stopped="true", reason="harm", date="2026-06-22")

    assert main(["report", str(written[0]), "--json"]) == OK
    assert json.loads(capsys.readouterr().out)[0]["responders"] == 0  # counted otherwise from now on
    assert verified(written, capsys)[0] == OK


@pytest.mark.unmeasured
def test_a_report_that_was_made_before_the_first_participant_is_found_again(
    tmp_path, django_db_blocker, capsys
):
    from trialwright.store.definitions import activate, add_definition
    from trialwright.store.folder import create_data

    with django_db_blocker.unblock():
        data = create_data(tmp_path / "empty", demo=True, seed=7)
        moment = at(date(2026, 2, 20))
        study = add_definition(study_files(), {}, at=moment.utc)
        activate(study.id, "S01", study.hash, by=NURSE, at=moment)
        out = tmp_path / "first"
        main(["report", str(data), "-o", str(out), "--formats", "html"])

        code, said = verified((data, out), capsys)

    assert json.loads((out / "results.json").read_text("utf-8"))["last_day"] == ""
    assert (code, said.splitlines()[-1].endswith("no difference.")) == (OK, True), said


@pytest.mark.parametrize("as_of", ["2026-05-01", "2026-06-22T08:00:00Z"])
@pytest.mark.unmeasured
def test_a_report_of_an_earlier_cut_is_found_again(folder, tmp_path, capsys, as_of):
    out = tmp_path / "early"
    assert main(["report", str(folder), "-o", str(out), "--formats", "html", "--as-of", as_of]) == OK

    code, said = verified((folder, out), capsys)

    assert code == OK
    assert f" numbers of the cut --as-of {as_of}: " in said
    written = (out / "results.json").read_bytes()
    assert main(["report", str(folder), "-o", str(out), "--formats", "html", "--as-of", as_of]) == OK
    assert (out / "results.json").read_bytes() == written


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"id":"primary:responders","analysis":"primary","statistic":"responders","value":"1"',
         '"id":"primary:responders","analysis":"primary","statistic":"responders","value":"0"',
         "primary:responders: the report says 0; computed anew 1"),
        ('"value":"0.025000000000000022"', '"value":"0.0251"', "primary:low: the report says 0.0251; computed anew 0.025"),
        ('"software": "0.1.0"', '"software": "0.0.9"', "software: the report says 0.0.9; computed anew 0.1.0"),
        ('"id":"primary:low"', '"id":"primary:lower"', "primary:lower: the report says 0.025000000000000022; computed anew missing"),
        ('"kind":"event"', '"kind":"no_event"', "primary 01: the report says no_event observed W16"),
        ('"heads": "', '"heads": "0', "heads: the report says 0"),
        ('"is_blinded": false', '"is_blinded": true', "is_blinded: the report says True; computed anew False"),
        ('"p1": "01"', '"p1": "07"', "codes p1: the report says 07; computed anew 01"),
        ('"S01": "2026-06-22T08:00:00.000000Z"', '"S01": "2026-06-22T09:00:00.000000Z"', "moments S01: the report says 2026-06-22T09"),
        ('"code": "not-yet-evaluable"', '"code": "evaluable"', "problem: the report says evaluable Participants not yet"),
        ('"template": "Participants', '"template": "{of.none} Participants', "problem: the report says not-yet-evaluable {of.none} Part"),
        ('"seen": 0', '"seen": 3', "plan: the report says 1.0.0"),
        ('"first_value": "2026-06-22', '"first_value": "2026-06-21', "first_value: the report says 2026-06-21"),
        ('"looks": []', '"looks": [{"utc": "2026-03-01T08:00:00.000000Z", "account": "a", "role": "r", "how": "page"}]',
         "look: the report says 2026-03-01T08:00:00.000000Z a r page; computed anew missing"),
        ('"contributions": [\n', '"contributions": [\n{"estimate":"primary","participant":"p1","kind":"event","why":"observed"},',
         "primary 01: the report says event observed; event observed W16 p1:"),
    ],
)  # fmt: skip
@pytest.mark.unmeasured
def test_what_was_changed_is_named_with_both_numbers(written, computed, capsys, old, new, said):
    change(written[1], old, new)

    code, told = verified(written, capsys)

    assert code == FINDINGS
    assert said in told


def test_a_definition_that_is_not_there_is_named(written, capsys):
    change(written[1], '"definition": "', '"definition": "0')

    code, said = verified(written, capsys)

    assert code == FINDINGS
    assert "definition: the report says 0" in said and "not in this data folder" in said
    assert "No number was compared" in said and "compared exactly" not in said


@pytest.mark.parametrize(
    ("name", "old", "new"), [("results.csv", b"primary:low", b"primary:lwo"), ("lists.csv", b"P1,", b"P9,")]
)
@pytest.mark.unmeasured
def test_lines_that_say_other_numbers_are_named(written, computed, capsys, name, old, new):
    lines = written[1] / name
    assert old in lines.read_bytes()
    lines.write_bytes(lines.read_bytes().replace(old, new))

    code, said = verified(written, capsys, "--json")

    assert (code, [one["of"] for one in json.loads(said)]) == (FINDINGS, [name])


@pytest.mark.requirement("R07")
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("report.html", "</h1>", " </h1>"),
        ("index.html", "</h1>", " </h1>"),
        ("events/p1.html", "</h1>", " </h1>"),
    ],
)
@pytest.mark.unmeasured
def test_a_page_that_says_something_else_is_named(written, computed, capsys, name, old, new):
    path = written[1] / name
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")

    code, said = verified(written, capsys)

    assert code == FINDINGS
    assert f"{name}: the report says other content; computed anew that of the data" in said
    assert said.endswith("1 difference.\n")


@pytest.mark.unmeasured
def test_files_that_are_gone_and_files_that_came_are_named(written, computed, capsys):
    out = written[1]
    (out / "report.html").unlink()
    (out / "trace" / "more.html").write_text("x", "utf-8")

    code, said = verified(written, capsys)

    assert code == FINDINGS
    assert "report.html: the report says missing; computed anew a file" in said
    assert "trace/more.html: the report says a file; computed anew none" in said


@pytest.mark.unmeasured
def test_tables_whose_whole_folder_is_gone_are_named(folder, tmp_path, capsys):
    out = tmp_path / "report"
    main(["report", str(folder), "-o", str(out), "--formats", "rtf"])
    rmtree(out / "tables")

    code, told = verified((folder, out), capsys)

    assert code == FINDINGS
    assert "tables/table-14-2-1.rtf: the report says missing; computed anew a file" in told
    assert "index.html" not in told


@pytest.mark.unmeasured
def test_the_pages_are_written_in_the_language_of_the_report(folder, tmp_path, capsys):
    out = tmp_path / "chinese"
    main(["report", str(folder), "-o", str(out), "--formats", "html", "--language", "zh-Hans"])
    capsys.readouterr()
    assert verified((folder, out), capsys)[0] == OK

    page = (out / "index.html").read_bytes()
    (out / "index.html").write_bytes(page.replace(b'lang="zh-Hans"', b'lang="xx"', 1))
    code, said = verified((folder, out), capsys)

    assert code == FINDINGS
    assert "index.html: the report says xx; computed anew en or zh-Hans" in said
    (out / "index.html").unlink()
    assert "index.html: the report says no language" in verified((folder, out), capsys)[1]


@pytest.mark.unmeasured
def test_files_of_another_version_are_not_compared_and_that_is_no_success(written, capsys, monkeypatch):
    monkeypatch.setattr("trialwright.cli.report_data.environment", lambda: {"Python": "0", "typst": "0"})
    (written[1] / "report.pdf").write_bytes(b"x")
    code, said = verified(written, capsys)
    assert code == FINDINGS
    assert "report.pdf: not compared, for another version of Typst made it" in said
    assert "other content" in said  # the pages tell the versions

    change(written[1], '"software": "0.1.0"', '"software": "0.0.9"')
    assert (
        "files: not compared, for Trialwright 0.0.9 wrote them and 0.1.0 is here"
        in verified(written, capsys)[1]
    )


@pytest.mark.unmeasured
def test_a_format_that_cannot_be_written_here_is_not_compared(written, computed, capsys, monkeypatch):
    (written[1] / "report.pdf").write_bytes(b"x")
    monkeypatch.setattr("trialwright.cli.report_files.lacks", lambda name: name == "pdf")

    code, said = verified(written, capsys)

    assert (code, "report.pdf: not compared, for typst is not installed" in said) == (FINDINGS, True)


def test_a_verification_is_written_down(written, capsys):
    from trialwright.store.events import history_of_stream

    verified(written, capsys)

    last = history_of_stream("TRIAL", "accounts")[-1]
    assert (last.body.what, last.body.as_of) == ("verification", "2026-06-22T08:00:00.000000Z")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--as-of", "2026-05-01"], USAGE, "leave out --as-of"),
        (["-o", "elsewhere"], USAGE, "leave out --out"),
        (["--formats", "html", "--study", "TRIAL"], USAGE, "leave out --study, --formats"),
    ],
)
@pytest.mark.unmeasured
def test_what_a_report_tells_itself_is_not_asked_for(written, capsys, words, code, said):
    assert verified(written, capsys, *words)[0] == code
    assert said in verified(written, capsys, *words)[1]


def test_a_folder_without_results_is_refused(folder, tmp_path, capsys):
    assert verified((folder, tmp_path), capsys)[0] == ENVIRONMENT
    (tmp_path / "results.json").write_text("{}")
    assert "no results of a report" in verified((folder, tmp_path), capsys)[1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"value":"0.025000000000000022"', '"value":"1/0"', "could not convert"),
        ('"statistic":"value","value":"1"', '"statistic":"value","value":"1/0"', "Fraction(1, 0)"),
        ('"value":"0.025000000000000022"', '"value":"nan"', "the value of a row is nan"),
        ('"statistic":"value","value":"1"', '"statistic":"value","value":"1e999"', "too large"),
        ('"moments": {', '"moments": [], "of": {', "moments is []"),
        ('"moments": {\n  "S01": "2026-06-22', '"moments": {\n  "S01": "2026-13-22', "does not tell its data cut"),
        ('"moments": {\n  "S01": "', '"moments": {\n  "S01": 1, "S02": "', "moments is {"),
        ('"last_day": "2026', '"last_day": "year', "does not tell its data cut"),
        ('"study": "TRIAL"', '"study": ["TRIAL"]', "study is ['TRIAL']"),
        ('"is_draft": true', '"is_draft": "yes"', "is_draft is 'yes'"),
        ('"participants":1', '"participants":-1', "there is no list -1"),
        ('"participants":1', '"participants":"P1"', "there is no list 'P1'"),
        ('"participants":1', '"participants":99999', "there is no list 99999"),
        ('"events":2', '"events":-2', "there is no list -2"),
        ('"estimate":"primary"', '"estimate":["primary"]', "estimate of a row is ['primary']"),
        ('"results": [\n', '"results": [\n"primary",', "not a results dataset"),
        ('"seen": 0', '"seen": "none"', "seen of a row is 'none'"),
        ('"conduct": {', '"conducted": {', "it lacks 'conduct'"),
    ],
)  # fmt: skip
@pytest.mark.unmeasured
def test_results_that_cannot_be_read_are_refused_with_what_is_wrong(written, capsys, old, new, said):
    change(written[1], old, new)

    code, told = verified(written, capsys)

    assert (code, said in told, "Traceback" in told) == (ENVIRONMENT, True, False), told


def test_what_was_written_into_a_report_does_not_move_the_cursor(written, computed, capsys):
    change(written[1], '"software": "0.1.0"', r'"software": "0.1.0\u001b[2K\nno difference."')

    code, told = verified(written, capsys)

    assert (code, "\x1b" in told) == (FINDINGS, False)
    assert r"software: the report says 0.1.0\x1b[2K\nno difference.; computed anew 0.1.0" in told


def test_the_report_says_how_to_make_its_numbers_again(written):
    page = (written[1] / "report.html").read_text("utf-8")
    section = page[page.index('id="s-16.1.9"') :]
    told = json.loads((written[1] / "results.json").read_text("utf-8"))

    for text in (
        "trialwright report DATA --verify DIR",
        told["definition"],
        told["heads"],
        "2026-06-21",
        "Python",
        "numpy",
        "scipy",
        "polars",
        "typst",
    ):
        assert text in section, text
    for version in told["environment"].values():
        assert version in section


# ---------------------------------------------------------------- the comparison


@pytest.mark.parametrize(
    ("method", "told", "now", "same"),
    [
        ("count", 3, 3, True),
        ("count", 3, 4, False),
        ("mmrm", 3, 4, False),  # a count is exact whatever method it belongs to
        ("observed", Fraction(1, 3), Fraction(1, 3), True),
        ("observed", 1.5, 1.5000000001, False),
        ("mmrm", 1.5, 1.5000000001, True),
        ("mmrm", 1.5, 1.50001, False),
        ("clopper_pearson", 1e-12, 2e-12, True),
        ("exact", 1e-12, 2e-12, True),
        ("mmrm", None, None, True),
        ("mmrm", None, 1.5, False),
        ("mmrm", 1.5, None, False),
    ],
)
def test_what_counts_as_the_same_number(method, told, now, same):
    one = Statistic("a:x", "a", "x", told, method=method)

    assert is_same(one, replace(one, value=now)) is same


def test_a_number_without_a_value_must_lack_it_for_the_same_reason():
    one = Statistic("a:x", "a", "x", None, "undecided")

    assert not is_same(one, replace(one, lacking="nobody"))


@pytest.mark.parametrize(
    ("told", "now", "same"), [(1e-12, 0.0, False), (1e-12, 1.1e-12, False), (1e-12, 1.0000001e-12, True), (0.0, 0.0, True)]
)  # fmt: skip
def test_a_p_value_is_compared_by_its_size_however_small(told, now, same):
    one = Statistic("a:p_value", "a", "p_value", told, method="exact")

    assert is_same(one, replace(one, value=now)) is same


def test_records_are_compared_by_their_ids(written):
    dataset = read_results_json((written[1] / "results.json").read_bytes())
    row = Record("ae", "p1", 1, "A", (("AETERM", "Itch"), ("AESEV", "MILD")), ("p1:8",))
    other = replace(row, number=2)
    told = replace(dataset, records=(row, other))

    assert differences(told, told) == ()
    changed = replace(row, values=(("AETERM", "Rash"), ("AESEV", "MILD")), events=())
    assert differences(told, replace(dataset, records=(changed, replace(row, number=3)))) == (
        Difference("ae/p1#1 AETERM", "Itch", "Rash"),
        Difference("ae/p1#1 events", "p1:8", "missing"),
        Difference("ae/p1#2", "row", "missing"),
        Difference("ae/p1#3", "missing", "row"),
    )


@pytest.mark.parametrize(
    ("told", "now", "said"),
    [
        (["03-01"], ["03-01"], []),
        ([], ["06-23"], []),  # somebody looked after the report was made
        (["06-23"], ["06-23", "06-24"], []),  # told, for it came before the report
        ([], ["03-01"], [("missing", "2026-03-01T08:00:00.000000Z nurse r page")]),
        (["03-01"], [], [("2026-03-01T08:00:00.000000Z nurse r page", "missing")]),
        (["06-23"], [], [("2026-06-23T08:00:00.000000Z nurse r page", "missing")]),
    ],
)
@pytest.mark.unmeasured
def test_looks_after_the_cut_may_be_more_by_now(written, told, now, said):
    dataset = read_results_json((written[1] / "results.json").read_bytes())
    assert dataset.cut.startswith("2026-06-22")

    def seen(days):
        looks = tuple(Look(f"2026-{day}T08:00:00.000000Z", "nurse", "r", "page") for day in days)
        return replace(dataset, conduct=replace(dataset.conduct, looks=looks))

    assert [(one.told, one.now) for one in differences(seen(told), seen(now))] == said


def test_other_parts_in_a_row_are_a_difference_though_they_read_the_same(written):
    dataset = read_results_json((written[1] / "results.json").read_bytes())
    first, *rest = dataset.statistics
    one, other = (
        replace(dataset, statistics=(replace(first, category=category), *rest))
        for category in (("a b",), ("a", "b"))
    )

    assert [found.of for found in differences(one, other)] == [f"{first.id} category"]


def test_equal_results_have_no_difference_and_other_participants_are_one(written):
    dataset = read_results_json((written[1] / "results.json").read_bytes())
    first, *rest = dataset.statistics
    changed = replace(dataset, statistics=(replace(first, participants=("other",)), *rest))

    assert differences(dataset, dataset) == ()
    assert [one.of for one in differences(dataset, changed)] == [f"{first.id} participants"]

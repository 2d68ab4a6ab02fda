"""Rules in a real browser, from the modules that are shipped, under the strictest policy that runs a script at all."""

from collections.abc import Iterator, Mapping
from typing import cast

import pytest
from playwright.sync_api import Browser, Page, Route
from tests.spec.conftest import answer_text, is_as_expected
from tests.spec.javascript_engine import answer_from, place_json, reader_json
from tests.spec.spec_table import SpecTable, node_of, place_of, reader_of, vocabulary_of
from tests.spec.test_expr_tables import TABLES

from trialwright.diary.shell import app_files
from trialwright.expr.check import infer
from trialwright.expr.javascript import LIBRARY, compile_module
from trialwright.expr.types import Typed

pytestmark = pytest.mark.browser

POLICY = "default-src 'none'; script-src 'self'"
SITE = "http://phone.test"
EVERY = [cast("SpecTable", parameter.values[0]) for parameter in TABLES]

ASK = """async (tables) => {
  const { dataReader } = await import("/diary/app/beyond/rules.js");
  const answers = [];
  for (const [number, { readers, place }] of tables.entries()) {
    const { rules } = await import(`/diary/rules/${number}.js`);
    answers.push(readers.map((data) => rules.rule(dataReader(data), place)));
  }
  return JSON.parse(JSON.stringify(answers));
}"""


def module_of(table: SpecTable) -> str:
    vocabulary, node, form = vocabulary_of(table), node_of(table.rule), place_of(table).form
    typed = infer(node, vocabulary, asked=table.asked, form=form)
    assert isinstance(typed, Typed)
    return compile_module({"rule": (node, typed, form)}, vocabulary)


def data_of(table: SpecTable) -> Mapping[str, object]:
    readers = [reader_json(reader_of(line, vocabulary_of(table))) for line in table.lines]
    return {"readers": readers, "place": place_json(place_of(table))}


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of a site that has nothing but the library and one module per table."""
    files = {f"/diary/rules/{number}.js": module_of(table) for number, table in enumerate(EVERY)}
    files |= {
        address: content.decode() for address, content in app_files().items() if address.startswith(LIBRARY)
    }

    def serve(route: Route) -> None:
        source = files.get(route.request.url.removeprefix(SITE))
        kind = "text/html" if source is None else "text/javascript"
        route.fulfill(
            body=source or "<title>phone</title>",
            headers={"Content-Security-Policy": POLICY, "Content-Type": f"{kind}; charset=utf-8"},
        )

    context = chromium.new_context()
    page = context.new_page()
    page.route(f"{SITE}/**", serve)
    page.goto(f"{SITE}/")
    yield page
    context.close()


def test_chromium_answers_as_the_tables_say(page: Page) -> None:
    told = page.evaluate(ASK, [data_of(table) for table in EVERY])

    wrong = [
        f"{table.rule} {dict(line.cells)}: {answer}, not {line.expected}"
        for table, answers in zip(EVERY, told, strict=True)
        for line, answer in zip(table.lines, map(answer_text, map(answer_from, answers)), strict=True)
        if not is_as_expected(line.expected, answer)
    ]
    assert sum(len(table.lines) for table in EVERY) > 500
    assert not wrong, "\n".join(wrong)


def test_the_page_runs_no_text_as_a_script(page: Page) -> None:
    """What the rules are run without: the policy of the page would refuse it."""
    refused = page.evaluate(
        "() => import('/diary/app/rules.js').then(() => new Function('return 1')()).catch(String)"
    )
    assert "EvalError" in refused

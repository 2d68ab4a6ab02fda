"""Modules of the phone on a bare V8: what the linker understands, and what it refuses."""

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from py_mini_racer._context import context_count
from tests.phones.engine import Engine
from tests.spec.v8 import Linked, as_script, bare_v8, link

FILES = {
    "app.js": 'import {double as twice} from "./lib/math.js";\nimport * as words from "/diary/app/words.js";\n'
    "export const four = twice(2);\nexport function hello() {\n  return words.hello;\n}\n",
    "lib/math.js": "import {\n  two,\n} from '../two.js'\nexport function double(x) { return two * x; }\n",
    "two.js": "export let two = 2;\nexport class Two {}\nexport async function later() { return two; }\n",
    "words.js": 'const hello = "hello";\nexport {hello, hello as greeting};\n',
}


def folder_of(files: dict[str, str], folder: Path) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_modules_are_linked_with_all_that_they_import(tmp_path: Path) -> None:
    v8 = bare_v8()
    v8.eval(link([folder_of(FILES, tmp_path) / "app.js"], root=tmp_path))

    assert v8.eval('modules["app.js"].four') == 4
    assert v8.eval('modules["app.js"].hello()') == "hello"
    assert v8.eval('modules["words.js"].greeting') == "hello"
    assert v8.eval("Object.keys(modules).join()") == "two.js,lib/math.js,words.js,app.js"
    assert v8.eval('Object.keys(modules["two.js"]).join()') == "two,Two,later"


def test_a_module_may_be_imported_for_what_it_does_and_later_by_its_address(tmp_path: Path) -> None:
    files = {
        "a.js": 'import "./set.js"; // sets a global name\nexport const there = globalThis.set;\n'
        "export const later = (address) => import(address);\n",
        "set.js": "globalThis.set = 3;\n",
    }
    v8 = bare_v8()
    v8.eval("globalThis.importModule = (address) => `what is at ${address}`;")
    v8.eval(link([folder_of(files, tmp_path) / "a.js"], root=tmp_path))

    assert v8.eval('modules["a.js"].there') == 3
    assert v8.eval('modules["a.js"].later("/x.js")') == "what is at /x.js"


def test_modules_in_a_circle_are_refused(tmp_path: Path) -> None:
    files = {"a.js": 'import {b} from "./b.js";', "b.js": 'import {a} from "./a.js";'}
    with pytest.raises(AssertionError, match=r"a\.js -> b\.js -> a\.js"):
        link([folder_of(files, tmp_path) / "a.js"], root=tmp_path)


@pytest.mark.parametrize("line", ["export default 3;", 'import x from "./x.js";', 'export * from "./x.js";'])
def test_what_it_does_not_understand_is_refused(line: str) -> None:
    with pytest.raises(AssertionError, match="cannot link"):
        as_script(line, "x.js")


def test_values_go_in_and_out_by_json() -> None:
    v8 = Linked([])
    v8.add("export const double = (x) => 2 * x;", "made.js")
    assert v8.json('xs.map(modules["made.js"].double)', xs=[1, 2]) == [2, 4]
    assert v8.json("undefined") is None


def test_a_v8_made_while_a_loop_runs_keeps_its_promises() -> None:
    async def meanwhile() -> object:
        v8 = bare_v8()
        promise = v8.eval("(async () => 3)()")
        return promise.get(timeout=5)  # type: ignore[union-attr]  # a promise

    with ThreadPoolExecutor(1) as elsewhere:  # here a browser may be driven, by a loop
        assert elsewhere.submit(asyncio.run, meanwhile()).result() == 3


def test_phones_and_bare_ones_live_in_one_process() -> None:
    before = bare_v8()
    engine = Engine([])
    try:
        after = bare_v8()
        engine.forget()
        assert [before.eval("1 + 1"), after.eval("1 + 1")] == [2, 2]
    finally:
        engine.close()


def test_one_that_nobody_names_any_more_is_freed_before_the_next_is_made() -> None:
    bare_v8()
    bare_v8()
    gc.collect()
    before = context_count()
    kept = bare_v8()
    assert context_count() <= before
    assert kept.eval("1") == 1

"""ES modules on a bare V8, which loads no modules: they are linked into one script.

The script leaves one global object, `modules`: name of a module -> what it exports. A name is the path below the
folder that is served under /diary/app/ ("rules.js", "screens/home.js"), or what the caller chose.
Understood are `import {a, b as c} from "./x.js"`, `import * as x from`, `import "./x.js"`, `export` before a const,
let, function or class, and `export {a, b as c}`; anything else is refused, so that no module is linked to something it
does not mean. `import(address)` asks the global function `importModule`, which whoever runs the script provides.
"""

import json
import posixpath
import re
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from py_mini_racer import MiniRacer

STATIC = Path(__file__).parents[2] / "src" / "trialwright" / "diary" / "static" / "diary"
SERVED = "/diary/app/"

_IMPORT = re.compile(r"^import\s*(?:\{([^}]*)\}|\*\s*as\s+(\w+))\s*from\s*[\"']([^\"']+)[\"'];?[ \t]*$", re.M)
_BARE = re.compile(r"^import\s*[\"']([^\"']+)[\"'];?[ \t]*(?://.*)?$", re.M)
_EXPORT = re.compile(r"^export\s+(?=(?:const|let|class|(?:async\s+)?function\*?)\s+([\w$]+))", re.M)
_LIST = re.compile(r"^export\s*\{([^}]*)\};?[ \t]*$", re.M)
_DYNAMIC = re.compile(r"\bimport\(")
_LEFT = re.compile(r"^(?:import|export)\b.*$", re.M)


# Every V8 is made and freed by one thread, the first: with a processor that guards memory by keys (pku), V8 opens its own
# to the thread that loads it and to those which that one starts. Another's hand on it ends the whole process.
_HOME = ThreadPoolExecutor(1)
T = TypeVar("T")
_LEFT_OVER: deque[Callable[[], object]] = deque()


def at_home(call: Callable[[], T]) -> T:
    """Runs a call in the one thread that may make and free V8s, and gives what it gives."""
    return _HOME.submit(call).result()


def leave(free: Callable[[], object]) -> None:
    """For whoever lets the last name of a V8 go, in whichever thread: it is freed before the next is made."""
    _LEFT_OVER.append(free)


class _FreedAtHome(MiniRacer):
    def __del__(self) -> None:
        leave(self.close)


def bare_v8() -> MiniRacer:
    """A V8 that goes by a loop of its own. One made while a browser is driven from the same thread would take the
    browser's loop, which stands still meanwhile."""
    return at_home(lambda: make(_FreedAtHome))


def make(call: Callable[[], T]) -> T:
    """What a call gives that makes a V8, once what is left over is freed. At home."""
    while _LEFT_OVER:
        _LEFT_OVER.popleft()()
    return call()


def link(paths: Iterable[Path], *, root: Path = STATIC) -> str:
    """One script of these modules and all that they import, each once and after what it needs."""
    linked: dict[str, str] = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, f"modules in a circle: {' -> '.join((*above, name))}"
        if name in linked:
            return
        source = (root / name).read_text(encoding="utf-8")
        for wanted in [*(found[2] for found in _IMPORT.findall(source)), *_BARE.findall(source)]:
            add(resolved(wanted, name), (*above, name))
        linked[name] = as_script(source, name)

    for path in paths:
        add(path.relative_to(root).as_posix(), ())
    return "\n".join(["globalThis.modules = {};", *linked.values()])


def resolved(wanted: str, name: str) -> str:
    """The name of what a module imports."""
    if wanted.startswith(SERVED):
        return wanted.removeprefix(SERVED)
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), wanted))


def as_script(source: str, name: str) -> str:
    """One module as a statement that sets modules[name]; what it imports must be there already."""
    exported: dict[str, str] = {}

    def of_import(found: re.Match[str]) -> str:
        module = f"modules[{json.dumps(resolved(found[3], name))}]"
        names = re.sub(r"([\w$]+)\s+as\s+([\w$]+)", r"\1: \2", found[1] or "")
        return f"const {found[2]} = {module};" if found[2] else f"const {{{names}}} = {module};"

    def of_export(found: re.Match[str]) -> str:
        exported[found[1]] = found[1]
        return ""

    def of_list(found: re.Match[str]) -> str:
        for part in filter(None, map(str.strip, found[1].split(","))):
            inner, _, outer = part.partition(" as ")
            exported[outer.strip() or inner] = inner
        return ""

    body = _BARE.sub("", _LIST.sub(of_list, _EXPORT.sub(of_export, _IMPORT.sub(of_import, source))))
    body = _DYNAMIC.sub("importModule(", body)
    left = _LEFT.search(body)
    assert left is None, f"{name}: cannot link {left[0]!r}" if left else ""
    getters = ", ".join(f"get {outer}() {{ return {inner}; }}" for outer, inner in exported.items())
    return f'modules[{json.dumps(name)}] = (() => {{ "use strict";\n{body}\nreturn {{ {getters} }}; }})();'


class Linked:
    """A V8 with modules in it."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._v8 = bare_v8()
        self._v8.eval(link(paths))

    def add(self, source: str, name: str) -> None:
        """Another module, from its source."""
        self._v8.eval(as_script(source, name))

    def json(self, expression: str, **values: object) -> object:
        """What an expression gives, by JSON. values: names that it may use."""
        names, given = ", ".join(values), ", ".join(json.dumps(value) for value in values.values())
        return json.loads(
            str(self._v8.eval(f"JSON.stringify((({names}) => ({expression}))({given})) ?? 'null'"))
        )

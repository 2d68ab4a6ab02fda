"""Phones in one V8: the shipped modules of the app on the fakes of `browser.js`, ordered about by `phone.js`."""

import asyncio
import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from py_mini_racer import MiniRacer, mini_racer
from tests.spec.v8 import STATIC, as_script, at_home, leave, link, make

HERE = Path(__file__).parent
FAKES = ("indexed_db.js", "browser.js", "phone.js")
SHIPPED = ("diary.js", "sync.js", "vault.js", "questions.js", "schedule.js")
# Where the app names the protocol that it speaks: a later version of the app speaks a later one.
PROTOCOLS = (
    (re.compile(r"const PROTOCOL = 1;"), "const PROTOCOL = {};"),
    (re.compile(r"protocol: 1,"), "protocol: {},"),
)

Order = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Edit:
    """A place of the shipped source, and what stands there instead: for a phone that is broken on purpose."""

    old: str
    new: str


def source_of(protocol: int, edits: Sequence[Edit] = ()) -> str:
    """The app that speaks a protocol, as one script."""
    source = link(STATIC / name for name in SHIPPED)
    for pattern, new in PROTOCOLS:
        source, count = pattern.subn(new.format(protocol), source)
        assert count == 1, f"{pattern.pattern}: {count} places"
    for edit in edits:
        assert source.count(edit.old) == 1, f"{edit.old!r}: {source.count(edit.old)} places"
        source = source.replace(edit.old, edit.new)
    return source


def free(context: AbstractContextManager[MiniRacer], loop: asyncio.AbstractEventLoop) -> None:
    try:
        context.__exit__(None, None, None)
    finally:
        loop.call_soon_threadsafe(loop.stop)


class Engine:
    """The phones of one schedule after the other. Versions of the app: "1", "2" ..., by the protocol they speak."""

    def __init__(self, protocols: Sequence[int], edits: Sequence[Edit] = ()) -> None:
        self._is_closed = True  # until there is something to close
        # One turn of a loop for the two scripts of each order: V8 runs what was promised when a script has ended.
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._context = mini_racer(self._loop)
        self._v8 = at_home(lambda: make(self._context.__enter__))
        self._is_closed = False
        self.rules: dict[str, str] = {}
        self.devices: dict[tuple[int, str], str] = {}  # of the phones that others are made like
        for name in FAKES:
            self._v8.eval((HERE / name).read_text(encoding="utf-8"))
        for protocol in protocols:
            self._v8.eval(f"apps[{protocol}] = appOf({json.dumps(source_of(protocol, edits))});")

    def add_rules(self, address: str, source: str) -> None:
        """What the server gives at an address of rules."""
        self.rules[address] = source
        script = as_script(source, "the rules")
        body = f"{script} return modules['the rules'];"
        self._v8.eval(f"rulesAt[{json.dumps(address)}] = new Function('modules', {json.dumps(body)});")

    def give(self, clocks: Mapping[str, Mapping[str, float]], orders: Sequence[Order]) -> dict[str, object]:
        """Gives orders, lets all that follows from them happen, and tells of it."""
        script = f"give({json.dumps(clocks)}, {json.dumps(orders)})"
        found = json.loads(
            asyncio.run_coroutine_threadsafe(self._both(script, "look()"), self._loop).result()
        )
        assert isinstance(found, dict)
        return found

    async def _both(self, first: str, second: str) -> str:
        self._v8.eval(first)
        return str(self._v8.eval(second))

    def close(self) -> None:
        self._is_closed = True
        at_home(self._free())

    def __del__(self) -> None:
        """Of one that a test which failed did not close."""
        if not self._is_closed:
            leave(self._free())

    def _free(self) -> Callable[[], None]:
        """Names nothing of this object: it may be gone by then."""
        return partial(free, self._context, self._loop)

    def forget(self) -> None:
        self._v8.eval("forgetAll()")

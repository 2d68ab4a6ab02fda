"""The pure modules of the phone's app on a bare V8, with promises."""

import json
from collections.abc import Iterable

from tests.spec.v8 import STATIC, bare_v8, link

PATIENCE_SECONDS = 20


class Phone:
    """A V8 with modules of the app in it, each under the name of its file without folder and ".js"."""

    def __init__(self, names: Iterable[str]) -> None:
        self._v8 = bare_v8()
        self._v8.eval(link(STATIC / f"{name}.js" for name in names))
        for name in names:
            self._v8.eval(f"globalThis.{name.rpartition('/')[2]} = modules[{json.dumps(name + '.js')}];")

    def tell(self, source: str) -> None:
        """Runs a script for the names that it declares."""
        self._v8.eval(source)

    def json(self, expression: str, **values: object) -> object:
        """What an expression gives, by JSON, once it is awaited. values: names that it may use."""
        names, given = ", ".join(values), ", ".join(json.dumps(value) for value in values.values())
        source = f"(async ({names}) => JSON.stringify((await ({expression})) ?? null))({given})"
        promise = self._v8.eval(source)
        return json.loads(str(promise.get(timeout=PATIENCE_SECONDS)))  # type: ignore[union-attr]  # a promise

"""Every English text of the product that goes through gettext: of templates, of Python, of the problems' tables."""

import importlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

import trialwright

PACKAGE = Path(trialwright.__file__).parent
CATALOGUE = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
ROOMS = ("diary", "reminders", "web")  # with pages or letters for people
KEYWORDS = {"gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "_": None}

Text = str | tuple[str, str]  # one, or singular and plural


def every_text() -> dict[Text, str]:
    """Text -> where it stands first."""
    found: dict[Text, str] = {}
    for where, text in (*_of_templates(), *_of_python(), *_of_tables()):
        found.setdefault(text, where)
    return found


def _of_templates() -> Iterator[tuple[str, Text]]:
    for path in sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.html")):
        code = templatize(path.read_text("utf-8"), origin=str(path))
        code = re.sub(r"(?m)^\s+", "", code)  # the template's indent means nothing in Python
        yield from _extracted(code, str(path.relative_to(PACKAGE)))


def _of_python() -> Iterator[tuple[str, Text]]:
    for path in sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py")):
        yield from _extracted(path.read_text("utf-8"), str(path.relative_to(PACKAGE)))


def _extracted(code: str, where: str) -> Iterator[tuple[str, Text]]:
    source = io.BytesIO(code.encode("utf-8"))
    for line, function, text, _ in extract_python(source, list(KEYWORDS), [], {"encoding": "utf-8"}):
        if function == "ngettext" and isinstance(text, tuple):
            yield f"{where}:{line}", (str(text[0]), str(text[1]))
        elif isinstance(text, str) and text:
            yield f"{where}:{line}", text


def _of_tables() -> Iterator[tuple[str, Text]]:
    for path in [*sorted(PACKAGE.rglob("messages.py")), PACKAGE / "values" / "catalogue.py"]:
        name = ".".join(("trialwright", *path.relative_to(PACKAGE).with_suffix("").parts))
        for code, text in importlib.import_module(name).TEMPLATES.items():
            yield f"{name}: {code}", text
        for text in getattr(importlib.import_module(name), "LABELS", ()):
            yield f"{name}: LABELS", text

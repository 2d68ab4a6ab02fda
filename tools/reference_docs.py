"""Writes docs/reference from the code, so that pages and product cannot differ. --check: exit 1 where a page is out of step.

problems.md  every problem with its code and sentence, by room
language.md  the rule language: one table for each operator and function, the very tables that the tests run
commands.md  every command of `trialwright` with its options
statistics.md  every statistical method with what its numbers are compared with, as the tests of tests/reference list it
study.schema.json  the JSON Schema of the study files, for editors
"""

import importlib
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
OUT = ROOT / "docs" / "reference"
TABLES = ROOT / "tests" / "spec" / "expr"
COMPARED = ROOT / "tests" / "reference"
HEADER = "<!-- Made by `make docs`; do not edit. -->\n\n"


def rooms_with_messages() -> list[str]:
    package = ROOT / "src" / "trialwright"
    return sorted(path.parent.name for path in package.glob("*/messages.py"))


def problems_page() -> str:
    lines = [
        HEADER + "# Problems\n",
        "Every problem that Trialwright can report, with its stable code.",
        "Words in {braces} are filled in. A definition's problem starts with `file:line:column`.\n",
    ]
    modules = [
        "values.catalogue",
        *(f"{room}.messages" for room in rooms_with_messages() if room != "values"),
    ]
    for name in modules:
        templates = importlib.import_module(f"trialwright.{name}").TEMPLATES
        lines += [f"## {name.split('.')[0]}\n", "| code | sentence |", "|---|---|"]
        lines += [
            f"| `{code}` | {text.replace('|', chr(92) + '|')} |" for code, text in sorted(templates.items())
        ]
        lines.append("")
    return "\n".join(lines)


def language_page() -> str:
    parts = [
        HEADER + "# The rule language\n",
        "Each section has a rule and a table that the tests run on every engine: for one participant, for the tables of all, and in JavaScript for a phone.",
        "Left of `||` stand the values of one participant, right of it what the rule answers.",
        "An empty cell is not yet entered, `!refused` is missing with that reason, `~` is not asked; `?` means *cannot tell yet*.\n",
    ]
    for path in sorted(TABLES.glob("*.txt")):
        parts.append(f"## {path.stem.partition('_')[2].replace('_', ' ').capitalize()}\n")
        blocks = path.read_text(encoding="utf-8").strip().split("\n\ntitle:")
        parts += [language_section(block.removeprefix("title:")) for block in blocks]
    return "\n".join(parts)


def language_section(block: str) -> str:
    """One block of a table file: title, rule, note, and everything else as it stands."""
    title, *lines = block.strip().splitlines()
    fields = {
        key: text.strip()
        for key, _, text in (line.partition(":") for line in lines)
        if key in ("rule", "note")
    }
    rest = "\n".join(line for line in lines if line.partition(":")[0] not in ("rule", "note"))
    note = f"{fields['note']}\n\n" if "note" in fields else ""
    return f"### {title.strip()}\n\n```text\n{fields['rule']}\n```\n\n{note}```text\n{rest.rstrip()}\n```\n"


def commands_page() -> str:
    def help_of(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "trialwright", *words, "--help"],
            capture_output=True,
            text=True,
            check=True,
            env={
                "COLUMNS": "100",
                "TERM": "dumb",
                "NO_COLOR": "1",
                "PATH": "",
                "PYTHONPATH": str(ROOT / "src"),
            },
        )
        return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())

    from trialwright.cli import COMMANDS

    parts = [HEADER + "# Commands\n"]
    parts += [f"## trialwright {name}\n\n```text\n{help_of(name)}\n```\n" for name in COMMANDS]
    return "\n".join(parts)


def statistics_page() -> str:
    sys.path.insert(0, str(ROOT))  # for `tests`
    modules = [
        importlib.import_module(f"tests.reference.{path.stem}") for path in sorted(COMPARED.glob("test_*.py"))
    ]
    lines = [
        HEADER + "# Statistics\n",
        "Every method is imported from `trialwright.analysis`; its docstring tells shapes, units and errors.",
        "Its numbers are compared with those of another program, or with a published table, by the tests that the row names.",
        "The tolerance is the largest absolute difference that they let pass.",
        "The numbers and the program that made them stand in `tests/reference`; no such program uses Trialwright, and the tests need none of them.\n",
        "| method | name | formula | compared with | tolerance | test |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.method} | `{one.function}` | {one.formula} | {' '.join(filter(None, (one.compared_with + '.', one.note)))} "
        f"| {tolerance_text(one.tolerance)} | `{module.__name__.rpartition('.')[2]}.py` |"
        for module in modules
        for one in getattr(module, "REFERENCES", ())
    ]
    return "\n".join(lines) + "\n"


def tolerance_text(tolerance: float) -> str:
    return f"{tolerance:.0e}".replace("e-0", "e-") if tolerance else "equal"


def schema_page() -> str:
    from trialwright.study.schema import json_schema

    return json.dumps(json_schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


PAGES = {
    "problems.md": problems_page,
    "language.md": language_page,
    "commands.md": commands_page,
    "statistics.md": statistics_page,
    "study.schema.json": schema_page,
}


def main() -> int:
    stale = []
    OUT.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        text = make()
        path = OUT / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if "--check" in sys.argv:
            stale.append(name)
        else:
            path.write_text(text, encoding="utf-8")
            print(f"Wrote {path.relative_to(ROOT)}")
    if stale:
        print(f"docs/reference is out of step: {', '.join(stale)}. Run `make docs` and commit the change.")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())

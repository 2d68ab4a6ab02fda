"""The report of 50 participants in its four formats, after imports, against Typst setting its PDF alone."""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import trialwright.analysis
from benchmarks.figures import Figure, timed
from trialwright.cli.demo import build, find_study
from trialwright.cli.report import report
from trialwright.simulate.run import Plan
from trialwright.store.folder import VARIABLE

PARTICIPANTS = 50
MOST_SECONDS = 20
MEBIBYTE = 1024  # of the KiB that the system tells
FILES = ("index.html", "report.html", "report.pdf", "report.docx", "tables", "results.json")


def measure(data: Path, out: Path) -> dict[str, float]:
    """Seconds of the command and its peak of memory in MiB; keeps the source of the PDF beside the report."""
    for module in walk_packages(trialwright.analysis.__path__, "trialwright.analysis."):
        import_module(module.name)
    for name in ("docx", "polars", "scipy.optimize", "scipy.stats", "typst"):
        import_module(name)
    from trialwright.analysis.displays import pdf

    set_pdf = pdf.compile_pdf

    def keep(source: str, day: date, *, is_plain: bool) -> bytes:
        source_of(out).write_text(json.dumps([source, day.isoformat(), is_plain]), encoding="utf-8")
        return set_pdf(source, day, is_plain=is_plain)

    pdf.compile_pdf = keep
    seconds = timed(lambda: report(data, out))
    missing = [name for name in FILES if not (out / name).exists()]
    if missing:
        raise SystemExit(f"The report lacks {', '.join(missing)}.")
    return {"report": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE}


def source_of(out: Path) -> Path:
    """Where it is kept what Typst was given: source, day, and whether with its own fonts alone."""
    return out.with_suffix(".json")


def set_alone(out: Path) -> dict[str, float]:
    """Seconds of Typst, which is imported and remembers nothing of it yet, for the same PDF."""
    from trialwright.analysis.displays.pdf import compile_pdf

    import_module("typst")
    source, day, is_plain = json.loads(source_of(out).read_text(encoding="utf-8"))
    return {"typst": timed(lambda: compile_pdf(source, date.fromisoformat(day), is_plain=is_plain))}


def told_by(*words: object) -> dict[str, float]:
    """What this module says in a process of its own."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.report", *map(str, words)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        # The data folder of a measurement before it is gone.
        env={name: value for name, value in os.environ.items() if name != VARIABLE},
    )
    return dict(json.loads(told.stdout.splitlines()[-1]))


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        data, out = Path(folder) / "data", Path(folder) / "report"
        build(data, find_study(), Plan(7, PARTICIPANTS))
        found = told_by(out, data) | told_by(out)
    yield Figure(f"report of {PARTICIPANTS}, four formats", found["report"], "s", MOST_SECONDS)
    yield Figure("Typst setting its PDF alone", found["typst"], "s")
    yield Figure("report / PDF alone", found["report"] / found["typst"], "x")
    yield Figure("peak of memory, without the copy that writes pages", found["peak"], "MiB")


if __name__ == "__main__":
    place, *given = map(Path, sys.argv[1:])
    print(json.dumps(measure(given[0], place) if given else set_alone(place)))

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
    """Seconds of the command, and of Typst for the source of the same PDF."""
    for module in walk_packages(trialwright.analysis.__path__, "trialwright.analysis."):
        import_module(module.name)
    for name in ("docx", "polars", "scipy.optimize", "scipy.stats", "typst"):
        import_module(name)
    from trialwright.analysis.displays import pdf

    sources: list[tuple[str, date]] = []
    set_pdf = pdf.compile_pdf

    def keep(source: str, day: date, *, is_plain: bool) -> bytes:
        sources.append((source, day))
        return set_pdf(source, day, is_plain=is_plain)

    pdf.compile_pdf = keep
    seconds = timed(lambda: report(data, out))
    missing = [name for name in FILES if not (out / name).exists()]
    if missing or len(sources) != 1:
        raise SystemExit(f"The report lacks {', '.join(missing) or 'one PDF'}.")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE
    ((source, day),) = sources
    return {"report": seconds, "peak": peak, "typst": timed(lambda: set_pdf(source, day, is_plain=True))}


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        data, out = Path(folder) / "data", Path(folder) / "report"
        build(data, find_study(), Plan(7, PARTICIPANTS))
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.report", str(data), str(out)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            env={name: value for name, value in os.environ.items() if name != VARIABLE},
        )
    found = json.loads(told.stdout.splitlines()[-1])
    yield Figure(f"report of {PARTICIPANTS}, four formats", found["report"], "s", MOST_SECONDS)
    yield Figure("Typst setting its PDF alone", found["typst"], "s")
    yield Figure("report / PDF alone", found["report"] / found["typst"], "x")
    yield Figure("peak of memory", found["peak"], "MiB")


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]))))

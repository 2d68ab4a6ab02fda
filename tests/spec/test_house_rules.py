"""Rules of the house that no linter knows: what the core may not touch, and words that no code may know."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "trialwright"
CORE = (
    "values",
    "expr",
    "study",
    "instruments",
    "schedule",
    "ledger",
    "datasets",
    "analysis",
    "registry",
    "simulate",
)
FORBIDDEN_CALLS = {
    "open",
    "eval",
    "exec",
    "compile",
    "input",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.monotonic",
    "time.perf_counter",
    "os.getenv",
    "uuid.uuid4",
    "uuid.uuid1",
    "secrets.token_hex",
    "secrets.token_bytes",
}
MODULE_RANDOM = re.compile(
    r"^random\.(random|randint|choice|choices|shuffle|gauss|uniform|sample|seed|normalvariate)$"
)


def core_modules() -> list[Path]:
    return sorted(path for room in CORE for path in (SOURCE / room).rglob("*.py"))


def calls_of(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [(ast.unparse(node.func), node.lineno) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_core_opens_no_file_and_reads_no_clock() -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{line}: {name}"
        for path in core_modules()
        for name, line in calls_of(path)
        if name in FORBIDDEN_CALLS or MODULE_RANDOM.match(name) or name.endswith(("read_text", "read_bytes"))
    ]
    assert not found, "\n".join(found)


def source_files() -> list[Path]:
    kinds = {".py", ".html", ".js", ".css", ".yaml", ".csv", ".md", ".po", ".txt", ".json"}
    return sorted(path for path in SOURCE.rglob("*") if path.suffix in kinds)


@pytest.mark.parametrize(
    ("words", "allowed"),
    [("ixekizumab|guttate|nct0", ()), ("pasi", ("instruments/pasi/",))],
)
def test_no_code_knows_the_first_trial(words: str, allowed: tuple[str, ...]) -> None:
    found = []
    for path in source_files():
        name = path.relative_to(SOURCE).as_posix()
        if name.startswith(allowed):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(words, line, re.IGNORECASE) or re.search(words, name, re.IGNORECASE):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("room", CORE)
def test_core_loads_no_django(room: str) -> None:
    program = (
        "import importlib, pkgutil, sys\n"
        f"package = importlib.import_module('trialwright.{room}')\n"
        "for part in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "    importlib.import_module(part.name)\n"
        "assert 'django' not in sys.modules, 'django was loaded'\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

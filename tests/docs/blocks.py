"""The blocks of code in the documentation, found by themselves: what kind each says it is, and where it stands."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = "<!-- Made by `make docs`; do not edit. -->"
PAGES = tuple(
    sorted(
        path
        for folder in (ROOT, *(ROOT / name for name in ("docs", "DECISIONS", "studies", "src", "benchmarks")))
        for path in (folder.glob("*.md") if folder == ROOT else folder.rglob("*.md"))
    )
)


@dataclass(frozen=True)
class Block:
    """kind: the first word after the fence; file: the second, the file of a study that the block is of."""

    page: Path
    line: int
    kind: str
    file: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"


def blocks_of(page: Path) -> tuple[Block, ...]:
    """Every fenced block, however far it is indented; one that is never closed goes to the end."""
    text = page.read_text("utf-8")
    found = re.finditer(r"^ *(```+|~~~+)([^\n`]*)\n(.*?)(?:^ *\1 *$|\Z)", text, re.DOTALL | re.MULTILINE)
    return tuple(
        Block(page, text.count("\n", 0, one.start()) + 1, *_kind_and_file(one[2]), one[3]) for one in found
    )


def _kind_and_file(words: str) -> tuple[str, str]:
    kind, _, file = words.strip().partition(" ")
    return kind, file.strip()


def all_blocks() -> tuple[Block, ...]:
    return tuple(block for page in PAGES for block in blocks_of(page))

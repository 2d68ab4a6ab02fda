"""Ceilings of the house: a module has at most 400 lines, a function at most 50. Exits 1 and names what is larger."""

import ast
import sys
from pathlib import Path

MODULE_LINES = 400
FUNCTION_LINES = 50
ROOTS = ("src", "tools", "benchmarks")


def too_large(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    found = (
        [f"{path}:1: {lines} lines; at most {MODULE_LINES}, split it by meaning"]
        if lines > MODULE_LINES
        else []
    )
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                found.append(
                    f"{path}:{node.lineno}: {node.name} has {length} lines; at most {FUNCTION_LINES}"
                )
    return found


def main() -> int:
    root = Path(__file__).parent.parent
    paths = sorted(
        path for part in ROOTS for path in (root / part).rglob("*.py") if "migrations" not in path.parts
    )
    found = [line for path in paths for line in too_large(path)]
    print("\n".join(found) if found else f"Sizes: {len(paths)} modules within the ceilings.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

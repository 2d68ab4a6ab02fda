"""Runs all measurements, or those named: python -m benchmarks form_save verify."""

import importlib
import sys

NAMES = (
    "form_save",
    "enrolment",
    "verify",
    "rehearsal",
    "rules",
    "diary_sync",
    "statistics",
    "pipeline",
    "report",
)


def main() -> int:
    missed = 0
    for name in sys.argv[1:] or NAMES:
        module = importlib.import_module(f"benchmarks.{name}")
        print(f"{name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
        for figure in module.run():
            missed += not figure.is_kept
            print(figure.line(), flush=True)
    print("All bounds kept." if not missed else f"{missed} bounds missed.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

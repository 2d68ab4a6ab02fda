"""Runs a command and prints how long it took: timed.py LABEL COMMAND ARG ..."""

import subprocess
import sys
import time


def main() -> int:
    label, command = sys.argv[1], sys.argv[2:]
    start = time.monotonic()
    code = subprocess.run(command, check=False).returncode
    if code == 0:
        print(f"{label} in {time.monotonic() - start:.1f} s.", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())

"""`python -m trialwright` is the command `trialwright`."""

import sys

from trialwright.cli import main

if __name__ == "__main__":
    sys.exit(main())

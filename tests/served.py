"""Servers of tests."""

from typing import Final

# Between two looks of a server whether it is to end; half a second as Python has it, for which each test would wait.
LOOKS_OFTEN: Final = {"poll_interval": 0.02}  # seconds

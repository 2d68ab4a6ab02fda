"""Servers of tests."""

from typing import Final

# How often a server looks whether it is to end; left to itself it would, twice a second, and each test wait for it.
LOOKS_OFTEN: Final = {"poll_interval": 0.02}  # seconds

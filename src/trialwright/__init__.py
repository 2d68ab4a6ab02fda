"""Trialwright runs a clinical trial from one study definition."""

__version__ = "0.1.0"

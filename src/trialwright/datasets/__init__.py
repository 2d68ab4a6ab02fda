"""Casebooks as tables: frames for the rules, each value with its event, and counts of participants."""

"""Casebooks as tables: frames for the rules, and rows for people, each with the events that it came from."""

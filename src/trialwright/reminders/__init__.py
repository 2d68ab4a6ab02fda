"""Reminders of the diary: what is said, by which way, and that nobody is told the same thing twice."""

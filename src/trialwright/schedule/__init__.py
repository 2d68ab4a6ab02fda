"""Visits and windows, dosing calendar: arithmetic on calendar days of the site. Days count from the first
dose, which is day 1; there is no day 0."""

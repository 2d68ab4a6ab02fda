"""Endpoints, intervals, tables, figures and the report. Casebooks' tables come in, numbers and pages come out; no files, no Django."""

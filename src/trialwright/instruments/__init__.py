"""Questionnaires and scales as data: one folder each, with form, worked cases, source and licence.

A folder holds form.yaml (items, codes, derived items, checks), cases.csv (worked examples, run by the
tests), source.md (reference, licence, what is left out), translations, and virtual.py where virtual
participants answer it: `virtual(severity, rng)` gives raw answers for a severity from 0 to 1.
"""

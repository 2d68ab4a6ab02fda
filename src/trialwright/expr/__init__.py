"""The rule language: one tree, read by a record engine, a column engine and in words, with Kleene logic for unknowns."""

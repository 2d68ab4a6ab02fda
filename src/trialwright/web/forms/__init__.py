"""Pages of one form: entry, rows of a log, drafts, live scores, history."""

"""SQLite as the store wants it."""

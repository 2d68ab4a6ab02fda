"""Static physician's global assessment, 0 to 5."""

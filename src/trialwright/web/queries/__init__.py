"""Questions about data: list, answer, close."""

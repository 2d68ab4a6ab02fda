"""What one datum can be: a value, a missing value with its reason, or a problem that a person can fix."""

"""How the trial goes: recruitment, completeness, pooled safety; and, for those named, results to date."""

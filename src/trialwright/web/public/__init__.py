"""The public registry page; no sign-in."""

"""The way in: sign-in, sign-out, language."""

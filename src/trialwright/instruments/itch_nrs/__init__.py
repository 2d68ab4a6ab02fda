"""Numerical rating scale of itch."""

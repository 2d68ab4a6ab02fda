"""Dermatology Life Quality Index: structure and score."""

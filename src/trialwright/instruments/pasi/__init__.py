"""Psoriasis Area and Severity Index."""

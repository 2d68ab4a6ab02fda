"""The study definition: its model, loading with positions, checking, and comparing versions."""

"""Virtual participants: they walk through the whole trial by the same commands that a person gives."""

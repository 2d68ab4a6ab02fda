"""The heart: commands come in, events come out, and a casebook is what the events say. Pure, no input or output."""

"""One visit: its date, its forms, and a visit that did not take place."""

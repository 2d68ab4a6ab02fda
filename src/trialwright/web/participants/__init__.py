"""The list of participants, screening a new one, and one participant's page."""

"""Whether a participant may take part, criterion by criterion; enrolment."""

"""Study days: day 1 is the day of the first dose, the day before it is day -1, and there is no day 0.

All dates are calendar days of the site, so that summer time and the server's zone play no part.
"""

from datetime import date, timedelta


def study_day(day: date, first_dose: date) -> int:
    """The study day of a date.

    >>> study_day(date(2028, 3, 1), date(2028, 2, 29)), study_day(date(2028, 2, 28), date(2028, 2, 29))
    (2, -1)
    """
    days = (day - first_dose).days
    return days + 1 if days >= 0 else days


def date_of_day(day: int, first_dose: date) -> date:
    """The date of a study day; ValueError for day 0.

    >>> date_of_day(15, date(2028, 2, 29))
    datetime.date(2028, 3, 14)
    """
    if day == 0:
        raise ValueError("there is no study day 0")
    return first_dose + timedelta(days=day - 1 if day > 0 else day)


def days_outside(day: date, first: date | None, last: date | None) -> int:
    """How many days a date lies before or after a window; 0 inside, or where the window is open."""
    if first is not None and day < first:
        return (first - day).days
    if last is not None and day > last:
        return (day - last).days
    return 0

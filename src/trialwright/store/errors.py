"""What can go wrong with a data folder; the process edge turns each into an answer."""


class DataError(Exception):
    """The data folder or its surroundings are not as they must be; the sentence is for the person at the console."""


class NotFound(Exception):  # noqa: N818  - becomes 404, is no fault
    """No such study, participant, definition or account."""


class Outdated(Exception):  # noqa: N818  - a state of the world, is no fault
    """Another writer was first: load and decide again."""

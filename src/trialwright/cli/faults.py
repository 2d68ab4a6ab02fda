"""Faults that no command foresaw: of a damaged data folder, which a sentence says; or ours, with their traceback.

What damaged data do to a program cannot be listed. Whether the open folder is damaged can be asked.
"""

import os
import sys
from pathlib import Path


def sentence_of(fault: Exception) -> str | None:
    """What the person at the console is to know; None where the fault is the program's own.

    Django is looked up only here: a command that opened no folder never loaded it.
    """
    if "django.db" not in sys.modules:
        return None
    from django.db import DatabaseError

    if isinstance(fault, DatabaseError):
        return sentence_of_database(fault)
    if isinstance(fault, OSError) or "TRIALWRIGHT_DATA" not in os.environ:
        return None
    return _damage()


def sentence_of_database(fault: Exception) -> str:
    """Without the text that could not be read: it may be a patient's."""
    from trialwright.store.folder import VARIABLE
    from trialwright.store.storage import advice

    said = str(fault).partition(" with text ")[0]
    folder = os.environ.get(VARIABLE)
    return f"The database cannot be read or written: {said}.{advice(Path(folder)) if folder else ''}"


def _damage() -> str | None:
    from django.db import DatabaseError

    from trialwright.store.errors import DataError
    from trialwright.store.verify import verify_folder

    try:
        count = len(verify_folder())
    except DatabaseError as fault:
        return sentence_of_database(fault)
    except DataError as error:
        return str(error)
    if not count:
        return None
    return f"The data were altered and cannot be used so; trialwright verify names what does not agree ({count})."

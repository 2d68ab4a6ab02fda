"""The rehearsal of a study, read and checked before anything is built or removed for it."""

from datetime import date
from typing import TYPE_CHECKING

from trialwright.cli.output import ENVIRONMENT, USAGE, UserError

if TYPE_CHECKING:
    from trialwright.simulate.block import Rehearsal
    from trialwright.study.model import Study


def read_day(text: str | None) -> date | None:
    """The day of an option, year-month-day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UserError(f"“{text}” is not a day; write it like 2025-09-22.", code=USAGE) from error


def load_rehearsal(study: "Study", until: date | None) -> "Rehearsal":
    """The block of a study; what is wrong with it ends the command, and so does an end before its beginning."""
    from trialwright.simulate.read import read_rehearsal

    block = read_rehearsal(study)
    if isinstance(block, tuple):
        raise UserError("\n".join(f"{found.where}: {found.text}" for found in block), code=ENVIRONMENT)
    start = block.recruitment.start
    if until is not None and until < start:
        raise UserError(
            f"Nothing happens before {start}, when the rehearsal begins; say --until {start} or later.",
            code=USAGE,
        )
    return block

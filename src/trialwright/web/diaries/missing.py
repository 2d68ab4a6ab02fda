"""Why an entry is missing, as far as the phones and their numbers tell."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext

from trialwright.ledger.casebook import DiaryEntry
from trialwright.ledger.diary_adherence import Kept
from trialwright.schedule.diary import window
from trialwright.web.diaries.looking import Act, Looking
from trialwright.web.diaries.phones import phone_name
from trialwright.web.diaries.waiting import missing_numbers


def why_missing(looking: Looking, kept: Kept) -> str:
    """kept: a missed occasion."""
    ask = looking.book.study.forms[kept.occasion.form].ask
    assert ask is not None
    opens, closes = window(kept.occasion.day, ask.opens, ask.closes)
    joined = [name for name in looking.book.devices if _was(looking, looking.log.joined, name, closes)]
    if not joined:
        return gettext("No phone had joined by then.")
    left = [name for name in joined if not _was(looking, looking.log.revoked, name, opens)]
    if not left:
        return gettext("The phone was revoked by then.")
    late = _lacking(looking, opens, closes)
    if late:
        words = gettext("An entry of {phone} from about then has not arrived.")
        return words.format(phone=phone_name(looking, late))
    return gettext("Nothing was sent for it.")


def _was(looking: Looking, acts: Mapping[str, Act], device: str, moment: datetime) -> bool:
    """Whether it had happened by then. moment: on the wall of the site, without a zone."""
    act = acts.get(device)
    return act is not None and act.utc.astimezone(looking.now.tzinfo).replace(tzinfo=None) <= moment


def _lacking(looking: Looking, opens: datetime, closes: datetime) -> str:
    """A phone of which a number is missing between an entry from before the end of the window and one from after its
    begin; "" for none."""
    for device, numbers in missing_numbers(looking.book).items():
        own = sorted(
            (one.number, _wall(one)) for one in looking.book.entries.values() if one.device == device
        )
        for number in numbers:
            before = [time for at, time in own if at < number][-1:]
            after = [time for at, time in own if at > number][:1]
            if all(time <= closes for time in before) and all(time >= opens for time in after):
                return device
    return ""


def _wall(entry: DiaryEntry) -> datetime:
    """When it was entered, on the wall where that was."""
    return datetime.fromisoformat(entry.entered).replace(tzinfo=None)

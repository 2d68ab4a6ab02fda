"""What came back from a page, read with the record as that page had shown it."""

from collections.abc import Mapping
from dataclasses import replace

from trialwright.ledger.apply import record_at
from trialwright.ledger.casebook import Record
from trialwright.store.events import history
from trialwright.web.forms.opened import Opened
from trialwright.web.forms.posted import Posted, parse_base, read_posted


def read_back(opened: Opened, post: Mapping[str, str]) -> Posted:
    """Others may have saved since: then the log says what the page had shown. An ordinary save does not ask it."""
    return read_posted(opened.form, opened.record, post, opened.place, seen=_seen(opened, post))


def _seen(opened: Opened, post: Mapping[str, str]) -> Record | None:
    """The record as the page had shown it; None where that is the record as it is."""
    record, place, base = opened.record, opened.place, parse_base(post.get("base", ""))
    if record is None or base is None or base >= record.sequence:
        return None
    seen = record_at(history(opened.book.study.id, place.participant), place.key, base)
    if seen is None:
        return Record(*place.key, {}, 0, record.definition)
    shown = {item: entry for item, entry in seen.items.items() if item not in opened.hidden_here}
    return replace(seen, items=shown)


def kept_texts(posted: Posted, base: int) -> dict[str, str]:
    """What a person had changed, as a draft on the record as it is at `base`."""
    texts = {"base": str(base)}
    for item in posted.items:
        shown = posted.shown[item]
        texts |= {item: shown.raw, f"{item}.unit": shown.unit, f"{item}.missing": shown.reason}
    texts |= {f"{item}.right": note for item, note in posted.confirmed.items()}
    return texts | ({"reason_for_change": posted.reason} if posted.reason else {})

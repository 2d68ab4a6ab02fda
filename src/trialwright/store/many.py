"""Casebooks of a list: one query tells which of those that the process remembers are still true."""

from collections.abc import Iterable

from trialwright.ledger.casebook import Casebook
from trialwright.store.cache import CASEBOOKS
from trialwright.store.casebooks import load
from trialwright.store.definitions import active_sites
from trialwright.store.seals import heads_of
from trialwright.store.streams import PARTICIPANT


def load_many(study_id: str, participants: Iterable[str]) -> dict[str, Casebook]:
    """The casebooks as they are now, by participant. Raises NotFound."""
    heads, active = heads_of(study_id), active_sites(study_id)
    found: dict[str, Casebook] = {}
    for participant in participants:
        kept = CASEBOOKS.get((study_id, participant))
        is_true = (
            kept is not None
            and heads.get(PARTICIPANT + participant) == (kept.sequence, kept.head)
            and active.get(kept.site) == kept.study.hash
        )
        found[participant] = kept if kept is not None and is_true else load(study_id, participant)
    return found

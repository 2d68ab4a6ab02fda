"""Current values made anew from the log."""

from trialwright.store import rows
from trialwright.store.cache import CASEBOOKS
from trialwright.store.examine import examine
from trialwright.store.findings import Difference, Finding, findings_of
from trialwright.store.transactions import reading, writing


def rebuild(study_id: str, *, is_dry: bool = False) -> tuple[Finding, ...]:
    """Makes records, queries, participants, active versions and heads what the log says; gives what was otherwise.

    is_dry: only looks. Accounts are not made anew, their passwords stand nowhere else: `verify` names them.
    """
    with reading() if is_dry else writing():
        found = [difference for examined in examine(study_id) for difference in examined.differences]
        if not is_dry:
            for difference in found:
                _put_right(difference)
            CASEBOOKS.forget()
    return tuple(each for difference in found for each in findings_of(difference))


def _put_right(difference: Difference) -> None:
    """Deletes first: a row may stand under the key of another."""
    columns = difference.columns[: difference.keys]
    where = " AND ".join(f'"{name}" = %s' for name in columns)
    for key in difference.stored:
        rows.execute(f'DELETE FROM "{difference.table}" WHERE {where}', key)
    rows.insert(difference.table, difference.columns, list(difference.made.values()))

"""Sessions in the database, as Django keeps them; where it cannot be written just now, pages are still read."""

import logging
from typing import Final

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

from trialwright.store.sqlite.base import Busy
from trialwright.store.storage import trouble_of

LOG = logging.getLogger("trialwright.sessions")

_TIMES: Final = ("seen", "since")  # keys; a session whose times are not kept ends the earlier for it


class SessionStore(DatabaseSessions):
    """Django asks for a class of this name."""

    def save(self, must_create: bool = False) -> None:
        """Where nothing but its times changed, a session that is there may stay as it was. One that is new, renewed,
        or says anything else is stored, or the database's own error tells why not."""
        try:
            super().save(must_create)
        except UpdateError as error:
            fault = error.__context__
            trouble = "busy" if isinstance(fault, Busy) else trouble_of(fault, settings.DATA)
            if fault is None or trouble is None:
                raise
            if not self._says_what_is_stored():
                raise fault from None
            LOG.warning("a session was not kept: %s", trouble)

    def _says_what_is_stored(self) -> bool:
        row = self.model.objects.filter(session_key=self.session_key).first()
        stored = {} if row is None else self.decode(row.session_data)
        now = dict(self.items())
        return row is not None and all(stored.get(key) == now.get(key) for key in {*stored, *now} - {*_TIMES})

"""Sessions in the database, as Django keeps them; where it cannot be written just now, pages are still read."""

import logging

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

from trialwright.store.sqlite.base import Busy
from trialwright.store.storage import trouble_of

LOG = logging.getLogger("trialwright.sessions")


class SessionStore(DatabaseSessions):
    """Django asks for a class of this name."""

    def save(self, must_create: bool = False) -> None:
        """What changed in a session that is there is at most when it was last seen: it ends the earlier for it. One
        that is new, or renewed, is stored or refused."""
        try:
            super().save(must_create)
        except UpdateError as error:
            fault = error.__context__
            trouble = "busy" if isinstance(fault, Busy) else trouble_of(fault, settings.DATA)
            if trouble is None:
                raise
            LOG.warning("a session was not kept: %s", trouble)

"""The web application of one data folder, named by TRIALWRIGHT_DATA."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trialwright.web.settings")
application = get_wsgi_application()


def read_studies() -> None:
    """Reads every version in use before the first request, once for all workers; one that was altered, or that is
    gone, stops it.

    The connection is closed again: a worker must not share one.
    """
    from django.db import DatabaseError, connections

    from trialwright.store.definitions import active_sites, newest_study, studies, study_by_hash
    from trialwright.store.errors import DataError, NotFound

    try:
        for study in studies():
            newest_study(study)
            for definition in active_sites(study).values():
                study_by_hash(study, definition)
    except (DataError, NotFound) as error:
        sys.exit(str(error))
    except DatabaseError as error:
        sys.exit(f"The database cannot be read: {error}")
    finally:
        connections.close_all()


read_studies()

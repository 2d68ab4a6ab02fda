"""The public registry page; it needs no sign-in and shows counts only."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from trialwright.registry.page import live_of, public_page
from trialwright.store.definitions import newest_study
from trialwright.store.people import list_participants
from trialwright.web.answer import show
from trialwright.web.desk import study_language
from trialwright.web.public.page import registry_page
from trialwright.web.show import show_date

EVERYBODY = 1_000_000


@require_GET
def registry(request: HttpRequest, study_id: str) -> HttpResponse:
    study = newest_study(study_id)
    statuses = (person.status for person in list_participants(study_id, limit=EVERYBODY))
    live = live_of(statuses, show_date(datetime.now(UTC).date()))
    page = public_page(study, live, language=study_language(), translate=gettext)
    return show(request, "public/registry.html", registry_page(page), study=study)

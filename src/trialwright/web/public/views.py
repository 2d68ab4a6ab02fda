"""The public registry page; it needs no sign-in and shows counts only."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from trialwright.store.definitions import newest_study
from trialwright.store.people import list_participants
from trialwright.web.answer import show
from trialwright.web.desk import study_language
from trialwright.web.public.page import registry_page

EVERYBODY = 1_000_000


@require_GET
def registry(request: HttpRequest, study_id: str) -> HttpResponse:
    study = newest_study(study_id)
    statuses = (person.status for person in list_participants(study_id, limit=EVERYBODY))
    return show(
        request, "public/registry.html", registry_page(study, statuses, study_language()), study=study
    )

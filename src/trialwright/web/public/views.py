"""The public registry page; it needs no sign-in and shows counts only."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from trialwright.registry.ends import completed_answer
from trialwright.registry.page import live_of, public_page
from trialwright.store.clock import day_at
from trialwright.store.definitions import newest_study
from trialwright.store.people import count_standings
from trialwright.web.answer import show
from trialwright.web.desk import study_language
from trialwright.web.public.page import registry_page


@require_GET
def registry(request: HttpRequest, study_id: str) -> HttpResponse:
    study = newest_study(study_id)
    completed = completed_answer(study)
    standings = count_standings(study_id, completed or ("", "", ""))
    live = live_of(standings, tells_completed=completed is not None, as_of=day_at(study))
    page = public_page(study, live, language=study_language(), translate=gettext)
    return show(request, "public/registry.html", registry_page(page), study=study)

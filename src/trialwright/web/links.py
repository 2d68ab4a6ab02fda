"""Addresses of pages, and how visits stand in them. No address holds a code, a name or a value."""

from urllib.parse import urlencode

from django.urls import reverse

from trialwright.web.forms.posted import Place


class VisitConverter:
    """A visit key in an address: "UNS#2" stands as UNS.2, the participant's own forms as a dash."""

    regex = r"-|[A-Za-z0-9_]+(?:\.[0-9]+)?"

    def to_python(self, value: str) -> str:
        return "" if value == "-" else value.replace(".", "#")

    def to_url(self, value: str) -> str:
        return value.replace("#", ".") or "-"


class RowConverter:
    """The number of a row, "0" where there are no rows; of an entry of the diary its day, or the number of a report."""

    regex = r"[0-9]{1,15}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


def home_url(study: str, **query: str) -> str:
    return reverse("home", args=(study,)) + (f"?{urlencode(query)}" if query else "")


def list_url(study: str, **query: str) -> str:
    return reverse("participants", args=(study,)) + (f"?{urlencode(query)}" if query else "")


def progress_url(study: str) -> str:
    return reverse("progress", args=(study,))


def results_url(study: str) -> str:
    return reverse("results", args=(study,))


def review_url(study: str, **query: str) -> str:
    return reverse("review", args=(study,)) + (f"?{urlencode(query)}" if query else "")


def sets_url(study: str) -> str:
    return reverse("review-sets", args=(study,))


def set_url(study: str, population: str, **query: str) -> str:
    return reverse("decide-set", args=(study, population)) + (f"?{urlencode(query)}" if query else "")


def class_url(study: str, participant: str, check: str, visit: str, repeat: int) -> str:
    """Where somebody decides whether what a check finds in a record is important."""
    return reverse("class-deviation", args=(study, participant, check, visit, repeat))


def screen_url(study: str) -> str:
    return reverse("screen", args=(study,))


def participant_url(study: str, participant: str) -> str:
    return reverse("participant", args=(study, participant))


def visit_url(study: str, participant: str, visit: str) -> str:
    return reverse("visit", args=(study, participant, visit))


def form_url(study: str, place: Place, name: str = "form") -> str:
    """name: form, draft, preview, earlier, history, remove, or log."""
    return reverse(name, args=(study, place.participant, place.visit, place.form, place.repeat))


def log_url(study: str, participant: str, visit: str, form: str) -> str:
    return reverse("log", args=(study, participant, visit, form))


def diary_url(study: str, participant: str, **query: str) -> str:
    """The page of a participant's diary."""
    return reverse("participant-diary", args=(study, participant)) + (f"?{urlencode(query)}" if query else "")


def told_url(study: str, participant: str, **query: str) -> str:
    """Where the site enters what the participant told, or wrote on paper."""
    asked = {name: text for name, text in query.items() if text}
    return reverse("told-choice", args=(study, participant)) + (f"?{urlencode(asked)}" if asked else "")


def release_url(study: str, participant: str, entry: str) -> str:
    return reverse("release-entry", args=(study, participant, entry))


def revoke_url(study: str, participant: str, device: str) -> str:
    return reverse("revoke-phone", args=(study, participant, device))


def invite_url(study: str, participant: str) -> str:
    return reverse("invite-phone", args=(study, participant))


def sheet_url(study: str, participant: str = "", **query: str) -> str:
    """The paper that stands in for the phone: of a participant, or with a blank for the code."""
    name, args = ("diary-sheet", (study, participant)) if participant else ("blank-sheet", (study,))
    return reverse(name, args=args) + (f"?{urlencode(query)}" if query else "")


def eligibility_url(study: str, participant: str, visit: str) -> str:
    return reverse("eligibility", args=(study, participant, visit))


def enrol_url(study: str, participant: str) -> str:
    return reverse("enrol", args=(study, participant))


def queries_url(study: str, **query: str) -> str:
    return reverse("queries", args=(study,)) + (f"?{urlencode(query)}" if query else "")


def query_url(study: str, participant: str, query: str) -> str:
    return reverse("query", args=(study, participant, query))


def contact_url(study: str, participant: str) -> str:
    return reverse("contact", args=(study, participant))


def calendar_file_url(study: str, participant: str) -> str:
    return reverse("diary-calendar", args=(study, participant))


def messages_url(study: str, **query: str) -> str:
    return reverse("messages", args=(study,)) + (f"?{urlencode(query)}" if query else "")


def silent_url(study: str, **query: str) -> str:
    return reverse("silent", args=(study,)) + (f"?{urlencode(query)}" if query else "")


def photos_url(study: str, participant: str) -> str:
    return reverse("photos", args=(study, participant))


def add_photo_url(study: str, participant: str, **query: str) -> str:
    """query: the visit and the region that are meant."""
    return reverse("add-photo", args=(study, participant)) + (f"?{urlencode(query)}" if query else "")


def photo_url(study: str, participant: str, photo: str) -> str:
    return reverse("photo", args=(study, participant, photo))


def photo_image_url(study: str, participant: str, photo: str, size: str) -> str:
    """size: small or large."""
    return reverse("photo-image", args=(study, participant, photo, size))


def remove_photo_url(study: str, participant: str, photo: str) -> str:
    return reverse("remove-photo", args=(study, participant, photo))


def registry_url(study: str) -> str:
    return reverse("registry", args=(study,))

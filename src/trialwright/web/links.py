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
    """The number of a row, "0" where there are no rows."""

    regex = r"[0-9]{1,6}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


def home_url(study: str, **query: str) -> str:
    return reverse("home", args=(study,)) + (f"?{urlencode(query)}" if query else "")


def list_url(study: str, **query: str) -> str:
    return reverse("participants", args=(study,)) + (f"?{urlencode(query)}" if query else "")


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


def eligibility_url(study: str, participant: str, visit: str) -> str:
    return reverse("eligibility", args=(study, participant, visit))


def enrol_url(study: str, participant: str) -> str:
    return reverse("enrol", args=(study, participant))


def queries_url(study: str, **query: str) -> str:
    return reverse("queries", args=(study,)) + (f"?{urlencode(query)}" if query else "")


def query_url(study: str, participant: str, query: str) -> str:
    return reverse("query", args=(study, participant, query))


def registry_url(study: str) -> str:
    return reverse("registry", args=(study,))

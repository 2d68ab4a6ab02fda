"""Answers: a page in its frame, and the pages that refuse."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from trialwright.store.models import Account
from trialwright.study.model import Study
from trialwright.study.rights import REVIEW_AREA
from trialwright.web.desk import Desk, desk_of, study_language
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.links import (
    home_url,
    list_url,
    messages_url,
    progress_url,
    queries_url,
    registry_url,
    review_url,
)
from trialwright.web.said import Said, forget, said_in

Context = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    label: str
    is_current: bool = False
    key: str = ""  # goes there after g


@dataclass(frozen=True, slots=True)
class Shell:
    """What stands around every page. brief: the name where there is little room; short: for the title of the window."""

    language: str
    name: str
    brief: str
    short: str
    notice: str
    path: str
    is_demo: bool
    links: tuple[Link, ...] = ()
    person: str = ""
    role: str = ""
    has_choice: bool = False
    said: Said | None = None

    @property
    def other_language(self) -> str:
        return "en" if self.language == "zh-Hans" else "zh-Hans"

    @property
    def other_language_name(self) -> str:
        return "English" if self.language == "zh-Hans" else "中文"


def show(
    request: HttpRequest,
    template: str,
    page: object,
    *,
    desk: Desk | None = None,
    study: Study | None = None,
    person: str = "",
    problems: Iterable[ProblemLine] = (),
    status: int = 200,
) -> HttpResponse:
    """The page in its frame. desk: of a page behind sign-in; study: of a public page; person: who is signed in, on
    a page that belongs to no study."""
    shell = _shell(request, desk, study)
    shell = replace(shell, person=person or shell.person, said=said_in(request))
    context: Context = {"page": page, "shell": shell, "problems": tuple(problems)}
    response = render(request, template, context, status=status)
    if shell.said:
        forget(request, response)
    return response


def refuse(
    request: HttpRequest, status: int, title: str, sentence: str, *, is_framed: bool = True
) -> HttpResponse:
    """One sentence and one action, in the frame of the person's other pages. It tells nothing of what was asked for.

    is_framed: False asks the database nothing.
    """
    page = {
        "title": title,
        "sentence": sentence,
        "action": gettext("Back to the start"),
        "action_url": reverse("start"),
    }
    if not is_framed:
        return show(request, "refusal.html", page, status=status)
    desk = desk_of(request)
    user = None if desk else getattr(request, "user", None)
    person = user.name if isinstance(user, Account) else ""
    return show(request, "refusal.html", page, desk=desk, person=person, status=status)


def _shell(request: HttpRequest, desk: Desk | None, study: Study | None) -> Shell:
    known = desk.study if desk else study
    language = study_language()
    plain = gettext("Trialwright runs a clinical trial from one study definition.")
    return Shell(
        language=language,
        name=f"{known.id} · {known.say(known.title, language)}" if known else "Trialwright",
        brief=f"{known.id} · {known.acronym}"
        if known and known.acronym
        else known.id
        if known
        else "Trialwright",
        short=(known.acronym or known.id) if known else "Trialwright",
        notice=known.say(known.notice, language) if known and known.notice else plain,
        path=request.get_full_path() if request.method == "GET" else request.path,
        is_demo=settings.IS_DEMO,
        links=_links(request, desk) if desk else (),
        person=_person(desk) if desk else "",
        role=_role(desk) if desk else "",
        has_choice=desk.has_choice if desk else False,
    )


def _links(request: HttpRequest, desk: Desk) -> tuple[Link, ...]:
    study = desk.study.id
    reads = desk.reads_anywhere()
    data = (
        (list_url(study), gettext("Participants"), "p"),
        (queries_url(study), gettext("Queries"), "q"),
        (progress_url(study), gettext("Progress"), "r"),
    )
    told = ((messages_url(study), gettext("Messages"), "m"),)
    reviewed = ((review_url(study), gettext("Data review"), "d"),)
    keeps_contacts = desk.study.diary is not None and desk.may_anywhere("identity", "w")
    targets = (
        (home_url(study), gettext("Work list"), "w"),
        *(data if reads else ()),
        *(reviewed if desk.may_anywhere(REVIEW_AREA, "r") else ()),
        *(told if keeps_contacts else ()),
        (registry_url(study), gettext("Public page"), ""),
    )
    return tuple(Link(url, label, url == request.path, key) for url, label, key in targets)


def _person(desk: Desk) -> str:
    sites = ", ".join(sorted(desk.actor.sites))
    place = gettext("Site {site}").format(site=sites) if sites else gettext("All sites")
    return f"{place} · {desk.name}"


def _role(desk: Desk) -> str:
    role = desk.study.roles[desk.actor.role]
    # Translators: {role} is a role of the study, such as "Coordinator"
    return gettext("acting as {role}").format(role=desk.study.say(role.label, desk.language))

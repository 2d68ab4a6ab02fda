"""The fields that a page sends back: each is known, or nothing of the page is taken.

A field that no page of ours sends is a mistake or an attempt ("status=locked"); to pass over it in silence would
let its sender believe that it was stored.
"""

from collections.abc import Iterable
from typing import Final

from django.http import HttpRequest

from trialwright.study.model import Form, Study
from trialwright.web.messages import problem

TOKEN: Final = "csrfmiddlewaretoken"
MARK: Final = "page.mark"  # of the hidden field that web.held reads; no item has such a name
# Of a form's page, and no part of a draft; its `command` is, for it tells which page the draft came from.
NOT_TYPED: Final = (TOKEN, MARK, "then", "show")
_NAMED, _LENGTH = 3, 40  # how many names a message repeats, and how much of each


class UnknownFields(Exception):  # noqa: N818 - becomes a page of its own, as Denied does
    """`problem` is the sentence for the person."""

    def __init__(self, names: Iterable[str]) -> None:
        told = ", ".join(f"“{name[:_LENGTH]}”" for name in sorted(names)[:_NAMED])
        self.problem = problem("unknown-field", "", names=told)
        super().__init__(self.problem.text)


def require_known(request: HttpRequest, known: Iterable[str], *, files: Iterable[str] = ()) -> None:
    """Raises UnknownFields where the page sends any other field, or a file that it does not ask for."""
    unknown = ({*request.POST} - {TOKEN, *known}) | ({*request.FILES} - {*files})
    if unknown:
        raise UnknownFields(unknown)


def fields_of(study: Study, form: Form) -> frozenset[str]:
    """What the page of a form sends: its hidden fields, and of each item the controls that it has."""
    names = {"command", "base", "reason_for_change", MARK}
    for item in form.items.values():
        if item.derive is None:
            names |= {item.id, f"{item.id}.missing"} | ({f"{item.id}.unit"} if item.units else set())
    about = {check.about_item for check in study.checks_about() if check.about_form == form.id}
    return frozenset(names | {f"{item}.right" for item in about})

"""What somebody typed and did not save: kept when a script says so, and when a save was a conflict."""

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext

from trialwright.ledger.casebook import Casebook
from trialwright.store.drafts import DraftKey, load_draft
from trialwright.store.held import Page, keep_draft
from trialwright.web.desk import Desk
from trialwright.web.forms.opened import Opened, Typed, typed_of
from trialwright.web.forms.posted import Place, Posted, parse_base
from trialwright.web.forms.read_back import kept_texts, read_back
from trialwright.web.held import marked_page
from trialwright.web.show import show_time


def draft_key(desk: Desk, place: Place) -> DraftKey:
    return desk.actor.account, place.visit, place.form, place.repeat


def draft_of(desk: Desk, opened: Opened) -> Typed | None:
    """The person's draft of the record, as it stands in the fields."""
    kept = load_draft(desk.study_id, opened.place.participant, draft_key(desk, opened.place))
    if kept is None or not opened.may_write:
        return None
    texts, updated = kept
    note = draft_note(opened, datetime.fromisoformat(updated.replace("Z", "+00:00")))
    typed = replace(typed_of(read_back(opened, texts)), draft_note=note)
    return typed if "base" in texts else replace(typed, base=None)


def draft_note(opened: Opened, saved: datetime) -> str:
    """The same words and the same clock for the page and for its script."""
    site = opened.book.study.sites[opened.book.site]
    return gettext("Draft saved {time} (time at the site)").format(time=show_time(saved, site.timezone))


def page_of(request: HttpRequest, desk: Desk, place: Place) -> Page:
    """The page that a request comes from, by its mark; without a mark of ours, what its fields say of it."""
    base = parse_base(request.POST.get("base", "")) or 0
    page = Page(
        desk.actor.account,
        desk.study_id,
        place.participant,
        *place.key,
        id=request.POST.get("command", ""),
        base=base,
        utc="",
    )
    marked = marked_page(request)
    is_this = marked is not None and (marked.key, marked.study, marked.participant) == (
        page.key,
        page.study,
        page.participant,
    )
    return marked if marked is not None and is_this else page


def keep_conflict(page: Page, opened: Opened, posted: Posted, book: Casebook, *, at: datetime) -> None:
    """Both values were shown: what was typed is kept as a draft on the record as it is now, without any script."""
    record = book.records.get(opened.place.key)
    keep_draft(page, kept_texts(posted, record.sequence if record else 0), at=at)

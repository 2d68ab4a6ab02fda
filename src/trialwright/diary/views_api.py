"""What phones ask: joining, sending, looking back, wishes. Each view: who asks, what is asked, the ledger, the answer."""

import os
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from math import ceil
from zoneinfo import ZoneInfo

from django.conf import settings

from trialwright.diary.answer import LOG, Ask, Reply, api, refused, state
from trialwright.diary.pace import PACE
from trialwright.diary.package import Part, package_of
from trialwright.diary.sync import commands_of, done, holes_of, receipt
from trialwright.diary.sync import history as history_of
from trialwright.diary.wire import Join, Refused, Sync, read_message
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Moment
from trialwright.ledger.diary_calendar import closing
from trialwright.ledger.rights import participant_actor
from trialwright.reminders.configured import Server, push_key
from trialwright.store import clock, devices
from trialwright.store.casebooks import load
from trialwright.store.devices import DeviceRow
from trialwright.store.entrance import address_of
from trialwright.store.submit import submit_entries
from trialwright.store.text import utc_text
from trialwright.store.throttle import begin_try, forget_tries
from trialwright.store.transactions import writing
from trialwright.values.problem import Problem
from trialwright.values.stored import Json


@dataclass(frozen=True, slots=True)
class Phone:
    """Who asks: a phone that is not revoked, and its participant. today: where the site is."""

    row: DeviceRow
    book: Casebook
    now: datetime

    @property
    def today(self) -> date:
        return today_of(self.book, self.now)


def today_of(book: Casebook, now: datetime) -> date:
    return now.astimezone(ZoneInfo(book.study.sites[book.site].timezone)).date()


_NO_DIARY = state(409, "no_diary")  # the study has none any more: what waits stays on the phone


def phone_of(ask: Ask) -> Phone | Reply:
    """Who asks, or the answer to nobody. A token that nobody was given and one that is no token are told the same."""
    now = clock.now()
    row = devices.device_of(ask.token) if ask.token else None
    if row is None:
        return state(401, "unknown")
    if row.is_revoked:
        return state(401, "revoked")
    wait = PACE.wait_of(row.device, most=settings.ASKS_A_MINUTE, at=now)
    if wait:
        return state(429, "wait", wait=wait)
    book = load(row.study, row.participant)
    return Phone(row, book, now) if book.study.diary is not None else _NO_DIARY


# ------------------------------------------------------------------ joining


@api("POST")
def join(ask: Ask) -> Reply:
    """With the code of an invitation. Tries are counted by code and by address before anything is looked up."""
    message = read_message(Join, ask.body)
    if isinstance(message, Refused):
        return refused(message)
    now = clock.now()
    key, address = f"join {sha256(message.code.encode()).hexdigest()}", address_of(ask.request)
    closed = begin_try(key, address, at=now)
    if closed:
        return state(429, "wait", wait=ceil(closed.total_seconds()))
    # The code is spent with the last step or not at all: who is told nothing can use it again.
    with writing():
        joined = _joined(message, now)
        if isinstance(joined, Problem):
            return _not_joined(joined)
        forget_tries(key, address)
        book = load(joined.study, joined.participant)
        package = _package(book, today_of(book, now))
    return Reply({"token": joined.token, "device": joined.device, "package": package})


def _joined(message: Join, now: datetime) -> devices.Joined | Problem:
    study_id = devices.study_of_code(message.code)
    return devices.join(
        study_id or "",
        message.code,
        message.year_of_birth,
        platform=message.platform,
        language=message.language,
        token=message.token,
        at=Moment(now, now.date()),
    )


def _not_joined(found: Problem) -> Reply:
    match found.code:
        case "invite-unknown":
            return state(404, "unknown")
        case "invite-used":
            return state(410, "used")
        case "invite-replaced":
            return state(410, "replaced")
        case "invite-expired":
            return state(410, "expired")
        case "no-diary":
            return _NO_DIARY
        case "year-differs":
            left = dict(found.parts)["left"]
            return Reply({"state": "year", "tries_left": int(str(left))}, 422)
        case _:
            return state(409, found.code)


# ------------------------------------------------------------------ sending


@api("POST")
def sync(ask: Ask) -> Reply:
    """Takes entries and tells the news. What has a result here is in the log, and its transaction on the disk."""
    phone = phone_of(ask)
    if isinstance(phone, Reply):
        return phone
    message = read_message(Sync, ask.body)
    if isinstance(message, Refused):
        return refused(message)
    row, book = phone.row, phone.book
    commands = commands_of(message, row.participant, row.device, at=phone.now)
    moment = Moment(phone.now, phone.today, message.sent)
    actor = participant_actor(row.participant, book.site)
    devices.note_seen(row, message.app, at=phone.now)  # first: nothing that fails may come after the entries
    submitted = submit_entries(row.study, row.participant, commands, by=actor, at=moment) if commands else ()
    after = submitted[-1].book if submitted else book
    results: list[Json] = [
        receipt(command.command_id, one.book, one.problems)
        for command, one in zip(commands, submitted, strict=True)
    ]
    return Reply({"results": results, **_news(phone, after, message.package)})


def _package(book: Casebook, today: date) -> Part:
    return package_of(book, today, push_key=_push_key(), days_off=settings.DEMO.days_off)


def _push_key() -> str:
    """What a browser subscribes with; "" where this server sends no notifications."""
    folder = settings.DATA
    return push_key(os.environ, Server(folder, settings.IS_DEMO, clock.now)) if folder else ""


def _news(phone: Phone, book: Casebook, digest: str) -> dict[str, Json]:
    """Where a rule of the study fails, nothing is said of whether the diary is closed, and there is no package: the phone
    goes by what it knew before."""
    told: dict[str, Json] = {
        "now": utc_text(phone.now),
        "done": done(book, phone.today),
        "holes": holes_of(book, phone.row.device),
    }
    try:
        told["closed"] = closing(book).is_closed
        package = _package(book, phone.today)
    except Exception as fault:  # noqa: BLE001 - a rule of the study failed; what was stored must be acknowledged
        LOG.error("no package for %s: %s", phone.row.device, type(fault).__name__)
        return told
    return told if package["digest"] == digest else {**told, "package": package}


# ------------------------------------------------------------------ looking back


@api("GET")
def history(ask: Ask) -> Reply:
    phone = phone_of(ask)
    if isinstance(phone, Reply):
        return phone
    days = ask.query.get("days", "14")
    if not (days.isascii() and days.isdecimal() and len(days) <= 3) or ask.query.keys() - {"days"}:
        return state(422, "malformed")
    newest = _package(phone.book, phone.today)["digest"]
    return Reply({"entries": history_of(phone.book, phone.today, int(days)), "package": newest})

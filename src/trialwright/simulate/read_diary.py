"""Reads the part of the block that says how virtual participants keep their diaries."""

from functools import partial

from trialwright.simulate.diary_block import (
    ClockOff,
    Correcting,
    DiaryFormPlan,
    DiaryPlan,
    KeeperKind,
    Late,
    LostPhone,
    SecondPhone,
    Spell,
    Telephone,
)
from trialwright.simulate.read_parts import NEVER, draw_or, items_of, read_severity
from trialwright.simulate.tree import Node
from trialwright.study.model import Study

KEYS = (
    "by",
    "keeps",
    "joins_after_days",
    "keepers",
    "spread",
    "after_leaving",
    "minutes_after_opening",
    "late",
    "offline",
    "pauses",
    "corrected",
    "never_sent",
    "damaged",
    "clock_off",
    "second_phone",
    "lost_phone",
    "telephone",
    "forms",
    "decided",
)
TYPED_WRONG = "I had typed it wrong."
LOST = "The phone was lost."
TOLD = "Told by telephone."


def read_diary(study: Study, node: Node) -> DiaryPlan:
    node.only(KEYS)
    return DiaryPlan(
        by=node.need("by").text(),
        keeps=node.child("keeps").chance(1.0),
        joins_after_days=draw_or(node.child("joins_after_days"), NEVER),
        kinds=_kinds(node.need("keepers")),
        spread=node.child("spread").number(0.0),
        after_leaving=node.child("after_leaving").chance(0.0),
        minutes_after_opening=draw_or(node.child("minutes_after_opening"), "60"),
        late=_late(node.child("late")),
        offline=_spell(node.child("offline")),
        pauses=_spell(node.child("pauses")),
        corrected=_corrected(node.child("corrected")),
        never_sent=node.child("never_sent").chance(0.0),
        damaged=node.child("damaged").chance(0.0),
        clock_off=_clock_off(node.child("clock_off")),
        second_phone=_second_phone(node.child("second_phone")),
        lost_phone=_lost_phone(node.child("lost_phone")),
        telephone=_telephone(node.child("telephone")),
        forms=node.need("forms").each(partial(_form, study)),
    )


def _kinds(node: Node) -> tuple[KeeperKind, ...]:
    kinds = tuple(node.each(_kind).values())
    if not sum(kind.share for kind in kinds) > 0:
        raise node.fail("kinds of keepers, of which one at least has a share above 0")
    return kinds


def _kind(key: str, node: Node) -> KeeperKind:
    node.only(("share", "answers", "loses_per_week"))
    return KeeperKind(
        key,
        node.need("share").chance(),
        node.need("answers").chance(),
        node.child("loses_per_week").chance(0.0),
    )


def _late(node: Node) -> Late:
    node.only(("chance", "minutes"))
    return Late(node.child("chance").chance(0.0), draw_or(node.child("minutes"), "30"))


def _spell(node: Node) -> Spell:
    node.only(("per_100_days", "days"))
    return Spell(node.child("per_100_days").number(0.0), draw_or(node.child("days"), "1"))


def _corrected(node: Node) -> Correcting:
    node.only(("chance", "minutes", "reason"))
    return Correcting(
        node.child("chance").chance(0.0),
        draw_or(node.child("minutes"), "5"),
        node.child("reason").text(TYPED_WRONG),
    )


def _clock_off(node: Node) -> ClockOff:
    node.only(("chance", "seconds"))
    return ClockOff(node.child("chance").chance(0.0), draw_or(node.child("seconds"), NEVER))


def _second_phone(node: Node) -> SecondPhone:
    node.only(("chance", "used", "twice"))
    return SecondPhone(*(node.child(key).chance(0.0) for key in ("chance", "used", "twice")))


def _lost_phone(node: Node) -> LostPhone:
    node.only(("per_100_days", "told_after_days", "reason"))
    return LostPhone(
        node.child("per_100_days").number(0.0),
        draw_or(node.child("told_after_days"), "1"),
        node.child("reason").text(LOST),
    )


def _telephone(node: Node) -> Telephone:
    node.only(("after_days", "chance", "reason"))
    days = node.child("after_days")
    return Telephone(
        3 if days.is_absent else days.count(),
        node.child("chance").chance(0.0),
        node.child("reason").text(TOLD),
    )


def _form(study: Study, form: str, node: Node) -> DiaryFormPlan:
    node.only(("items", "severity", "per_100_days", "tells_of", "decided"))
    logs = node.child("tells_of").children()
    return DiaryFormPlan(
        items_of(study, form, node.need("items")),
        read_severity(node.child("severity")),
        node.child("per_100_days").number(0.0),
        {(log, name): part.chance() for log, rows in logs for name, part in rows.children()},
    )

"""Reads the parts of the block that go wrong on purpose: drop-outs, mistakes, queries, screening failures."""

from collections.abc import Mapping

from trialwright.simulate.block import DropOut, Excursion, Mistake, QueryHabits, ScreeningFailure
from trialwright.simulate.draws import Draw, read_draw
from trialwright.simulate.read_parts import draw_or, items_of, rows_at, rule_at
from trialwright.simulate.tree import Node
from trialwright.study.model import Study

WAYS = ("set", "swap", "times", "add", "add_days", "transpose", "copy")


def _pairs(study: Study, node: Node) -> Mapping[tuple[str, str], Draw]:
    """`form.item: draw` lines."""
    for key, part in node.children():
        form, _, item = key.partition(".")
        if form not in study.forms or item not in study.forms[form].items:
            part.note("rehearsal-unknown-item", item=key)
    return {(key.partition(".")[0], key.partition(".")[2]): draw for key, draw in node.each(_draw).items()}


def _draw(_: str, node: Node) -> Draw:
    return read_draw(node)


def read_dropout(study: Study, key: str, node: Node) -> DropOut:
    node.only(
        (
            "per_year",
            "epochs",
            "stops",
            "sets",
            "when",
            "with",
            "then",
            "days_to_visit",
            "closed_after_days",
            "decided",
        )
    )
    stops = node.need("stops").text()
    if stops not in ("treatment", "study"):
        raise node.child("stops").fail("treatment or study")
    then, rows = node.child("then"), rows_at(node.child("with"))
    if rows and then.is_absent:  # no visit would be left at which anybody tells of them
        node.note("rehearsal-missing-key", key="then")
    return DropOut(
        key,
        node.child("per_year").number(0.0),
        frozenset(node.child("epochs").texts()),
        stops == "study",
        _pairs(study, node.child("sets")),
        None if then.is_absent else then.text(),
        draw_or(node.child("days_to_visit"), "0"),
        draw_or(node.child("closed_after_days"), "0"),
        rows,
        rule_at(node.child("when")),
    )


def read_excursion(study: Study, key: str, node: Node) -> Excursion:
    node.only(("form", "per_record", "days", "items", "with", "told", "decided"))
    form = node.need("form").text()
    for part in (node.need("per_record"), node.need("items")):
        if not part.mapping():  # nothing would ever come of it
            raise part.fail("one line or more")
    return Excursion(
        key,
        form,
        {epoch: part.chance() for epoch, part in node.need("per_record").children()},
        read_draw(node.need("days")),
        items_of(study, form, node.need("items")),
        rows_at(node.child("with")),
        node.child("told").chance(1.0),
    )


def read_mistake(study: Study, key: str, node: Node) -> Mistake:
    node.only(
        ("rate", "form", "at", "when", "caught_by", "refused_by", "corrected", "refused", "decided", *WAYS)
    )
    ways = [way for way in WAYS if not node.child(way).is_absent]
    form = node.need("form").text()
    if len(ways) != 1 or form not in study.forms:
        raise node.fail(f"a mistake of one form and with one of {', '.join(WAYS)}")
    caught_by = node.child("caught_by").text("none")
    refused_by = node.child("refused_by").text("none")
    known = {check.id for check in study.checks_about()}
    if caught_by != "none" and caught_by not in known:
        node.note("rehearsal-unknown-check", check=caught_by)
    swap = node.child("swap")
    pair = swap.texts()
    if pair and len(pair) != 2:
        raise swap.fail("two items")
    corrected = node.child("corrected")
    return Mistake(
        key,
        node.need("rate").number(),
        form,
        None if caught_by == "none" else caught_by,
        None if refused_by == "none" else refused_by,
        at=frozenset(node.child("at").texts()),
        when=rule_at(node.child("when")),
        swap=(pair[0], pair[1]) if pair else None,
        sets={item: part.text() for item, part in node.child("set").children()},
        times={item: part.number() for item, part in node.child("times").children()},
        add={item: part.number() for item, part in node.child("add").children()},
        add_days={item: part.whole() for item, part in node.child("add_days").children()},
        transpose=node.child("transpose").texts(),
        copy={item: part.text() for item, part in node.child("copy").children()},
        corrected=None if corrected.is_absent else corrected.number(),
    )


def read_queries(node: Node) -> QueryHabits:
    node.only(
        (
            "answered_after_days",
            "corrected",
            "words",
            "closed_after_days",
            "left_open",
            "at_once",
            "decided",
        )
    )
    words = node.child("words")
    words.only(("confirmed", "corrected"))
    return QueryHabits(
        draw_or(node.child("answered_after_days"), "3"),
        draw_or(node.child("closed_after_days"), "3"),
        node.child("corrected").number(1.0),
        node.child("left_open").number(0.0),
        node.child("at_once").number(0.0),
        words.child("confirmed").text("Value is right; confirmed with source."),
        words.child("corrected").text("Corrected after source check."),
    )


def read_failure(study: Study, key: str, node: Node) -> ScreeningFailure:
    node.only(("chance", "criteria", "sets", "rows", "only_rows", "baseline", "forms", "at", "decided"))
    criteria = frozenset(node.need("criteria").texts())
    for criterion in criteria:
        if criterion not in study.criteria:
            node.note("rehearsal-unknown-key", key=criterion, known=", ".join(study.criteria))
    factors = {}
    for form, part in node.child("forms").children():
        part.only(("severity",))
        part.need("severity").only(("factor",))
        factors[form] = part.need("severity").need("factor").number()
    baseline, at = node.child("baseline"), node.child("at")
    return ScreeningFailure(
        key,
        node.need("chance").number(),
        criteria,
        _pairs(study, node.child("sets")),
        {log: part.text() for log, part in node.child("rows").children()},
        {log: frozenset(part.texts()) for log, part in node.child("only_rows").children()},
        factors,
        None if baseline.is_absent else read_draw(baseline),
        None if at.is_absent else at.text(),
    )

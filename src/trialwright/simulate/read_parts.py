"""Parts that several sections of the rehearsal block have: draws, rules, the severity as a form sees it."""

from collections.abc import Mapping

from trialwright.expr.nodes import Rule
from trialwright.expr.parse import parse_rule
from trialwright.simulate.diary_block import SeverityView
from trialwright.simulate.draws import Draw, read_draw
from trialwright.simulate.tree import Node, RehearsalError
from trialwright.study.model import Study

NEVER = "0"


def draw_or(node: Node, default: str) -> Draw:
    return Draw("value", node.path, words=(default,)) if node.is_absent else read_draw(node)


def rule_at(node: Node) -> Rule | None:
    """The rule written there, or None where nothing is."""
    if node.is_absent:
        return None
    rule = parse_rule(node.text(), node.path)
    if isinstance(rule, Rule):
        return rule
    raise RehearsalError(rule[0])


def items_of(study: Study, form: str, node: Node) -> Mapping[str, Draw]:
    """The draws of items of a form; items that it does not have are noted."""
    items = study.forms[form].items if form in study.forms else {}

    def read(item: str, part: Node) -> Draw:
        if form in study.forms and item not in items:
            part.note("rehearsal-unknown-item", item=f"{form}.{item}")
        return read_draw(part)

    return node.each(read)


def rows_at(node: Node) -> tuple[tuple[str, str], ...]:
    """`log: template` lines."""
    return tuple((log, part.text()) for log, part in node.children())


def read_severity(node: Node) -> SeverityView:
    node.only(("power", "log_sd", "factor"))
    return SeverityView(
        node.child("power").number(1.0), node.child("log_sd").number(0.0), node.child("factor").number(1.0)
    )

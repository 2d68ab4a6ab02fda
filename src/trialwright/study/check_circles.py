"""Items that would wait for themselves: computed from each other, or asked only where the other is known."""

from collections.abc import Iterator, Mapping

from trialwright.expr.nodes import Rule
from trialwright.expr.types import ItemPath, Typed
from trialwright.study.messages import problem
from trialwright.study.model import Study
from trialwright.values.problem import Problem

Path = tuple[str, str]  # form, item


def check_circles(study: Study, typings: Mapping[int, Typed]) -> Iterator[Problem]:
    """Each circle once, where its first item stands. What is read at another visit or in other rows closes none."""
    reads = {
        (form.id, item.id): {
            **_read(typings, item.derive),
            **_read(typings, item.when),
        }
        for form in study.forms.values()
        for item in form.items.values()
    }
    reported: set[Path] = set()
    for start in reads:
        circle = _circle(start, reads) if start not in reported else ()
        if circle:
            reported.update(circle)
            names = " → ".join(f"{form}.{item}" for form, item in circle)
            yield problem(
                "circular-item", reads[start][circle[1]], item=f"{start[0]}.{start[1]}", chain=names
            )


def _read(typings: Mapping[int, Typed], rule: Rule | None) -> dict[Path, str]:
    """What a rule reads in the very record, visit or participant that it is asked of -> the place of the rule."""
    typed = typings.get(id(rule)) if rule else None
    if rule is None or typed is None:
        return {}
    here: list[ItemPath] = sorted(
        (path for path in typed.needs if not path.is_elsewhere), key=lambda path: (path.form, path.item)
    )
    return {(path.form, path.item): rule.place for path in here}


def _circle(start: Path, reads: Mapping[Path, Mapping[Path, str]]) -> tuple[Path, ...]:
    """The way from an item back to itself, the shortest; empty where there is none."""
    ways: dict[Path, tuple[Path, ...]] = {start: (start,)}
    waiting = [start]
    for path in waiting:
        for below in reads.get(path, ()):
            if below == start:
                return (*ways[path], start)
            if below not in ways:
                ways[below] = (*ways[path], below)
                waiting.append(below)
    return ()

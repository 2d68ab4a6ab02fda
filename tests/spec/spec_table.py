"""Tables that say what a rule means: read from Python or from tests/spec/expr/*.txt, for tests and for the docs.

A table has a head and one participant a line; the last column, after `||`, is what the rule answers:

    score@W0 | score || answer
        10   |   1   || 0.9
        10   |       || ? not_yet_entered       # a remark

Columns: `item` is form.item of the form `case`, at the visit asked; `item@W0` the same at another visit;
`form.item` an item of another form; where the form has many rows a cell lists its rows: `a; b; c`
(an empty cell is no row, an empty part a row in which the item is not entered). `form.gate` is its gate.
Cells: empty = not yet entered, `!refused` = missing with that reason, `~` = not asked.
Answers: yes, no, a number, a date, a text, `low..high` for a span (`low..` is open), `?` or `? reason`.

A file holds blocks, each: `title:`, `rule:`, then optionally `note:`, `asked:` (visit, participant, row),
`items:`, `forms:`, `terms:`, `bands:` with indented lines, and `table:`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import cast

from tests.spec.fake_reader import Address, FakeReader

from trialwright.expr.nodes import Node
from trialwright.expr.parse import parse_rule
from trialwright.expr.reader import NotAsked, Place, Side, State
from trialwright.expr.vocabulary import (
    Band,
    CodeInfo,
    CodeListInfo,
    FormInfo,
    ItemInfo,
    RecordKind,
    Scope,
    TermInfo,
    VisitInfo,
    Vocabulary,
)
from trialwright.values.datum import Datum, ItemType, Missing, MissingReason, Value

VISITS = {"SCR": "2026-01-01", "W0": "2026-01-15", "W2": "2026-01-29", "W4": "2026-02-12", "UNS": ""}
HERE = "W4"


@dataclass(frozen=True)
class Line:
    cells: Mapping[str, str]
    expected: str
    remark: str = ""


@dataclass(frozen=True)
class SpecTable:
    """One rule and its table. items, forms, terms: name -> declaration, as the file's lines have them."""

    title: str
    rule: str
    lines: tuple[Line, ...]
    note: str = ""
    asked: Scope = "visit"
    items: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)
    bands: Mapping[str, str] = field(default_factory=dict)


# ---------------------------------------------------------------- reading


def read_lines(text: str) -> tuple[Line, ...]:
    """The lines of a table."""
    rows = [line for line in text.splitlines() if line.partition(" # ")[0].strip()]
    head, *body = [_split(row) for row in rows]
    names = head[0]
    assert all(len(cells) == len(names) for cells, _, _ in body), f"cells do not fit the head {names}"
    return tuple(
        Line(dict(zip(names, cells, strict=True)), expected, remark) for cells, expected, remark in body
    )


def _split(row: str) -> tuple[list[str], str, str]:
    content, _, remark = row.partition(" # ")
    left, _, right = content.partition("||")
    return [cell.strip() for cell in left.split("|")], right.strip(), remark.strip()


def read_spec_file(path: Path) -> tuple[SpecTable, ...]:
    """All blocks of one file of tests/spec/expr."""
    blocks = path.read_text(encoding="utf-8").split("\ntitle:")
    return tuple(_read_block("title:" + block.removeprefix("title:")) for block in blocks)


def _read_block(text: str) -> SpecTable:
    single: dict[str, str] = {}
    nested: dict[str, list[str]] = {}
    key = ""
    for line in text.splitlines():
        if line and not line[0].isspace():
            key, _, rest = line.partition(":")
            single[key], nested[key] = rest.strip(), []
        elif line.strip():
            nested[key].append(line)
    unknown = set(single) - {"title", "rule", "note", "asked", "items", "forms", "terms", "bands", "table"}
    assert not unknown, f"{unknown} is no key of a spec table"
    return SpecTable(
        title=single["title"],
        rule=single["rule"] or " ".join(part.strip() for part in nested["rule"]),
        lines=read_lines("\n".join(nested["table"])),
        note=" ".join([single.get("note", ""), *(part.strip() for part in nested.get("note", []))]).strip(),
        asked=cast("Scope", single.get("asked", "visit")),
        **{part: _declarations(nested.get(part, [])) for part in ("items", "forms", "terms", "bands")},
    )


def _declarations(lines: list[str]) -> dict[str, str]:
    return {name.strip(): rest.strip() for name, _, rest in (line.partition(":") for line in lines)}


# ---------------------------------------------------------------- the words of the table's little study


def vocabulary_of(table: SpecTable) -> Vocabulary:
    """Forms `case` (one per visit), `visit`, `plan`, `participant`, and those declared; visits SCR to W4 and UNS."""
    declared = {
        "case": "visit",
        "visit": "visit",
        "plan": "visit",
        "participant": "participant",
        **table.forms,
    }
    items: dict[str, dict[str, ItemInfo]] = {form: {} for form in declared}
    lists: dict[str, CodeListInfo] = {name: _bands(text) for name, text in table.bands.items()}
    columns = {column.partition("@")[0] for line in table.lines for column in line.cells}
    for name, text in {**dict.fromkeys(sorted(columns), ""), **_BUILT_IN, **table.items}.items():
        form, item = _full(name)
        if item != "gate" and form in items:
            items[form][item], codes = _item(form, item, text)
            lists.update(codes)
    return Vocabulary(
        forms={form: _form(form, text, items[form]) for form, text in declared.items()},
        visits={visit: VisitInfo(visit, visit, order, visit == "UNS") for order, visit in enumerate(VISITS)},
        terms={name: TermInfo(name, name, node_of(rule)) for name, rule in table.terms.items()},
        code_lists=lists,
        baseline_visits=("W0", "SCR"),
        first_dose="first_dose" if "first_dose" in table.terms else None,
    )


_BUILT_IN = {
    "visit.id": "text",
    "visit.date": "date",
    "visit.contact": "text",
    "visit.day": "integer",
    "visit.days_outside": "integer",
    "visit.in_order": "boolean",
    "plan.dose": "integer mg",
    "plan.date": "date",
    "participant.arm": "text",
    "participant.site": "text",
    "participant.code": "text",
}


def node_of(rule: str) -> Node:
    """The tree of a rule that must be right."""
    parsed = parse_rule(rule, "")
    assert not isinstance(parsed, tuple), [problem.text for problem in parsed]
    return parsed.node


def _full(name: str) -> tuple[str, str]:
    form, dot, item = name.partition(".")
    return (form, item) if dot else ("case", form)


def _form(form: str, text: str, items: Mapping[str, ItemInfo]) -> FormInfo:
    kind, *rest = text.split()
    visits = tuple(word for word in rest if word != "gate")
    return FormInfo(form, form, cast("RecordKind", kind), items, "gate" in rest, visits)


def _item(form: str, item: str, text: str) -> tuple[ItemInfo, dict[str, CodeListInfo]]:
    """`integer 0..6`, `decimal kg`, `code male female unclear?`, `integer codes 0 1 nr=0`."""
    kind, *rest = text.split() or ["decimal"]
    name = f"{form}.{item}"
    if kind == "code" or rest[:1] == ["codes"]:
        codes = {word.rstrip("?").partition("=")[0]: _code(word) for word in rest if word != "codes"}
        info = ItemInfo(form, item, item, cast("ItemType", kind), code_list=name)
        return info, {name: CodeListInfo(codes)}
    bounds = next((word for word in rest if ".." in word), "")
    low, _, high = bounds.partition("..")
    unit = next((word for word in rest if word != bounds), None)
    info = ItemInfo(
        form,
        item,
        item,
        cast("ItemType", kind),
        unit,
        low=Fraction(low) if low else None,
        high=Fraction(high) if high else None,
    )
    return info, {}


def _code(word: str) -> CodeInfo:
    code, _, score = word.rstrip("?").partition("=")
    number = Fraction(score or code) if (score or code).isdecimal() else None
    return CodeInfo(code, word.endswith("?"), number)


def _bands(text: str) -> CodeListInfo:
    """`0=0 1>0 2=10`: code, then = (from) or > (above), then the lower bound."""
    bands = []
    for word in text.split():
        sign = "=" if "=" in word else ">"
        code, _, lower = word.partition(sign)
        bands.append(Band(Fraction(lower), sign == "=", code))
    codes = {band.code: _code(band.code) for band in bands}
    return CodeListInfo(codes, tuple(bands))


# ---------------------------------------------------------------- a line as data


def place_of(table: SpecTable) -> Place:
    """Where the table's rule is asked: at W4, of the participant, or of row 1 of the form `log`."""
    if table.asked == "visit":
        return Place(HERE, "case")
    return Place(None, "log", 1) if table.asked == "row" else Place()


def reader_of(line: Line, vocabulary: Vocabulary) -> FakeReader:
    """The data of one line. Visits have their dates of VISITS unless a column says otherwise."""
    records: dict[Address, dict[str, Datum | State]] = {}
    gates: dict[str, bool | None] = {}
    limits: dict[tuple[str, str, Side], Fraction] = {}
    expiries: dict[str, str] = {}
    dates = {visit: day for visit, day in VISITS.items() if day}
    for column, cell in line.cells.items():
        name, _, visit = column.partition("@")
        form, item = _full(name)
        if item == "gate":
            gates[form] = {"yes": True, "no": False, "": None}[cell]
        elif form in ("upper", "lower"):
            side: Side = "high" if form == "upper" else "low"
            limits |= {("case", item, side): Fraction(cell)} if cell else {}
        elif form == "stock":
            expiries |= {item: cell} if cell else {}
        elif name == "visit.date":
            dates[visit or HERE] = cell
        else:
            _fill(records, vocabulary.forms[form].records, (form, item, visit or HERE), cell)
    for visit, day in dates.items():
        datum = datum_of(day)
        if datum is not None:
            records.setdefault(("visit", visit, 0), {})["date"] = datum
    visits = tuple(visit for visit, day in sorted(dates.items(), key=_by_date) if day)
    return FakeReader(vocabulary, records, visits, gates, limits, expiries)


def _by_date(visit: tuple[str, str]) -> tuple[str, int]:
    return visit[1].lstrip("!"), list(VISITS).index(visit[0].partition("#")[0])


def _fill(
    records: dict[Address, dict[str, Datum | State]], kind: RecordKind, name: tuple[str, str, str], cell: str
) -> None:
    form, item, visit = name
    if kind in ("many", "many_visit"):
        place = "" if kind == "many" else visit
        for repeat, part in enumerate(cell.split(";") if cell else (), 1):
            _set(records, (form, place, repeat), item, part.strip(), keeps=True)
    else:
        _set(records, (form, "" if kind == "participant" else visit, 0), item, cell, keeps=False)


def _set(
    records: dict[Address, dict[str, Datum | State]], address: Address, item: str, cell: str, *, keeps: bool
) -> None:
    """An item not entered makes no record, except in a list of rows, where each part is a row."""
    datum = datum_of(cell)
    if datum is not None:
        records.setdefault(address, {})[item] = datum
    elif keeps:
        records.setdefault(address, {})


def datum_of(cell: str) -> Datum | State | None:
    """The datum of a cell; None where nothing was entered."""
    if not cell:
        return None
    if cell == "~":
        return NotAsked()
    if cell.startswith("!"):
        return Missing(cast("MissingReason", cell[1:]))
    return Value({"yes": "true", "no": "false"}.get(cell, cell))

"""Rules of the reference study on both engines: seconds per 100,000 answers, against a bare loop of the same question."""

import random
import time
from fractions import Fraction
from zoneinfo import ZoneInfo

from benchmarks.figures import Figure
from trialwright.cli.demo import find_study
from trialwright.cli.files import read_library, read_study_folder
from trialwright.datasets.frames import frames
from trialwright.expr.check import infer
from trialwright.expr.columns import evaluate_columns
from trialwright.expr.nodes import Node
from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.expr.types import Typed
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.reader import CasebookReader
from trialwright.simulate.memory import MemoryDoor
from trialwright.simulate.read import read_rehearsal
from trialwright.simulate.run import Plan, Rehearsing
from trialwright.study.load import load
from trialwright.study.model import Study

ANSWERS = 100_000
COPIES = 40  # the casebooks of 12 people stand for a trial of 480 in columns


def casebooks() -> tuple[Study, list[Casebook]]:
    study = load(read_study_folder(find_study()), read_library()).study
    if study is None:
        raise SystemExit("The reference study has errors.")
    block = read_rehearsal(study)
    if isinstance(block, tuple):
        raise SystemExit(block[0].text)
    zones = {site.id: ZoneInfo(site.timezone) for site in study.sites.values()}
    door = MemoryDoor(study, random.Random(1))
    Rehearsing(study, block, door, zones, Plan(7, 12)).run()
    return study, [book for book in door.books.values() if book.enrolled]


def by_record(node: Node, books: list[Casebook], visits: tuple[str, ...]) -> float:
    """Seconds per 100,000 answers, each reader used for all its visits."""
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < 1.5:
        for book in books:
            reader = CasebookReader(book)
            for visit in visits:
                evaluate(node, reader, Place(visit))
                count += 1
    return (time.perf_counter() - start) * ANSWERS / count


def by_columns(
    node: Node, typed: Typed, study: Study, books: list[Casebook], visits: tuple[str, ...]
) -> float:
    many = [
        Casebook(
            study=book.study,
            participant=f"{book.participant}-{copy}",
            code=f"{book.code}-{copy}",
            site=book.site,
            arm=book.arm,
            enrolled=book.enrolled,
            records=book.records,
            sequence=book.sequence,
            head=book.head,
        )
        for copy in range(COPIES)
        for book in books
    ]
    tables = frames(study, many)
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < 1.5:
        for visit in visits:
            frame = evaluate_columns(node, typed, study.vocabulary, tables, asked="visit", visit=visit)
            count += max(frame.height, 1)
    return (time.perf_counter() - start) * ANSWERS / count


def bare() -> float:
    """10 * value <= baseline on whole tenths, in a loop, with the numbers as fractions."""
    rng = random.Random(1)
    pairs = [(Fraction(rng.randint(1, 400), 10), Fraction(rng.randint(0, 400), 10)) for _ in range(ANSWERS)]
    start = time.perf_counter()
    for baseline, value in pairs:
        _ = (baseline - value) / baseline >= Fraction(9, 10)
    return time.perf_counter() - start


def run() -> list[Figure]:
    study, books = casebooks()
    visits = ("W2", "W4", "W8", "W12", "W16")
    figures = [Figure("bare loop of fractions, 100,000", bare(), "s")]
    curve = study.curves[0].item
    terms = [term for term in study.terms.values() if curve in term.rule.text][:1]
    for name, node in [(term.id, term.rule.node) for term in terms]:
        typed = infer(node, study.vocabulary, asked="visit")
        if isinstance(typed, tuple):
            raise SystemExit(typed[0].text)
        figures += [
            Figure(f"{name} by record, 100,000", by_record(node, books, visits), "s"),
            Figure(f"{name} by columns, 100,000", by_columns(node, typed, study, books, visits), "s"),
        ]
    return figures

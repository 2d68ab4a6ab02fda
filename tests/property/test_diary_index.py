"""A stream of the diary is replayed without a look at all entries for each, and the index says what a look would."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.spec.diary_study import STUDY, entry, with_diary

from trialwright.ledger.apply import Happening, advance, advance_all
from trialwright.ledger.casebook import Casebook, DiaryEntry
from trialwright.ledger.diary_entries import Index, neighbours
from trialwright.ledger.events import DiaryEntered, ValueRedacted

WALK = with_diary()
WALK.entered(entry("e1"))
ONE = WALK.book.entries["e1"]

entries = st.builds(
    lambda name, device, number, repeat: replace(ONE, id=name, device=device, number=number, repeat=repeat),
    st.sampled_from(["a", "b", "c", "d", "e", "f"]),
    st.sampled_from(["phone1", "phone2"]),
    st.integers(1, 4),
    st.sampled_from([20260302, 20260303]),
)


@given(st.lists(entries), entries)
def test_the_index_finds_what_a_look_at_all_entries_finds(told: list[DiaryEntry], new: DiaryEntry) -> None:
    """Also where an id comes again with another number, which a forged log may say."""
    index = Index()
    for one in told:
        index.put(one)

    assert index.neighbours(new) == neighbours(index.entries.values(), new)
    for key in {one.key for one in told}:
        assert index.at(key) == {one.id: one for one in index.entries.values() if one.key == key}


class Counted(str):
    """The name of a phone that counts how often it is held against another."""

    __slots__ = ()
    count = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.count += 1
        return str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        Counted.count += 1
        return str.__ne__(self, other)


def stream(length: int) -> list[Happening]:
    """Entries of one phone, each of its own evening."""
    found = []
    for number in range(1, length + 1):
        body = DiaryEntered(
            *("", "diary_day", 20260000 + number, "2026-03-02", f"e{number:03}", "phone", Counted("phone1")),
            *(number, "2026-03-02T21:00:00+08:00", "1.0.0", STUDY.hash, "", "", 0, (), False),
        )
        found.append(Happening(body, {"itch": '{"v":"4"}'}, number, "site01", STUDY.hash))
    return found


def test_an_entry_is_not_held_against_all_those_before_it() -> None:
    length, empty = 100, Casebook(STUDY, "p1")
    happenings = stream(length)

    Counted.count = 0
    at_once = advance_all(empty, happenings)
    assert Counted.count <= 3 * length  # of each with each it would be 4950

    one_by_one = empty
    for happening in happenings:
        one_by_one = advance(one_by_one, happening)
    assert at_once == one_by_one


def test_a_redaction_between_entries_is_followed() -> None:
    first, second = stream(2)
    gone = Happening(ValueRedacted(1, "itch"), {}, 2, "site01", STUDY.hash)
    book = advance_all(Casebook(STUDY, "p1"), [first, gone, second._replace(sequence=3)])

    assert book.entries["e001"].emptied == ("itch",)
    assert book.records["", "diary_day", 20260001].items == {}
    assert set(book.entries) == {"e001", "e002"}

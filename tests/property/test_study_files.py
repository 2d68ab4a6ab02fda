"""Whatever stands in the files of a study, loading gives problems with places and never raises."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.spec.small_study import FILES, LIBRARY, load_small

EDITS = st.lists(
    st.tuples(
        st.sampled_from(sorted(FILES)),
        st.floats(0, 1),
        st.integers(0, 12),
        st.sampled_from(
            ["", " ", "\n", ":", "{", "}", "[", "]", "'", '"', ",", "x", "7", "- ", "é", "any(", ".."]
        ),
    ),
    min_size=1,
    max_size=3,
)


def edited(edits: list[tuple[str, float, int, str]]) -> dict[str, str | None]:
    """Files with some characters taken out and others put in their place."""
    texts: dict[str, str | None] = {}
    for file, share, cut, put in edits:
        text = texts.get(file) or FILES[file]
        at = int(share * len(text))
        texts[file] = text[:at] + put + text[at + cut :]
    return texts


@settings(max_examples=150, deadline=None)
@given(EDITS)
def test_edited_files_never_raise_and_every_problem_has_a_place(
    edits: list[tuple[str, float, int, str]],
) -> None:
    loaded = load_small(edited(edits))
    for problem in loaded.problems:
        file, line, column = problem.where.rsplit(":", 2)
        assert file and int(line) >= 1 and int(column) >= 1, problem
        assert problem.text
    assert (loaded.study is None) == any(problem.severity == "error" for problem in loaded.problems)


@settings(max_examples=100, deadline=None)
@given(st.floats(0, 1), st.integers(0, 12), st.sampled_from(["", "x", "{", "'", "\n"]))
def test_edited_instruments_never_raise(share: float, cut: int, put: str) -> None:
    text = LIBRARY["itch/form.yaml"]
    at = int(share * len(text))
    load_small({}, {**LIBRARY, "itch/form.yaml": text[:at] + put + text[at + cut :]})


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.floats(0, 1), st.floats(0, 1))
def test_lines_taken_away_never_raise(file: str, first: float, second: float) -> None:
    lines = FILES[file].splitlines(keepends=True)
    low, high = sorted((int(first * len(lines)), int(second * len(lines))))
    load_small({file: "".join(lines[:low] + lines[high:])})

"""The area that a drawing covers: known shapes, and the same number wherever it is counted."""

import math

import pytest
from tests.spec.phone_v8 import Phone

REGIONS = ("head", "upper", "trunk", "lower")


@pytest.fixture(scope="module")
def phone() -> Phone:
    return Phone(["body"])


def stroke(points: list[float], size: float = 5, tool: str = "brush") -> dict[str, object]:
    return {"tool": tool, "size": size, "points": points}


def shares(phone: Phone, *strokes: dict[str, object]) -> dict[str, float]:
    found = phone.json("body.coveredShares(strokes)", strokes=list(strokes))
    assert isinstance(found, dict)
    return found


def cells(phone: Phone) -> list[int]:
    expression = "[0, 1, 2, 3, 4].map((code) => body.regionMask().reduce((n, one) => n + (one === code), 0))"
    found = phone.json(expression)
    assert isinstance(found, list)
    return found


WHOLE = [stroke([0, y, 290, y], size=10) for y in range(0, 306, 10)]


def test_nothing_drawn_covers_nothing(phone: Phone) -> None:
    assert shares(phone) == dict.fromkeys(REGIONS, 0)


def test_everything_drawn_over_covers_all(phone: Phone) -> None:
    assert shares(phone, *WHOLE) == dict.fromkeys(REGIONS, 1)


def test_what_is_erased_is_not_covered(phone: Phone) -> None:
    assert shares(phone, *WHOLE, *({**one, "tool": "erase"} for one in WHOLE)) == dict.fromkeys(REGIONS, 0)


def test_a_dot_has_the_area_of_its_circle(phone: Phone) -> None:
    trunk = cells(phone)[3]

    covered = shares(phone, stroke([70, 100], size=6, tool="dots"))

    assert covered["trunk"] * trunk / 4 == pytest.approx(math.pi * 36, rel=0.02)  # 4 cells to a unit of area
    assert covered["head"] == covered["upper"] == covered["lower"] == 0


def test_a_line_has_the_area_of_its_length_and_its_round_ends(phone: Phone) -> None:
    trunk = cells(phone)[3]

    covered = shares(phone, stroke([55, 90, 85, 130], size=4))

    assert covered["trunk"] * trunk / 4 == pytest.approx(50 * 8 + math.pi * 16, rel=0.02)


def test_what_is_drawn_twice_counts_once(phone: Phone) -> None:
    line = stroke([55, 90, 85, 130])

    assert shares(phone, line, line) == shares(phone, line)


def test_front_and_back_count_alike(phone: Phone) -> None:
    front, back = shares(phone, stroke([70, 100])), shares(phone, stroke([220, 100]))

    assert front["trunk"] == back["trunk"] > 0


def test_what_is_drawn_beside_the_body_counts_nowhere(phone: Phone) -> None:
    assert shares(phone, stroke([145, 20, 145, 300], size=6)) == dict.fromkeys(REGIONS, 0)


def test_a_drop_between_dots_of_a_dragged_dot_brush_is_not_covered(phone: Phone) -> None:
    dots = shares(phone, stroke([60, 100, 80, 100], size=3, tool="dots"))
    line = shares(phone, stroke([60, 100, 80, 100], size=3))

    assert dots["trunk"] < line["trunk"]


def test_left_and_right_are_mirrored(phone: Phone) -> None:
    left, right = shares(phone, stroke([50, 200], size=4)), shares(phone, stroke([90, 200], size=4))

    assert left["lower"] == pytest.approx(right["lower"], rel=0.02)


def test_the_regions_do_not_overlap_and_legs_are_the_largest(phone: Phone) -> None:
    _, head, upper, trunk, lower = cells(phone)

    assert head < upper < trunk < lower


@pytest.mark.parametrize(
    ("share", "whole", "decimals", "said"),
    [(0.5, 30, 1, "15.0"), (1, 40, 1, "40.0"), (0.0333, 10, 1, "0.3"), (0, 20, 0, "0")],
)
def test_palms_are_the_share_of_the_palms_of_the_region(
    phone: Phone, share: float, whole: int, decimals: int, said: str
) -> None:
    assert phone.json("body.palms(s, w, d)", s=share, w=whole, d=decimals) == said


def test_a_drawing_read_again_has_the_same_area(phone: Phone) -> None:
    strokes = [
        stroke([55.5, 90, 85, 130.5]),
        stroke([60, 95], size=3, tool="erase"),
        stroke([30, 140], tool="dots"),
    ]

    again = phone.json("body.decodeDrawing(body.encodeDrawing(strokes))", strokes=strokes)

    assert again == strokes
    assert '"area":"raster-1"' in str(phone.json("body.encodeDrawing(strokes)", strokes=strokes))


def test_rows_are_measured_only_where_they_are_our_regions(phone: Phone) -> None:
    ours = [f"{region}_palms" for region in REGIONS]

    assert phone.json("body.regionsOf(items)", items=ours) == dict(zip(ours, REGIONS, strict=True))
    assert phone.json("body.regionsOf(items)", items=["scalp_palms", "hands_palms"]) is None

"""Pages of a list: which one is asked for, and the addresses of its neighbours."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from django.http import HttpRequest

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paging:
    """previous, next: addresses, "" where there is no such page. of: how many pages, 0 where nobody counted."""

    number: int = 1
    previous: str = ""
    next: str = ""
    of: int = 0


ONLY: Final = Paging()


def page_number(request: HttpRequest) -> int:
    """From `?page=`; what is no number is the first page."""
    text = request.GET.get("page", "")
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def cut(
    found: Sequence[T], size: int, number: int, url: Callable[[int], str], *, count: int = 0
) -> tuple[Sequence[T], Paging]:
    """found: a page and, where there is a next one, its first row too. count: of all rows, 0 where it is not known."""
    before = url(number - 1) if number > 1 else ""
    after = url(number + 1) if len(found) > size else ""
    return found[:size], Paging(number, before, after, -(-count // size))

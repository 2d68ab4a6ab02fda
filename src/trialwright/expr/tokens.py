"""The words of a rule's text, each with its place."""

import re
from dataclasses import dataclass
from typing import Final, Literal, cast

TokenKind = Literal["number", "text", "name", "sign", "end", "bad", "unclosed"]

KEYWORDS: Final = frozenset({"and", "or", "not", "in", "if", "else", "true", "false"})

_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<number>[0-9]+(?:\.[0-9]+)?)
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | "(?P<text>[^"]*)"
      | (?P<unclosed>")
      | (?P<sign>\*\*|//|&&|\|\||<>|:=|[<>=!]=|[-+*/()<>,.=\[\]{}%!&|^~@:;?'])
      | (?P<bad>\S)
    )""",
    re.ASCII | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: TokenKind
    text: str
    start: int
    end: int


def read_tokens(text: str) -> tuple[Token, ...]:
    """All tokens, the last of kind "end"; what is no token at all has kind "bad".

    >>> [token.text for token in read_tokens("a.b <= 3")]
    ['a', '.', 'b', '<=', '3', '']
    """
    tokens: list[Token] = []
    for found in _TOKEN.finditer(text):
        kind = cast("TokenKind", found.lastgroup)
        start = found.start(kind) - (kind == "text")
        tokens.append(Token(kind, found[kind], start, found.end()))
    end = len(text.rstrip())
    return (*tokens, Token("end", "", end, end))

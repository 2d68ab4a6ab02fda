"""Scripts and styles as they are sent: without comments, blank lines, indents and blanks beside signs, and compressed.

The app is written with reasons beside the code, and loaded by phones over slow networks. Where the
end of a line may end a statement it stays, and words stay as they are. Only such comments go as surely are some: a text in which
a literal goes on over the end of a line is refused, and what follows a quote that may be open stays. So do the blanks of
a line in which anything but a text in double quotes or a simple template might hold them: another text, an expression.
"""

import gzip
import re
from typing import Final

_BLOCK: Final = r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*(?:\n|\Z)"
_LINE: Final = r"^[ \t]*//[^\n]*(?:\n|\Z)"
_BLANK: Final = r"^[ \t]*\n"
_COMMENTS: Final = {
    ".js": re.compile(rf"{_BLOCK}|{_LINE}|{_BLANK}", re.M | re.S),
    ".css": re.compile(rf"{_BLOCK}|{_BLANK}", re.M | re.S),
}
_INDENT: Final = re.compile(r"^[ \t]+", re.M)
# A template is simple where no quote, brace or further template stands in what it fills in.
_WHOLE: Final = r"""(?:"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$\n]|\\.|\$(?!\{)|\$\{[^`"'{}\n]*\})*`)"""
# Before it nothing but whole texts and what is neither a quote nor a slash, which might begin an expression.
_BESIDE: Final = re.compile(rf"""^((?:[^"'`/\n]|{_WHOLE})*)//[^\n]*$""", re.M)
_PLAIN: Final = re.compile(rf"""^(?:[^"'`/\n]|{_WHOLE})+$""", re.M)
# After these signs the end of a line says nothing. No comment can stand in such a line: there is no slash in it.
_GOES_ON_BELOW: Final = re.compile(rf"""^((?:[^"'`/\n]|{_WHOLE})*[;{{,])\n""", re.M)
# Not beside + and -: with the next they might be another sign.
_BLANKS: Final = re.compile(rf"""({_WHOLE})|[ ]*([=*<>?:{{}}(),;&|!\[\]])[ ]*""")


def slim(name: str, text: str) -> str:
    r"""The text of a file, by the ending of its name; of any other kind all of it.

    Raises ValueError where a literal goes on over the end of a line.

    >>> slim("a.js", "// why\nlet a = 1; // one\n  /** how\n   * much */\n\n  let b = 2;\n")
    'let a=1;let b=2;'
    >>> slim("a.css", "/* why */\na {}\n")
    'a {}\n'
    >>> slim("a.json", "// all\n")
    '// all\n'
    """
    kind = name[name.rfind(".") :]
    if kind not in _COMMENTS:
        return text
    slimmed = _COMMENTS[kind].sub("", text)
    if kind == ".js":
        slimmed = _BESIDE.sub(lambda found: found[1].rstrip(), slimmed)
        slimmed = _PLAIN.sub(lambda line: _BLANKS.sub(lambda found: found[1] or found[2], line[0]), slimmed)
    for line in slimmed.splitlines():
        if _goes_on(line):
            raise ValueError(f"{name}: a literal goes on in the next line; end it in its own: {line.strip()}")
    slimmed = _INDENT.sub("", slimmed)
    return _GOES_ON_BELOW.sub(r"\1", slimmed) if kind == ".js" else slimmed


def _goes_on(line: str) -> bool:
    """Whether a literal may be open at the end: a template, also one within another, or a text with an escaped end."""
    template = line.partition("`")[2]
    return line.count("`") % 2 == 1 or template.count("${") > template.count("}") or line.endswith("\\")


def packed(content: bytes) -> bytes:
    """Compressed; the same bytes give the same bytes."""
    return gzip.compress(content, 9, mtime=0)

"""Scripts and styles as they are sent: without comments, blank lines, indents and blanks beside signs, and compressed.

The app is written with reasons beside the code, and loaded by phones over slow networks. Words stay as they are, and so
does the end of a line wherever it may end a statement. Only such comments go as surely are some: a text in which a
literal or a comment behind code goes on over the end of a line is refused, and what follows a quote that may be open
stays. So do the blanks of a line in which anything but a text in double quotes or a simple template might hold them:
another text, an expression. Scripts are modules, in which `<!--` is no comment but a mistake.
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
# Nothing but whole texts and what is neither a quote nor a slash, which might begin an expression or a comment.
_SURE: Final = rf"""(?:[^"'`/\n]|{_WHOLE})"""
_BESIDE: Final = re.compile(rf"^({_SURE}*)//[^\n]*$", re.M)
_PLAIN: Final = re.compile(rf"^{_SURE}+$", re.M)
# After these signs the end of a line says nothing more.
_JOINED: Final = re.compile(rf"^({_SURE}*[;{{,])\n", re.M)
# Not beside + and -: with the next they might be another sign.
_BLANKS: Final = re.compile(rf"""({_WHOLE})|[ ]*([=*<>?:{{}}(),;&|!\[\]])[ ]*""")

_OTHER_ENDS: Final = re.compile("\r(?!\n)|[\u2028\u2029]")
_IN_CODE: Final = re.compile(r"""//|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|/\*.*?\*/|/\*|[`{}/]""")
_IN_TEMPLATE: Final = re.compile(r"\\.|`|\$\{")
# What stands before a slash that begins a regular expression, and one.
_BEFORE_PATTERN: Final = re.compile(r"(?:^|[(,=:\[!&|?{};>]|\breturn)[ \t]*$")
_PATTERN: Final = re.compile(r"/(?:[^/\\\[]|\\.|\[(?:[^\]\\]|\\.)*\])+/")


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
    if _OTHER_ENDS.search(text):
        raise ValueError(f"{name}: a line ends otherwise than by a line feed")
    slimmed = _COMMENTS[kind].sub("", text)
    for line in slimmed.split("\n"):
        if _goes_on(line):
            raise ValueError(
                f"{name}: a literal or a comment goes on in the next line; end it in its own: {line.strip()}"
            )
    if kind == ".js":
        slimmed = _BESIDE.sub(lambda found: found[1].rstrip(), slimmed)
        slimmed = _PLAIN.sub(lambda line: _BLANKS.sub(lambda found: found[1] or found[2], line[0]), slimmed)
    slimmed = _INDENT.sub("", slimmed)
    if kind == ".js":
        slimmed = _JOINED.sub(r"\1", slimmed)
        if "<!--" in slimmed:
            raise ValueError(f"{name}: <!-- is no comment of a module; write the signs otherwise")
    return slimmed


def _goes_on(line: str) -> bool:
    """Whether a literal or a comment may be open at the end of a line that begins within none."""
    inside: list[str] = []  # templates, each with the braces of the code that it fills in
    at = 0
    while found := (_IN_TEMPLATE if inside[-1:] == ["`"] else _IN_CODE).search(line, at):
        sign, at = found[0], found.end()
        match sign:
            case "//":
                break
            case "/*":
                return True
            case "`" if inside[-1:] == ["`"]:
                inside.pop()
            case "`" | "${":
                inside.append(sign)
            case "{" if inside:
                inside.append(sign)
            case "}" if inside:
                inside.pop()
            case "/" if _BEFORE_PATTERN.search(line[: found.start()]):
                pattern = _PATTERN.match(line, found.start())
                if pattern is not None and "`" in line and set("\"'`") & set(pattern[0]):
                    return True
                at = at if pattern is None else pattern.end()
    return bool(inside) or line.endswith("\\")


def packed(content: bytes) -> bytes:
    """Compressed; the same bytes give the same bytes."""
    return gzip.compress(content, 9, mtime=0)

"""Scripts and styles without their comments: another reader of the languages finds the same words in the same lines."""

import re
from pathlib import Path

import pytest
from pygments.lexer import Lexer
from pygments.lexers.css import CssLexer
from pygments.lexers.javascript import JavascriptLexer
from pygments.token import Comment, Whitespace
from tests.spec.v8 import STATIC, bare_v8

from trialwright.diary.slim import packed, slim

TEMPLATES = STATIC.parents[1] / "templates" / "diary"
FILES = sorted(
    path
    for folder in (STATIC, TEMPLATES)
    for path in folder.rglob("*")
    if path.suffix in (".js", ".css")
)  # fmt: skip
LEXERS: dict[str, type[Lexer]] = {".js": JavascriptLexer, ".css": CssLexer}


def words(text: str, suffix: str) -> list[str]:
    """What a program is to a browser: its tokens, and the ends of its lines, which may end a statement; of several
    in a row, one, and none where it says nothing more. A comment over several lines is such an end too."""
    found = ["\n"]
    for token, value in LEXERS[suffix]().get_tokens(text):
        if token in Comment or token in Whitespace or value.isspace():
            is_end = suffix != ".js" or found[-1] not in (";", "{", ",")
            if "\n" in value and found[-1] != "\n" and is_end:
                found.append("\n")
        elif value:
            found.append(value)
    return found[1:]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_shipped_file_says_the_same_without_its_comments(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    sent = slim(path.name, text)

    assert len(words(sent, path.suffix)) > 10
    assert words(sent, path.suffix) == words(text, path.suffix)
    assert not re.search(r"^\s*(//|/\*)", sent, re.M)


@pytest.mark.parametrize(
    ("name", "text", "sent"),
    [
        ("a.js", "// why", ""),
        ("a.js", "  // why\n\n\t// more\nf();\n", "f();"),
        ("a.js", "f(); // it's `\n", "f();"),
        ("a.js", 'f("// a", "\\"//"); // b\n', 'f("// a","\\"//");'),
        ("a.js", "f(`// a`); // b\n", "f(`// a`);"),
        ("a.js", "f(`a, ${b ? `c, d` : e}`, g); // h\n", "f(`a, ${b ? `c, d` : e}`, g); // h\n"),
        ("a.js", 'f(`a, ${b["c, d"]}`, g);\n', 'f(`a, ${b["c, d"]}`, g);\n'),
        ("a.js", "f(`a, ${({ b }) => c}`, g);\n", "f(`a, ${({ b }) => c}`, g);\n"),
        ("a.js", "f(`a, $ {`, `b, \\\\ ${c[0]}`, d);\n", "f(`a, $ {`,`b, \\\\ ${c[0]}`,d);"),
        ("a.js", "f('// a'); // b\n", "f('// a'); // b\n"),
        ("a.js", 'f(/"/); // "b\n', 'f(/"/); // "b\n'),
        ("a.js", "f(\n  1,\n\t2)\n", "f(\n1,2)\n"),
        ("a.js", "/* a */ f();\n", "/* a */ f();\n"),
        ("a.js", "/** a\n * b\n\n */\nf();\n", "f();"),
        ("a.js", "f()\n/* a */\n/* b */\ng()\n", "f()\ng()\n"),
        ("a.js", 'let a = `// ${b} `;\nlet c = "// d";\n', 'let a=`// ${b} `;let c="// d";'),
        ("a.js", "let a = f(`${b}`, () => {\n  // why\n});\n", "let a=f(`${b}`,()=>{});"),
        ("a.js", 'f("a, \\", b", { c : d }, - e, + +f) ;\n', 'f("a, \\", b",{c:d},- e,+ +f);'),
        ("a.js", "f('a, b', 'c\\', d');\nf(/, /, a);\n", "f('a, b', 'c\\', d');\nf(/, /, a);\n"),
        ("a.js", "a = b + -c - -d;\ne = !f ? [g] : h\n", "a=b + -c - -d;e=!f?[g]:h\n"),
        ("a.css", "// no comment\n/* a */\n", "// no comment\n"),
        ("a.html", "/* a */\n// b\n", "/* a */\n// b\n"),
    ],
)
def test_comments_and_indents_go_and_nothing_else(name: str, text: str, sent: str) -> None:
    assert slim(name, text) == sent


@pytest.mark.parametrize(
    "text",
    [
        "let a = `\n// b\n`;\n",
        "let a = 1; /* see\n  https://example.org/a */\nb();\n",
        "let a; /* b\n/* c */\nd();\n",
        "let a; /* b\n // c */ d();\n",
        "let a = `b${f({}, `c\n   d;\ne`)}`;\n",
        'let a = ["`", `b\n   c ;\nd`, "`"];\n',
        "let a = [/`/, `b\n  c;\nd`, /`/];\n",
        "let a = /* ` */ `b\n c;\n// d\ne`; /* ` */\n",
        "let a = `\n/* b */\n`;\n",
        "let a = `b ${f(`\n// c\n`)}`;\n",
        'let a = "b \\\n// c";\n',
    ],
)
def test_a_literal_over_several_lines_is_refused(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"a\.js: a literal or a comment goes on in the next line; end it in its own: let a"
    ):
        slim("a.js", text)


@pytest.mark.parametrize("end", ["\r", "\u2028", "\u2029"])
def test_a_line_that_ends_otherwise_is_refused(end: str) -> None:
    with pytest.raises(ValueError, match=r"a\.js: a line ends otherwise"):
        slim("a.js", f"a(); // why{end}b();\n")


def test_signs_that_grow_to_a_comment_of_old_pages_are_refused() -> None:
    with pytest.raises(ValueError, match="<!--"):
        slim("a.js", "if (a < ! --b) c();\n")


@pytest.mark.parametrize(
    "line",
    [
        'a({ accept: "image/*" });',
        "a(`${b.map((c) => `${c}`)}`);",
        "a = b / c / d; /* e */",
        "a(/[/*]/g, `b`);",
    ],
)
def test_what_ends_in_its_line_is_not_refused(line: str) -> None:
    assert slim("a.js", line)


@pytest.mark.parametrize("path", [one for one in FILES if one.suffix == ".js"], ids=lambda path: path.name)
def test_what_is_sent_is_a_program(path: Path) -> None:
    """V8 reads it as the body of a function, without what only a module may say."""
    sent = slim(path.name, path.read_text(encoding="utf-8"))
    body = re.sub(
        r'\bimport\b[^;(]*?"[^"]*";|\bexport\{[^}]*\};|\bexport\b', "", sent.replace("import.meta", "meta")
    )

    assert bare_v8().eval(f"typeof (async () => {{{body}\n}})") == "function"


def test_the_same_text_is_packed_to_the_same_bytes() -> None:
    assert packed(b"a" * 1000) == packed(b"a" * 1000)
    assert packed(b"")[4:8] == bytes(4)  # no time of packing

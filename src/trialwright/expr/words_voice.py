"""How the wording face names things: labels of items, terms, codes and visits, articles and lists."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from trialwright.expr.nodes import (
    And,
    Binary,
    Call,
    Compare,
    IfElse,
    In,
    ItemRef,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Quoted,
    Truth,
)
from trialwright.expr.vocabulary import ItemInfo, Vocabulary
from trialwright.values.numbers import decimals_of, number_text
from trialwright.values.units import amount_words

TRUTH_FUNCTIONS = frozenset({"any", "none", "every", "missing", "known"})
SAME_AS_FIRST = frozenset({"baseline", "previous", "last", "min", "max", "least", "greatest"})
_PREPOSITIONS = frozenset(
    {
        "of",
        "with",
        "without",
        "from",
        "to",
        "in",
        "on",
        "at",
        "for",
        "by",
        "before",
        "after",
        "outside",
        "among",
        "covered",
    }
)
_SINGULAR = ("ss", "us", "is")
_SIGNS = (" plus ", " minus ", " times ", " divided by ")
_NO_ARTICLE = frozenset(
    {
        "how",
        "what",
        "when",
        "where",
        "whether",
        "which",
        "who",
        "why",
        "another",
        "other",
        "any",
        "each",
        "some",
        "these",
    }
)
DATE_FUNCTIONS = frozenset({"earliest", "latest", "expiry"})


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: the words, the templates of one language and the translation of labels.

    clause, value: how a part of the rule is said, as a truth and as a value.
    form: whose items stand bare; in_row: a row of it is spoken of ("its start").
    in_where: which rows are meant is said.
    subject: the value that the sentence is about, so that it need not be named twice.
    """

    vocabulary: Vocabulary
    words: Mapping[str, str]
    say: Callable[[str], str]
    has_articles: bool
    clause: Callable[[Node, "Voice"], str]
    value: Callable[[Node, "Voice"], str]
    form: str | None = None
    in_row: bool = False
    in_where: bool = False
    subject: str | None = None

    def put(self, template: str, **parts: str) -> str:
        """`is` in a template agrees with x, which is what the sentence is about."""
        return self.words[template].format(**parts, **{"is": verb_of(parts.get("x", ""))})


def verb_of(text: str) -> str:
    """ "are" after a plural: the last word before the first preposition ends in s, as "leukocytes" and "days with ..."."""
    if any(sign in text for sign in _SIGNS):
        return "is"
    words = text.split()
    place = next((place for place, word in enumerate(words) if place and word in _PREPOSITIONS), len(words))
    head = words[place - 1] if words else ""
    return "are" if head.endswith("s") and not head.endswith(_SINGULAR) and head.islower() else "is"


def item_of(node: Node, voice: Voice) -> ItemInfo | None:
    """The item that a node names, where it names one: bare in its own form, or form.item."""
    match node:
        case ItemRef(form=form, item=item):
            info = voice.vocabulary.forms.get(form)
            return None if info is None else info.items.get(item)
        case Name(word=word) if voice.form is not None:
            return voice.vocabulary.forms[voice.form].items.get(word)
        case _:
            return None


def meaning_of(node: Node, voice: Voice) -> ItemInfo | None:
    """The item whose type a value has: through terms, at, baseline, previous, last, min and max."""
    info = item_of(node, voice)
    if info is not None:
        return info
    match node:
        case Name(word=word) if word in voice.vocabulary.terms:
            return meaning_of(voice.vocabulary.terms[word].node, voice)
        case Call(function="at", arguments=(_, inner)):
            return meaning_of(inner, voice)
        case Call(function=function, arguments=(inner, *_)) if function in SAME_AS_FIRST:
            return meaning_of(inner, voice)
        case _:
            return None


def is_truth(node: Node, voice: Voice) -> bool:
    match node:
        case Not() | And() | Or() | Compare() | In() | Truth():
            return True
        case Call(function=function) if function in TRUTH_FUNCTIONS:
            return True
        case IfElse(then=then):
            return is_truth(then, voice)
        case Name(word=word) if item_of(node, voice) is None and word in voice.vocabulary.terms:
            return is_truth(voice.vocabulary.terms[word].node, voice)
        case Call(function="at", arguments=(_, inner)):
            return is_truth(inner, voice)
        case _:
            info = meaning_of(node, voice)
            return info is not None and info.type == "boolean"


def is_date(node: Node, voice: Voice) -> bool:
    match node:
        case Call(function=function) if function in DATE_FUNCTIONS:
            return True
        case _:
            info = meaning_of(node, voice)
            return info is not None and info.type in {"date", "partial_date", "time", "datetime"}


def number_words(value: Fraction) -> str:
    """A decimal where it ends, else a fraction.

    >>> number_words(Fraction(9, 10)), number_words(Fraction(1, 3))
    ('0.9', '1/3')
    """
    if decimals_of(value) is None:
        return f"{value.numerator}/{value.denominator}"
    return number_text(value)


def inside(label: str, voice: Voice) -> str:
    """A label inside a sentence: its first letter small, unless it is an acronym or another script."""
    text = voice.say(label)
    is_word = (
        len(text) > 1 and text[0].isupper() and (text[1].islower() or text[1] == " ") and ": " not in text
    )
    return text[0].lower() + text[1:] if is_word and voice.has_articles else text


def with_article(text: str, voice: Voice) -> str:
    """ "the" before a common noun; an acronym stands alone, and so does what no article can stand before."""
    words = text.split(" ")
    is_bare = words[0] in _NO_ARTICLE or any(word.isdecimal() for word in words[1:2])
    return voice.put("the", x=text) if text[:1].islower() and not is_bare else text


def item_label(info: ItemInfo, voice: Voice) -> str:
    """The item's label; where another form has the same one, with the form's label before it."""
    if info.form == voice.form:
        return inside(info.label, voice)
    same = [
        other
        for form in voice.vocabulary.forms.values()
        for other in form.items.values()
        if other.label == info.label
    ]
    if len(same) == 1:
        return inside(info.label, voice)
    form_label = inside(voice.vocabulary.forms[info.form].label, voice)
    return voice.put("item", form=form_label, item=inside(info.label, voice))


def quoted_words(node: Quoted, beside: ItemInfo | None, voice: Voice) -> str:
    """A quoted text as what it meets reads it: label of a code, visit, arm or site; else as written."""
    words = voice.vocabulary
    match beside:
        case ItemInfo(form="visit", item="id"):
            label = words.visits[node.text].label if node.text in words.visits else node.text
            return inside(label, voice)
        case ItemInfo(form="participant", item="arm"):
            return voice.say(words.arms.get(node.text, node.text))
        case ItemInfo(form="participant", item="site"):
            return voice.say(words.sites.get(node.text, node.text))
        case ItemInfo(code_list=str(code_list)):
            code = words.code_lists[code_list].codes.get(node.text)
            return node.text if code is None else voice.say(code.label)
        case ItemInfo(type="text") | None:
            return voice.put("text", x=node.text)
        case _:
            return amount_words(node.text)


def visit_words(node: Node, voice: Voice) -> str:
    """The label of a visit named in at(...)."""
    word = node.word if isinstance(node, Name) else ""
    info = voice.vocabulary.visits.get(word)
    return word if info is None else inside(info.label, voice)


def listed(parts: Sequence[str], voice: Voice, last: str = "last") -> str:
    """A, B or C."""
    if len(parts) == 1:
        return parts[0]
    return voice.words["list"].join(parts[:-1]) + voice.words[last] + parts[-1]


def mentioned(node: Node, voice: Voice) -> frozenset[str]:
    """The items and terms that a value is made of, as words; what stands in rows of a form is left out."""
    match node:
        case ItemRef(form=form, item=item):
            return frozenset({f"{form}.{item}"})
        case Name(word=word):
            info = item_of(node, voice)
            return frozenset({word if info is None else f"{info.form}.{info.item}"})
        case Binary(left=left, right=right):
            return mentioned(left, voice) | mentioned(right, voice)
        case Negative(operand=operand):
            return mentioned(operand, voice)
        case Compare(operands=operands):
            return frozenset().union(*(mentioned(operand, voice) for operand in operands))
        case Call(function="at", arguments=(_, inner)):
            return mentioned(inner, voice)
        case Call(arguments=arguments):
            return frozenset().union(*(mentioned(argument, voice) for argument in arguments))
        case _:
            return frozenset()


def is_same(a: Node, b: Node) -> bool:
    match a, b:
        case ItemRef(form=form, item=item), ItemRef(form=other_form, item=other_item):
            return (form, item) == (other_form, other_item)
        case Name(word=word), Name(word=other):
            return word == other
        case _:
            return False


def subject_of(node: Node, voice: Voice) -> str | None:
    """The one item that a comparison is about, if it is named plainly before anything else of it."""
    names = mentioned(node, voice)
    return next(iter(names)) if len(names) == 1 and first_is_plain(node) else None


def first_is_plain(node: Node) -> bool:
    match node:
        case ItemRef() | Name():
            return True
        case Compare(operands=(first, *_)):
            return first_is_plain(first)
        case Binary(left=Number(), right=right):
            return first_is_plain(right)
        case Binary(left=left):
            return first_is_plain(left)
        case _:
            return False


def bare(node: Node, voice: Voice) -> str:
    """The label of an item or a term, without article."""
    info = item_of(node, voice)
    if info is not None:
        return item_label(info, voice)
    word = word_of(node)
    term = voice.vocabulary.terms.get(word)
    return word if term is None else inside(term.label, voice)


def word_of(node: Node) -> str:
    match node:
        case Name(word=word):
            return word
        case Quoted(text=text):
            return text
        case ItemRef(form=form, item=item):
            return f"{form}.{item}"
        case _:
            return ""


def form_of(node: Node, voice: Voice) -> str:
    info: ItemInfo | None = item_of(node, voice)
    return word_of(node) if info is None else info.form

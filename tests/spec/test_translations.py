"""Every text that people read has its Chinese, and the compiled catalogue is the one of the written texts."""

import io
import re
from functools import cache

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from tests.spec.texts import CATALOGUE, Text, every_text

NAMED = re.compile(r"%\((\w+)\)s|\{(\w+)[^}]*\}")


@cache
def written() -> Catalog:
    return read_po(io.BytesIO(CATALOGUE.read_bytes()))


def translation_of(catalogue: Catalog, text: Text) -> str:
    message = catalogue.get(first_of(text))
    return first_of(message.string) if message else ""


def first_of(text: object) -> str:
    return str(text[0]) if isinstance(text, tuple | list) else str(text)


def last_of(text: object) -> str:
    return str(text[-1]) if isinstance(text, tuple | list) else str(text)


def said_by(catalogue: Catalog) -> dict[str, str]:
    return {first_of(message.id): first_of(message.string) for message in catalogue if message.id}


def parts_of(text: str) -> set[str]:
    return {one or two for one, two in NAMED.findall(text)}


def test_every_text_is_translated() -> None:
    missing = [
        f"{where}: {text}" for text, where in every_text().items() if not translation_of(written(), text)
    ]

    assert not missing, "\n".join(missing)


def test_no_translation_is_left_of_a_text_that_is_gone() -> None:
    known = {first_of(text) for text in every_text()}

    assert set(said_by(written())) <= known


def test_translations_name_the_same_parts() -> None:
    differ = [
        text for text in every_text() if parts_of(translation_of(written(), text)) != parts_of(last_of(text))
    ]

    assert not differ


def test_the_compiled_catalogue_is_in_step() -> None:
    compiled = read_mo(io.BytesIO(CATALOGUE.with_suffix(".mo").read_bytes()))

    assert said_by(compiled) == said_by(written())

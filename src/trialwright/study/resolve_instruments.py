"""A form that names an instrument: the library's form, with what the study may add or say differently."""

from collections.abc import Mapping
from typing import Final

from trialwright.study.desk import Desk
from trialwright.study.files import INSTRUMENT, Folder, read_into
from trialwright.study.files_forms import RawCodeList, RawForm, RawInstrument, RawItem
from trialwright.study.text import Text

# What a study may say of an instrument's form and items; the rest is the instrument.
_FORM_KEYS: Final = frozenset(
    {"form", "instrument", "label", "gate", "when", "area", "filled_by", "sdtm", "earlier_scores"}
    | {"options", "items", "checks", "decided"}
)
_ITEM_KEYS: Final = frozenset(
    {"label", "optional", "sdtm", "widget", "blinded_until", "low", "high", "future", "decided"}
)


class Library:
    """The instruments that forms have asked for so far, each read once."""

    def __init__(self, files: Mapping[str, bytes], folder: Folder) -> None:
        self.files = files
        self.folder = folder
        self.read: dict[str, RawInstrument | None] = {}

    def names(self) -> list[str]:
        return [file.removesuffix("/form.yaml") for file in self.files if file.endswith("/form.yaml")]

    def form(self, name: str) -> RawInstrument | None:
        if name not in self.read:
            place = f"instruments/{name}/form.yaml"
            read_into(self.folder, place, self.files[f"{name}/form.yaml"])
            self.read[name] = self.folder.fit(INSTRUMENT, place)
        return self.read[name]


def with_instrument(desk: Desk, library: Library, name: str, raw: RawForm) -> RawForm:
    """The form as the instrument and the study give it together; the form itself where it names none."""
    named = raw.instrument
    if named is None:
        return raw
    folder, _, version = named.partition("/")
    if folder not in library.names():
        desk.known("instrument", named, library.names())
        return raw
    instrument = library.form(folder)
    if instrument is None:
        return raw
    if instrument.instrument != named:
        have = str(instrument.instrument or "").partition("/")[2]
        desk.report("instrument-version", named, name=folder, have=have, want=version)
    _check_options(desk, folder, instrument, raw)
    for key in sorted(raw.model_fields_set - _FORM_KEYS):
        desk.report("instrument-item-changed", named, key=key, item=name)
    given = {key: getattr(raw, key) for key in raw.model_fields_set & _FORM_KEYS}
    together = {"items": _items(desk, instrument, raw), "checks": {**raw.checks, **instrument.checks}}
    return instrument.model_copy(update={**given, **together})


def _check_options(desk: Desk, name: str, instrument: RawInstrument, raw: RawForm) -> None:
    for option, chosen in raw.options.items():
        why = instrument.refused_options.get(option)
        if why is None:
            desk.report("no-such-option", option, instrument=name, name=option)
        elif chosen == "true":
            desk.report("refused-option", option, why=why)


def _items(desk: Desk, instrument: RawInstrument, raw: RawForm) -> dict[Text, RawItem]:
    items = dict(instrument.items)
    for name, item in raw.items.items():
        known = items.get(name)
        if known is None:
            items[name] = item
            continue
        for key in sorted(item.model_fields_set - _ITEM_KEYS):
            desk.report("instrument-item-changed", name, key=key, item=name)
        given = {key: getattr(item, key) for key in item.model_fields_set & _ITEM_KEYS}
        items[name] = known.model_copy(update=given)
    return items


def codes_of_library(desk: Desk, library: Library, own: Mapping[Text, RawCodeList]) -> dict[str, RawCodeList]:
    """The code lists of the study and of every instrument that it uses; same name, same list."""
    lists: dict[str, RawCodeList] = {str(name): raw for name, raw in own.items()}
    for folder, instrument in library.read.items():
        for name, raw in instrument.codes.items() if instrument else ():
            if name in lists and lists[name] != raw:
                at = next((key for key in own if key == name), name)
                desk.report("code-list-differs", at, name=name, instrument=folder)
            lists.setdefault(str(name), raw)
    return lists

"""Problems of a study definition: each code once, with its sentence."""

from types import MappingProxyType

from trialwright.values.catalogue import problems_of

_YAML = {
    "file-too-large": "The file is larger than {limit} bytes.",
    "not-utf-8": "This is not UTF-8 text.",
    "tab": "There is a tab here; use blanks.",
    "control-character": "The character {number} is not allowed.",
    "yaml-syntax": "This is not readable: {detail}.",
    "empty-file": "The file is empty.",
    "second-document": "A second document begins here; one file holds one.",
    "alias": "*{name} repeats another place; write it out, or use like:.",
    "anchor": "&{name} is not used in definitions; remove it.",
    "tag": "The tag {name} is not used in definitions; remove it.",
    "text-too-long": "The text is longer than {limit} characters.",
    "nested-too-deep": "This is nested deeper than {limit} levels.",
    "key-is-not-a-text": "A key must be a single word or text.",
    "comma-in-braces": "“{key}” has no value; inside braces a text with a comma stands in quotes.",
    "empty-value": "“{key}” has no value.",
    "duplicate-key": "“{key}” stands here a second time; first at {first}.",
}

_SHAPE = {
    "unknown-file": "No definition has a file of this name; did you mean {near}?",
    "missing-file": "The study has no file {file}.",
    "unknown-key": "“{key}” is not known here; did you mean {near}?",
    "missing-key": "“{key}” is missing here.",
    "text-expected": "A single text belongs here.",
    "mapping-expected": "Keys with values belong here.",
    "list-expected": "A list belongs here.",
    "not-an-id": "“{text}” is not a name: {rule}.",
    "reserved-name": "“{text}” is a word of the rule language; take another name.",
    "number-expected": "“{text}” is not a number.",
    "whole-number-expected": "“{text}” is not a whole number of at least {least}.",
    "range-expected": "“{text}” is not a range; write it like {example}.",
    "calendar-date-expected": "“{text}” is not a date; write year-month-day.",
    "not-one-of": "“{text}” is not possible here; did you mean {near}?",
    "undecided": "Still to decide.",
}

_NAMES = {
    "no-such-form": "There is no form “{name}”; did you mean {near}?",
    "no-such-item": "There is no item “{name}”; did you mean {near}?",
    "no-such-visit": "There is no visit “{name}”; did you mean {near}?",
    "no-such-code-list": "There is no code list “{name}”; did you mean {near}?",
    "no-such-code": "“{name}” is not a code of this list; did you mean {near}?",
    "no-such-arm": "There is no arm “{name}”; did you mean {near}?",
    "no-such-epoch": "There is no epoch “{name}”; did you mean {near}?",
    "no-such-site": "There is no site “{name}”; did you mean {near}?",
    "no-such-role": "There is no role “{name}”; did you mean {near}?",
    "no-such-area": "There is no area of rights “{name}”; did you mean {near}?",
    "no-such-term": "There is no term “{name}”; did you mean {near}?",
    "no-such-product": "There is no product “{name}”; did you mean {near}?",
    "no-such-intervention": "There is no intervention “{name}”; did you mean {near}?",
    "no-such-endpoint": "There is no endpoint “{name}”; did you mean {near}?",
    "no-such-population": "There is no population “{name}”; did you mean {near}?",
    "no-such-event": "There is no intercurrent event “{name}”; did you mean {near}?",
    "no-such-estimand": "There is no estimand “{name}”; did you mean {near}?",
    "no-such-analysis": "There is no analysis “{name}”; did you mean {near}?",
    "no-such-instrument": "There is no instrument “{name}”; did you mean {near}?",
    "no-such-language": "The study does not name the language “{name}”; did you mean {near}?",
    "no-such-option": "The instrument {instrument} has no option “{name}”.",
}

_RESOLVE = {
    "instrument-version": "The instrument {name} is here in version {have}; the form asks for {want}.",
    "refused-option": "{why}",
    "instrument-item-changed": "“{key}” of {item} belongs to the instrument and cannot be changed.",
    "code-list-differs": "The code list {name} differs from the one that the instrument {instrument} brings.",
    "item-without-type": "The item {item} needs a type or codes.",
    "type-and-codes": "An answer of type {type} has no codes.",
    "codes-are-not-numbers": "{item} is a whole number, and its answer “{answer}” has no score.",
    "item-twice": "The form has two items {item}; one comes from its grid.",
    "grid-cell-count": "{row} gives {count} entries for {rows} rows.",
    "empty-form": "The form has no items.",
    "gate-without-rows": "Only a form with many rows has a gate.",
    "cell-count": "The row {row} has {count} cells and the head has {head}.",
    "unknown-cell": "“{cell}” is not a cell of this table; use {cells}.",
    "matrix-without-head": "The table needs a first row “{head}”.",
    "head-differs": "The head must name every visit in the order of the schedule: {visits}.",
    "day-and-window": "A window needs a day.",
    "anchor-count": "Exactly one visit carries anchor:, there are {count}.",
    "ask-without-condition": "if_unknown: stands beside when: only.",
    "rule-or-attest": "A criterion has either rule: or attest:.",
    "never-decided": "The criterion names no visit at which it is decided.",
    "no-eligibility-form": "Criteria are attested, and no form is made_from: eligibility.",
    "like-of-like": "{name} is itself like another; name that one.",
    "translation-conflict": "“{english}” is translated in two ways; the other is at {other}.",
    "form-name-differs": "The form's file is {file}; its name must be the same.",
    "kits-range": "“{text}” is not a range of kit numbers of one length, like A1001..A1120.",
    "dose-without-form": "Doses are planned; dosing: and its form: are missing.",
    "product-strength": "“{text}” is not a strength; write a number and a unit, like 80 mg.",
    "variable-or-visit": "Name a variable or a visit here.",
    "one-visit-or-many": "An endpoint has visit: or visits:, not both.",
    "wrong-kind": "This is {kind}; {wanted} belongs here.",
}

_CHECK = {
    "decided": "{about}: {why}",
    "form-never-collected": "No visit collects this form.",
    "visit-unreachable": "No day of this visit can be reached: it would end before the visit {before} begins.",
    "windows-overlap": "The window of {visit} and that of {other} share days.",
    "analysis-days-overlap": "The analysis days of {visit} and {other} overlap.",
    "endpoint-not-collected": "The endpoint reads {item}, and {visit} does not collect {form}.",
    "criterion-not-collected": "The criterion reads {item}, and no visit up to {visit} collects {form}.",
    "condition-later": "Whether {visit} takes place depends on {later}, which comes later.",
    "dose-not-whole": "{amount} is not a whole number of {product} of {strength}.",
    "dose-visits-differ": "The doses and the row {form} of the activities name different visits: {visits}.",
    "arm-without-doses": "The doses name no row for the arm {arm}.",
    "allocation-arms": "The ratio must name each arm: {arms}.",
    "block-size": "A block of {block} cannot hold the ratio, whose sum is {total}.",
    "no-allocation": "The study has several arms and no randomisation.",
    "derived-differs": "The item is {type}; its rule gives {kind}.",
    "licensed-wording": "The wording of {form} is licensed and no text pack stands in wording/{form}.yaml.",
    "missing-translation": "{count} texts have no translation into {language}, the first: “{first}”.",
    "unused-translation": "This English text stands nowhere in the definition (changed or removed?).",
    "term-unused": "No rule uses this term.",
    "range-reversed": "{low} is greater than {high}.",
    "nobody-enters": "No role may enter anything in the area {area}, to which this form belongs.",
    "curve-needs-numbers": "{item} is not a number that is asked at visits.",
    "no-such-timezone": "There is no time zone “{name}”.",
}

_COMPARE = {
    "refused-change": "{path} cannot change ({old} to {new}): stored data would change their meaning. Give it a new name.",
    "version-too-low": "These changes need at least version {least}.",
    "amendment-without-text": "The meaning changes; amendment: must say how this version differs.",
}

TEMPLATES = MappingProxyType(_YAML | _SHAPE | _NAMES | _RESOLVE | _CHECK | _COMPARE)

problem = problems_of(TEMPLATES)

"""What can be wrong with a rule, as sentences for the person who writes it."""

from types import MappingProxyType

from trialwright.values.catalogue import problems_of

TEMPLATES = MappingProxyType(
    {
        # reading the text
        "rule-empty": "There is no rule here.",
        "rule-too-long": "The rule has {length} characters; at most {limit} are allowed. Name its parts as terms.",
        "rule-too-deep": "The rule is nested more than {limit} deep. Name its parts as terms.",
        "rule-bad-character": "“{character}” has no meaning in a rule; remove it, or put a text in double quotes.",
        "rule-unquoted-unit": 'A number with a unit stands in quotes: "{number} {unit}".',
        "rule-unclosed-text": "The text that begins here is not closed; texts stand in double quotes.",
        "rule-unclosed-bracket": "“(” was never closed; inside {{...}} of YAML a rule with a comma stands in quotes.",
        "rule-expected": "{expected} is expected here, not {found}.",
        "rule-not-in-language": "{what} is not part of the rule language{hint}.",
        "rule-argument": "{function} has no argument “{name}”{suggestion}",
        "rule-argument-twice": "The argument “{name}” stands twice.",
        # names
        "unknown-name": "“{name}” is no term and no item that a bare name could mean here{suggestion}",
        "unknown-form": "There is no form “{name}”{suggestion}",
        "unknown-item": "Form {form} has no item “{name}”{suggestion}",
        "unknown-visit": "There is no visit “{name}”{suggestion}",
        "unknown-function": "There is no function “{name}”{suggestion}",
        "unknown-code": "“{name}” is not a code of {code_list}{suggestion}",
        "unknown-code-list": "There is no code list “{name}”{suggestion}",
        "unknown-reason": "“{name}” is not a reason for a missing value{suggestion}",
        "no-bands": "The code list {name} has no bands.",
        "no-first-dose": "A baseline needs the term of the first dose, and the study names none that exists.",
        "form-as-value": "“{name}” is a form; say {name}.item, or any({name}, where=...).",
        "visit-as-value": "“{name}” is a visit; say at({name}, ...).",
        # scopes
        "needs-visit": "“{name}” is asked at a visit; say at({visit}, {name}){hint}.",
        "has-many-rows": "{form} has many rows; say any({form}, where=...).",
        "repeating-visit": "{visit} can happen several times; say any(form, where=visit.id == “{visit}” and ...).",
        "not-collected": "{form} is not collected at {visit}, so this is never known.",
        # types and units
        "wrong-type": "{function} needs {expected} here, not {found}.",
        "unlike-types": "{left} and {right} cannot be compared.",
        "no-order": "{found} has no order; use == or !=.",
        "unlike-units": "A value in {left} meets a value in {right}; use values of one unit.",
        "bare-number": 'A bare {number} meets a value in {unit}; write "{number} {unit}".',
        "bare-value": "A number without a unit meets a value in {unit}; give it that unit.",
        "text-not-of-type": '"{text}" is not {expected}.',
        "argument-count": "{function} takes {expected}, not {found}.",
        "argument-item": "{function} needs an item here, as form.item.",
        "argument-form": "{function} needs the name of a form here.",
        "argument-text": "{function} needs a text in double quotes here.",
        "argument-whole-number": "{function} needs a whole number here.",
        "branches-differ": "The two answers of “if” are {left} and {right}; they must be alike.",
        "divided-by-zero": "This divides by 0, and such a quotient is never known; divide by something else.",
        "circular-term": "The term “{name}” is defined by itself: {chain}.",
        "broken-term": "The term “{name}” has problems of its own.",
        # columns
        "rule-too-large-for-columns": "The numbers of this rule could grow beyond what tables hold; narrow the ranges of its items.",
        "rule-not-in-columns": "{part} cannot be answered for tables; ask it of an item.",
        "always-true": "This is always true: the values cannot lie elsewhere.",
        "always-false": "This is never true: the values cannot lie there.",
    }
)

problem = problems_of(TEMPLATES)

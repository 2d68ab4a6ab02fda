"""What the pages say where a rule of theirs is not kept: one English sentence a code."""

from types import MappingProxyType

from trialwright.values.catalogue import problems_of

TEMPLATES = MappingProxyType(
    {
        "value-and-reason": "Give a value or a reason why there is none, not both.",
        "choose-site": "Choose a site.",
        "unknown-field": "The page sent a field that is not asked for here: {names}. Nothing was saved.",
        "row-blank": "Nothing was entered. Fill in at least one item of this row.",
        "page-incomplete": "The page came back incomplete. Open it again.",
    }
)

problem = problems_of(TEMPLATES)

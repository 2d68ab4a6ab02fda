"""What the pages say where a rule of theirs is not kept: one English sentence a code."""

from types import MappingProxyType

from trialwright.values.catalogue import problems_of

TEMPLATES = MappingProxyType(
    {
        "value-and-reason": "Give a value or a reason why there is none, not both.",
        "choose-site": "Choose a site.",
        "page-incomplete": "The page came back incomplete. Open it again.",
    }
)

problem = problems_of(TEMPLATES)

"""What can be wrong with the `rehearsal` block of a study."""

from types import MappingProxyType

from trialwright.values.catalogue import problems_of

TEMPLATES = MappingProxyType(
    {
        "rehearsal-absent": "The study has no rehearsal block; write rehearsal.yaml to tell how virtual participants behave.",
        "rehearsal-shape": "{found} cannot be read as {wanted}.",
        "rehearsal-unknown-key": "“{key}” is not known here; use {known}.",
        "rehearsal-missing-key": "“{key}” is needed here.",
        "rehearsal-unknown-model": "“{name}” is not a model of the course of disease; use {known}.",
        "rehearsal-unknown-draw": "A draw needs one of {known}; found {found}.",
        "rehearsal-no-generator": "Nothing says what virtual participants answer to {item}.",
        "rehearsal-no-account": "No account is named for the role {role}.",
        "rehearsal-unknown-check": "“{check}” is not an edit check of this study.",
        "rehearsal-unknown-item": "“{item}” is not an item of this study.",
    }
)

problem = problems_of(TEMPLATES)

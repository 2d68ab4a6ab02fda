"""Which rights of the matrix an act needs, for those who check a definition and those who carry it out."""

from typing import Final, Literal

from trialwright.study.builtin import ELIGIBILITY_FORM
from trialwright.study.model import Form

ELIGIBILITY_AREA: Final = "eligibility"  # the row of the rights matrix that guards decisions
RESULTS_AREA: Final = "results"  # and that of results of efficacy before the end
REVIEW_AREA: Final = "review"  # and that of decisions on deviations and analysis sets


def rights_to_enter(form: Form) -> tuple[tuple[str, Literal["w", "s"]], ...]:
    """The letters that a role needs to enter a form, each with its area. The form of eligibility attests what only
    who may decide can attest."""
    if form.id == ELIGIBILITY_FORM:
        return (form.area, "w"), (ELIGIBILITY_AREA, "s")
    return ((form.area, "w"),)

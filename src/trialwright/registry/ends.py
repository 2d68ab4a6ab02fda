"""How a study says that somebody completed it: the answer in the form that its end is read from."""

from typing import Final

from trialwright.expr.check import infer
from trialwright.expr.types import Typed
from trialwright.study.model import Item, Study

# CDISC controlled terminology: the reason of a disposition, and its code for "as planned".
REASON: Final = "DS.DSDECOD"
COMPLETED: Final = "completed"


def completed_answer(study: Study) -> tuple[str, str, str] | None:
    """Form, item and code that say "completed"; None where the study records no reason for its end."""
    items = (item for form in _forms_of_the_end(study) for item in study.forms[form].items.values())
    return next(((item.form, item.id, COMPLETED) for item in items if _says_completed(study, item)), None)


def _says_completed(study: Study, item: Item) -> bool:
    """A blinded answer is not counted where everybody reads."""
    codes = study.code_lists[item.code_list].codes if item.code_list and not item.blinded_until else ()
    return item.sdtm == REASON and any(code.code == COMPLETED for code in codes)


def _forms_of_the_end(study: Study) -> list[str]:
    """The participant's own forms that the rule of the end of the study reads."""
    if study.lifecycle.ended is None:
        return []
    typed = infer(study.lifecycle.ended.node, study.vocabulary, asked="participant")
    needs = typed.needs if isinstance(typed, Typed) else ()
    names = sorted({path.form for path in needs} & set(study.forms))
    return [name for name in names if study.forms[name].records == "participant"]

"""The rules that a phone asks while somebody answers: which question is put, and when the protocol has something to say.

One module a version of the study, by its hash. It holds the rules of the diary's forms only, each of which reads
nothing but its own entry; what the trial asks of its participants elsewhere stays with the trial.
"""

from collections.abc import Iterator
from typing import Final

from trialwright.diary.kept import ByVersion
from trialwright.diary.package import rule_name
from trialwright.expr.check import infer
from trialwright.expr.javascript import CheckedRule, compile_module
from trialwright.expr.nodes import Rule
from trialwright.study.model import Study


def module_of(study: Study) -> str:
    """The source of the ES module."""
    return _MODULES.of(study)


def _compiled(study: Study) -> str:
    return compile_module(rules_of(study), study.vocabulary)


_MODULES: Final = ByVersion(_compiled)


def rules_of(study: Study) -> dict[str, CheckedRule]:
    """Name -> rule, with the form whose entry it is asked of."""
    return {name: _checked(study, form, rule) for name, form, rule in _rules(study)}


def _rules(study: Study) -> Iterator[tuple[str, str, Rule]]:
    for form in study.forms.values():
        if form.ask is None:
            continue
        for item in form.items.values():
            if item.when is not None:
                yield rule_name(form.id, item.id, "when"), form.id, item.when
            if item.derive is not None:
                yield rule_name(form.id, item.id, "derive"), form.id, item.derive
        for check in form.checks:
            if check.tell:
                yield check.id, form.id, check.when


def _checked(study: Study, form: str, rule: Rule) -> CheckedRule:
    typed = infer(rule.node, study.vocabulary, asked="row", form=form, place=rule.place)
    if isinstance(typed, tuple):  # a stored study was checked
        raise ValueError("; ".join(found.text for found in typed))
    return (rule.node, typed, form)

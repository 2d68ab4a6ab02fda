"""Whether a resolved study makes sense as a whole."""

from collections.abc import Iterator

from trialwright.study.check_datasets import check_datasets
from trialwright.study.check_rules import check_rules
from trialwright.study.check_schedule import check_schedule
from trialwright.study.check_texts import check_missing_translations
from trialwright.study.messages import problem
from trialwright.study.model import Study
from trialwright.values.problem import Problem


def check(study: Study) -> tuple[Problem, ...]:
    """All problems of a study: errors, warnings, and the assumptions to confirm.

    Places in rules that run over several lines count as if the rule stood on its first line.
    """
    return (
        *check_rules(study),
        *check_datasets(study),
        *check_schedule(study),
        *check_missing_translations(study),
        *_assumptions(study),
    )


def _assumptions(study: Study) -> Iterator[Problem]:
    for one in study.assumptions:
        yield problem("decided", one.place, "assumption", about=one.about, why=one.why)

"""What the report must say of the data review: what nobody decided on, and where a decision does not reach."""

from collections.abc import Iterator

import polars as pl

from trialwright.analysis.messages import problem
from trialwright.analysis.trial import Trial
from trialwright.expr.nodes import Name
from trialwright.expr.walk import walk
from trialwright.study.dataset_words import populations_around, rules_of_dataset, subject_dataset
from trialwright.study.model import Dataset, Study
from trialwright.values.problem import Problem


def check_review(trial: Trial) -> Iterator[Problem]:
    yield from check_classes(trial)
    yield from check_told(trial)
    yield from check_set_flags(trial)


def check_classes(trial: Trial) -> Iterator[Problem]:
    """Deviations of which nobody decided yet whether they are important, in each dataset that is made of them."""
    for dataset in trial.study.datasets.values():
        if dataset.made_from == "deviations" and dataset.id in trial.derived:
            rows = trial.derived[dataset.id].frame
            open_rows = rows.filter(pl.col("DVCLASS").is_null())
            inside = frozenset(open_rows["SRCSTRM"])
            whose = [one for one in trial.groups if one in inside]
            if whose:
                named = {"count": open_rows.height, "all": rows.height, "people": len(whose)}
                codes = trial.some_codes(whose)
                yield problem("deviations-not-classed", dataset.place, "warning", **named, codes=codes)


def check_told(trial: Trial) -> Iterator[Problem]:
    """Checks that could not be answered of some records: those are no deviations, and are not known to be none."""
    for dataset in trial.study.datasets.values():
        if dataset.made_from == "deviations" and dataset.id in trial.derived:
            untold = trial.derived[dataset.id].untold
            if untold:
                checks = ", ".join(f"{check} ({count})" for check, count in untold)
                yield problem("deviations-not-told", dataset.place, "warning", checks=checks)


def check_set_flags(trial: Trial) -> Iterator[Problem]:
    """Rules that name the flag of a set on which a decision stands: what they read is the rule of the set alone."""
    study = trial.study
    decided = {name for name in study.populations if trial.data.decided(name)}
    for dataset in study.datasets.values():
        flags = set_flags(study, dataset)
        for one in rules_of_dataset(study, dataset):
            named = {part.word for part in walk(one.asked.rule.node) if isinstance(part, Name)}
            for flag in sorted(named & flags.keys()):
                if not decided.isdisjoint(populations_around(study, flags[flag])):
                    parts = {"dataset": dataset.id, "variable": one.about or dataset.id, "flag": flag}
                    yield problem("set-flag-in-rule", one.asked.rule.place, "warning", **parts)


def set_flags(study: Study, dataset: Dataset) -> dict[str, str]:
    """The variables that tell of a set and that a rule of the dataset may name, with the set."""
    subject = subject_dataset(study)
    columns = (*(subject.columns.values() if subject else ()), *dataset.columns.values())
    return {one.id: one.population for one in columns if one.population in study.populations}

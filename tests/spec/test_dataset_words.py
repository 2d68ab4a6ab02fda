"""The rules of a dataset are written out once for each study, and each study has its own."""

from dataclasses import replace

from tests.spec.analysis_data import study_files
from tests.spec.derived_study import DATASETS

from trialwright.study.dataset_words import rules_of_dataset
from trialwright.study.load import load
from trialwright.study.model import Study


def study() -> Study:
    loaded = load({**study_files(), "datasets.yaml": DATASETS.encode()}, {}).study
    assert loaded is not None
    return loaded


def test_they_are_those_of_this_study_and_not_of_one_that_was_asked_before() -> None:
    one = study()
    name = next(name for name, dataset in one.datasets.items() if rules_of_dataset(one, dataset))
    dataset = one.datasets[name]
    first = rules_of_dataset(one, dataset)
    fewer = replace(dataset, columns={}, criteria=(), parameters={}, when=None)

    assert rules_of_dataset(one, dataset) is first
    assert rules_of_dataset(replace(one, datasets={**one.datasets, name: fewer}), fewer) == ()
    assert rules_of_dataset(study(), study().datasets[name]) == first

"""The files of a study folder as raw models: which there are, which must be, and all that does not fit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from pydantic import TypeAdapter

from trialwright.study.files_analysis import RawPlan
from trialwright.study.files_datasets import RawDatasets
from trialwright.study.files_diary import RawDiary
from trialwright.study.files_forms import RawCheck, RawCodeList, RawForm, RawInstrument, RawWording
from trialwright.study.files_photos import RawPhotos
from trialwright.study.files_plan import (
    RawDrug,
    RawEligibility,
    RawLaboratory,
    RawSchedule,
    RawTerm,
)
from trialwright.study.files_study import RawRoles, RawStudy
from trialwright.study.formats import Id, nearest
from trialwright.study.messages import problem
from trialwright.study.model import Assumption
from trialwright.study.shape import fit
from trialwright.study.text import Text
from trialwright.study.undecided import UNDECIDED, question_about
from trialwright.study.yaml import Tree, read_yaml, walk
from trialwright.values.problem import Problem

Shape = TypeVar("Shape")

STUDY: Final[TypeAdapter[RawStudy]] = TypeAdapter(RawStudy)
SCHEDULE: Final[TypeAdapter[RawSchedule]] = TypeAdapter(RawSchedule)
ELIGIBILITY: Final[TypeAdapter[RawEligibility]] = TypeAdapter(RawEligibility)
TERMS: Final[TypeAdapter[dict[Id, RawTerm]]] = TypeAdapter(dict[Id, RawTerm])
CHECKS: Final[TypeAdapter[dict[Id, RawCheck]]] = TypeAdapter(dict[Id, RawCheck])
CODES: Final[TypeAdapter[dict[Id, RawCodeList]]] = TypeAdapter(dict[Id, RawCodeList])
DIARY: Final[TypeAdapter[RawDiary]] = TypeAdapter(RawDiary)
DRUG: Final[TypeAdapter[RawDrug]] = TypeAdapter(RawDrug)
PHOTOS: Final[TypeAdapter[RawPhotos]] = TypeAdapter(RawPhotos)
LABORATORY: Final[TypeAdapter[RawLaboratory]] = TypeAdapter(RawLaboratory)
ROLES: Final[TypeAdapter[RawRoles]] = TypeAdapter(RawRoles)
PLAN: Final[TypeAdapter[RawPlan]] = TypeAdapter(RawPlan)
DATASETS: Final[TypeAdapter[RawDatasets]] = TypeAdapter(RawDatasets)
FORM: Final[TypeAdapter[RawForm]] = TypeAdapter(RawForm)
WORDING: Final[TypeAdapter[RawWording]] = TypeAdapter(RawWording)
INSTRUMENT: Final[TypeAdapter[RawInstrument]] = TypeAdapter(RawInstrument)

_SINGLE_FILES: Final = (
    "study.yaml",
    "schedule.yaml",
    "eligibility.yaml",
    "terms.yaml",
    "checks.yaml",
    "codes.yaml",
    "datasets.yaml",
    "diary.yaml",
    "drug.yaml",
    "laboratory.yaml",
    "photos.yaml",
    "roles.yaml",
    "analysis.yaml",
    "rehearsal.yaml",
)
_REQUIRED: Final = ("study.yaml", "schedule.yaml")
_FOLDERS: Final = ("forms", "translations", "wording")


@dataclass(frozen=True, slots=True)
class Files:
    """The raw models of a folder; a file that is not there is empty here."""

    study: RawStudy
    schedule: RawSchedule
    eligibility: RawEligibility
    terms: Mapping[Text, RawTerm]
    checks: Mapping[Text, RawCheck]
    codes: Mapping[Text, RawCodeList]
    diary: RawDiary | None
    drug: RawDrug | None
    laboratory: RawLaboratory | None
    photos: RawPhotos | None
    roles: RawRoles | None
    plan: RawPlan
    datasets: RawDatasets
    forms: Mapping[str, RawForm]
    translations: Mapping[str, Tree]
    wording: Mapping[str, RawWording]
    rehearsal: Mapping[Text, Tree]


@dataclass(slots=True)
class Folder:
    """What was found in a folder while it is read. unread: the files of which nothing can be used."""

    trees: dict[str, Tree] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    dropped: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    assumptions: list[Assumption] = field(default_factory=list)
    is_undecided: bool = False

    def fit(self, adapter: TypeAdapter[Shape], file: str) -> Shape | None:
        """The model of one file, None where it is not there or cannot be read."""
        tree = self.trees.get(file)
        if tree is None:
            return None
        fitted = fit(adapter, tree, file)
        self.problems += fitted.problems
        self.dropped |= fitted.dropped
        if fitted.value is None:
            self.dropped.add(_stem(file))
        return fitted.value


def open_folder(files: Mapping[str, bytes]) -> Folder:
    """Parse every YAML file; list unknown and missing files, decided and undecided places."""
    folder = Folder()
    for file in sorted(files):
        if not file.endswith((".yaml", ".yml")):
            continue
        if not _is_known(file):
            near = nearest(file, (*_SINGLE_FILES, *(f"{name}/{file}" for name in _FOLDERS)))
            folder.problems.append(problem("unknown-file", f"{file}:1:1", near=near))
            continue
        read_into(folder, file, files[file])
    for file in _REQUIRED:
        if file not in files:
            folder.problems.append(problem("missing-file", f"{file}:1:1", file=file))
    return folder


def read_into(folder: Folder, file: str, content: bytes) -> None:
    """Parse one file into the folder."""
    parsed = read_yaml(file, content)
    folder.problems += parsed.problems
    folder.dropped |= parsed.dropped
    if parsed.tree is None:
        folder.unread.add(file)
        return
    folder.trees[file] = parsed.tree
    for path, text in walk(parsed.tree):
        if path and path[-1] == "decided":
            about = " / ".join(path[:-1]) or file
            folder.assumptions.append(Assumption(path[-1].place, about, str(text)))
        if text == UNDECIDED:
            folder.is_undecided = True
            place = " / ".join(path) or file
            folder.problems.append(
                problem("undecided", text.place, place=place, question=question_about(path))
            )
    if isinstance(parsed.tree, dict):
        parsed.tree.pop("decided", None)


def _is_known(file: str) -> bool:
    name, _, inside = file.rpartition("/")
    return file in _SINGLE_FILES or (name in _FOLDERS and file.endswith(".yaml") and bool(inside))


def read_files(folder: Folder) -> Files | None:
    """The raw models of a folder, None where study.yaml or schedule.yaml cannot be used."""
    study = folder.fit(STUDY, "study.yaml")
    schedule = folder.fit(SCHEDULE, "schedule.yaml")
    rest = (
        folder.fit(ELIGIBILITY, "eligibility.yaml") or RawEligibility(),
        folder.fit(TERMS, "terms.yaml") or {},
        folder.fit(CHECKS, "checks.yaml") or {},
        folder.fit(CODES, "codes.yaml") or {},
        folder.fit(DIARY, "diary.yaml"),
        folder.fit(DRUG, "drug.yaml"),
        folder.fit(LABORATORY, "laboratory.yaml"),
        folder.fit(PHOTOS, "photos.yaml"),
        folder.fit(ROLES, "roles.yaml"),
        folder.fit(PLAN, "analysis.yaml") or RawPlan(),
        folder.fit(DATASETS, "datasets.yaml") or RawDatasets(),
        dict(_fit_each(folder, FORM, "forms")),
        {_stem(file): tree for file, tree in folder.trees.items() if file.startswith("translations/")},
        dict(_fit_each(folder, WORDING, "wording")),
    )
    rehearsal = folder.trees.get("rehearsal.yaml", {})
    if not isinstance(rehearsal, Mapping):
        folder.problems.append(problem("mapping-expected", "rehearsal.yaml:1:1"))
        rehearsal = {}
    if study is None or schedule is None:
        return None
    return Files(study, schedule, *rest, rehearsal=rehearsal)


def _fit_each(folder: Folder, adapter: TypeAdapter[Shape], name: str) -> Iterator[tuple[str, Shape]]:
    for file in sorted(folder.trees):
        if file.startswith(f"{name}/"):
            fitted = folder.fit(adapter, file)
            if fitted is not None:
                yield _stem(file), fitted


def _stem(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".yaml")

"""Files into a checked study, with all problems at once."""

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Final

from trialwright.study.check import check
from trialwright.study.check_diary import check_diary
from trialwright.study.check_photos import check_photos
from trialwright.study.check_plan import check_plan
from trialwright.study.check_texts import check_unused_translations
from trialwright.study.desk import Desk
from trialwright.study.files import Folder, open_folder, read_files
from trialwright.study.hash import study_hash
from trialwright.study.model import Loaded
from trialwright.study.resolve import Resolved, resolve
from trialwright.values.problem import Problem

_OF_NAMES: Final = frozenset(
    {"unknown-item", "unknown-form", "unknown-name", "no-such-item", "no-such-form", "no-such-term"}
)

_OF_TEXTS: Final = frozenset({"unused-translation", "missing-translation"})


def load(files: Mapping[str, bytes], library: Mapping[str, bytes]) -> Loaded:
    """Load a study folder.

    files: name within the folder -> content. library: the instruments, "<name>/form.yaml" -> content.
    The study is None where there are errors; warnings and assumptions stand beside a study.
    Where a file cannot be read, it comes first, and nothing is said that would only follow from it.
    """
    folder = open_folder(files)
    raw = read_files(folder)
    if folder.is_undecided or folder.unread or raw is None:
        return Loaded(None, _listed(_without_undecided(folder.problems), first=folder.unread))
    desk = Desk()
    resolved = resolve(desk, raw, folder, library)
    check_plan(desk, raw, resolved.study)
    check_diary(desk, raw, resolved.study)
    check_photos(desk, raw, resolved.study)
    desk.problems += [desk.unfold(found) for found in check(resolved.study)]
    desk.problems += check_unused_translations(resolved.study, resolved.translated.own)
    return _loaded(resolved, [*folder.problems, *_follow_no_drops(desk, folder)])


def _loaded(resolved: Resolved, problems: list[Problem]) -> Loaded:
    if any(found.severity == "error" for found in problems):
        return Loaded(None, _listed(problems))
    study = resolved.study
    return Loaded(replace(study, hash=study_hash(study, resolved.translated.stated)), _listed(problems))


def _without_undecided(problems: list[Problem]) -> list[Problem]:
    """Problems but for those of texts that are still to be decided."""
    undecided = {found.where for found in problems if found.code == "undecided"}
    return [found for found in problems if found.code == "undecided" or found.where not in undecided]


def _follow_no_drops(desk: Desk, folder: Folder) -> list[Problem]:
    """Problems but for those that name what was left out, or could not be told, because of its own problem. Where a
    file does not fit, texts of it may be missing, so that nothing is said of translations."""
    is_whole = all(found.severity != "error" for found in folder.problems)
    return [
        found
        for found in desk.problems
        if (is_whole or found.code not in _OF_TEXTS)
        and not {part for _, part in found.parts} & folder.dropped
        and not _names_lost(found, desk.lost)
    ]


def _names_lost(found: Problem, lost: Set[str]) -> bool:
    """Whether all that is wrong is a name of something lost; a broken term has a problem where it stands."""
    if found.code == "broken-term":
        return True
    names = dict(found.parts).get("name", "").split(".") if found.code in _OF_NAMES else ()
    return any(name in lost for name in names)


def _listed(problems: list[Problem], first: Set[str] = frozenset()) -> tuple[Problem, ...]:
    """Each once, errors first, by file and line; some files before all others."""
    order = {"error": 0, "warning": 1, "assumption": 2}
    once = {(found.code, found.where, found.severity): found for found in reversed(problems)}
    return tuple(sorted(once.values(), key=lambda found: (order[found.severity], *_rank(found.where, first))))


def _rank(where: str, first: Set[str]) -> tuple[bool, str, int, int]:
    file, line, column = where.rsplit(":", 2)
    return file not in first, file, int(line), int(column)

"""Files into a checked study, with all problems at once."""

from collections.abc import Mapping
from dataclasses import replace

from trialwright.study.check import check
from trialwright.study.check_plan import check_plan
from trialwright.study.check_texts import check_unused_translations
from trialwright.study.desk import Desk
from trialwright.study.files import Folder, open_folder, read_files
from trialwright.study.hash import study_hash
from trialwright.study.model import Loaded, Study
from trialwright.study.resolve import resolve
from trialwright.values.problem import Problem


def load(files: Mapping[str, bytes], library: Mapping[str, bytes]) -> Loaded:
    """Load a study folder.

    files: name within the folder -> content. library: the instruments, "<name>/form.yaml" -> content.
    The study is None where there are errors; warnings and assumptions stand beside a study.
    """
    folder = open_folder(files)
    raw = read_files(folder)
    if folder.is_undecided or raw is None:
        return Loaded(None, _listed(_without_undecided(folder.problems)))
    desk = Desk()
    resolved = resolve(desk, raw, folder, library)
    check_plan(desk, raw, resolved.study)
    desk.problems += [desk.unfold(found) for found in check(resolved.study)]
    desk.problems += check_unused_translations(resolved.study, resolved.translated.own)
    return _loaded(resolved.study, [*folder.problems, *_follow_no_drops(desk, folder)])


def _loaded(study: Study, problems: list[Problem]) -> Loaded:
    has_errors = any(found.severity == "error" for found in problems)
    loaded = None if has_errors else replace(study, hash=study_hash(study))
    return Loaded(loaded, _listed(problems))


def _without_undecided(problems: list[Problem]) -> list[Problem]:
    """Problems but for those of texts that are still to be decided."""
    undecided = {found.where for found in problems if found.code == "undecided"}
    return [found for found in problems if found.code == "undecided" or found.where not in undecided]


def _follow_no_drops(desk: Desk, folder: Folder) -> list[Problem]:
    """Problems but for those that name what was left out because of its own problem."""
    return [found for found in desk.problems if not {part for _, part in found.parts} & folder.dropped]


def _listed(problems: list[Problem]) -> tuple[Problem, ...]:
    """Each once, errors first, by file and line."""
    order = {"error": 0, "warning": 1, "assumption": 2}
    once = {(found.code, found.where, found.severity): found for found in reversed(problems)}
    return tuple(sorted(once.values(), key=lambda found: (order[found.severity], *_position(found.where))))


def _position(where: str) -> tuple[str, int, int]:
    file, line, column = where.rsplit(":", 2)
    return file, int(line), int(column)

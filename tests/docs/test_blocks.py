"""Every block of code in the documentation is run, or is a part of a study that is checked; none is of another kind."""

import subprocess
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from tests.docs.blocks import GENERATED, ROOT, Block, all_blocks, blocks_of
from tests.docs.test_commands import PAGE as TUTORIAL

from trialwright.analysis.plan_check import check_analyses
from trialwright.cli.files import read_library, read_study_folder
from trialwright.datasets.check import check_engines
from trialwright.simulate.block import Rehearsal
from trialwright.simulate.read import read_rehearsal
from trialwright.study.load import load
from trialwright.study.yaml import read_yaml

DEFINITION = ROOT / "docs" / "how-to" / "write-a-definition.md"
DIARY = ROOT / "docs" / "how-to" / "define-a-diary.md"
PHOTOS = ROOT / "docs" / "how-to" / "take-photos.md"
REHEARSE = ROOT / "docs" / "how-to" / "rehearse.md"
PROTOCOL = ROOT / "docs" / "reference" / "diary-protocol.md"
REFERENCE = next((ROOT / "studies").iterdir())
BLOCKS = all_blocks()


def test_this_finds_blocks_and_their_kinds(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "a\n```yaml terms.yaml\nb: c\n```\n\n- d\n  ~~~\n  e\n  ~~~\n````sh\n```\n````\n```sh\nf", "utf-8"
    )

    found = [(one.line, one.kind, one.file, one.text) for one in blocks_of(page)]
    assert found == [
        (2, "yaml", "terms.yaml", "b: c\n"),
        (7, "", "", "  e\n"),
        (10, "sh", "", "```\n"),
        (13, "sh", "", "f"),
    ]


def is_checked(block: Block) -> bool:
    """Whether one of the tests of this folder runs or checks blocks like this."""
    if block.kind == "sh":
        return block.page == TUTORIAL or all(line.startswith("make ") for line in block.text.splitlines())
    if block.kind == "yaml":
        return (block.page in (DEFINITION, DIARY, PHOTOS) and bool(block.file)) or block.page == REHEARSE
    if block.kind == "json":  # tests/spec/test_diary_wire.py reads them
        return block.page == PROTOCOL and bool(block.file)
    # Pages made by a tool are held against it, and their tables are those that the tests run.
    return block.kind == "text" and block.page.read_text("utf-8").startswith(GENERATED)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.place)
def test_every_block_is_of_a_kind_that_is_run_or_checked(block: Block) -> None:
    assert is_checked(block), f"{block.place}: nothing runs or checks this block of “{block.kind}”."


def of(page: Path) -> list[Block]:
    return [block for block in BLOCKS if block.page == page]


def test_commands_of_make_can_be_run() -> None:
    lines = [line for block in BLOCKS if block.kind == "sh" for line in block.text.splitlines()]
    targets = [line.partition("#")[0].split()[1:] for line in lines if line.startswith("make ")]

    assert targets
    for target in targets:
        done = subprocess.run(["make", "-n", *target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


# ------------------------------------------------------------------ a study made of blocks


def files_of_blocks() -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The study, and the instruments that it brings."""
    texts: Mapping[str, list[str]] = defaultdict(list)
    for block in (*of(DEFINITION), *of(DIARY), *of(PHOTOS)):
        texts[block.file].append(block.text)
    files = {name: "".join(parts).encode() for name, parts in texts.items()}
    prefix = "instruments/"
    own = {name.removeprefix(prefix): text for name, text in files.items() if name.startswith(prefix)}
    return {name: text for name, text in files.items() if not name.startswith(prefix)}, own


def test_the_blocks_of_the_definition_make_a_study_that_can_be_used() -> None:
    files, instruments = files_of_blocks()
    loaded = load(files, {**read_library(), **instruments})

    assert [(one.where, one.text) for one in loaded.problems if one.severity == "error"] == []
    warned = {one.code for one in loaded.problems if one.severity == "warning"}
    assert warned <= {"missing-translation"}  # two texts show how it is written; all would be a long block
    study = loaded.study
    assert study is not None
    assert check_engines(study) == ()
    assert [one for found in check_analyses(study).values() for one in found] == []


def test_every_file_that_the_page_names_is_shown() -> None:
    rows = [line for line in DEFINITION.read_text("utf-8").splitlines() if line.startswith("| `")]
    named = {word.strip("`") for row in rows for word in row.split("|")[1].split(", ")}
    shown = {block.file for block in (*of(DEFINITION), *of(DIARY), *of(PHOTOS))}
    patterns = {"forms/<form>.yaml", "translations/<language>.yaml", "wording/<form>.yaml"}

    assert {name.strip().strip("`") for name in named} - patterns - shown == {"rehearsal.yaml"}
    assert all(any(name.startswith(pattern.partition("/")[0]) for name in shown) for pattern in patterns)


# ------------------------------------------------------------------ a rehearsal, block by block


# Sections of many entries: an entry of a block stands in the place of one of its name, or beside the others.
OF_ENTRIES = ("forms", "logs", "dropouts", "mistakes", "screening_failures")


@pytest.mark.parametrize("block", of(REHEARSE), ids=lambda block: block.place)
def test_a_block_of_a_rehearsal_is_valid_in_the_reference_study(block: Block) -> None:
    """Its sections stand in the place of those of the reference study."""
    part = yaml.load(block.text, yaml.BaseLoader)
    files = read_study_folder(REFERENCE)
    whole = yaml.load(files["rehearsal.yaml"], yaml.BaseLoader)
    for section, entries in part.items():
        whole[section] = {**whole[section], **entries} if section in OF_ENTRIES else entries
    said = read_yaml(block.place.partition(":")[0], block.text.encode())
    loaded = load({**files, "rehearsal.yaml": yaml.safe_dump(whole).encode()}, read_library())

    assert said.problems == ()
    assert loaded.study is not None, [(one.where, one.text) for one in loaded.problems]
    read = read_rehearsal(loaded.study)
    assert isinstance(read, Rehearsal), [(one.where, one.text) for one in read]

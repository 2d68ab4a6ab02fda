"""What every operator and function of the rule language means: the tables of tests/spec/expr on every engine."""

from pathlib import Path

import pytest
from tests.spec.conftest import check_spec
from tests.spec.spec_table import SpecTable, read_spec_file

FILES = sorted((Path(__file__).parent / "expr").glob("*.txt"))
TABLES = [
    pytest.param(table, id=f"{path.stem}: {table.title}") for path in FILES for table in read_spec_file(path)
]


@pytest.mark.parametrize("table", TABLES)
def test_every_engine_answers_as_the_table_says(table: SpecTable) -> None:
    check_spec(table)

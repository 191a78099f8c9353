"""A commit and what is known of it: its files and its rows."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, Schema
from deltalake.transaction import AddAction, create_table_with_add_actions
from pyarrow import parquet

from ml_assets.platforms.local import LocalPlatform
from ml_assets.platforms.local.commit import commit, discard_on_failure
from ml_assets.references import TableName

NAME = TableName(catalog="c", schema_name="s", table="t")
ROWS = pa.table({"x": [1.0, 2.0, 3.0], "part": ["a", "b / c", "ü"]})


@pytest.mark.parametrize("folder", ["plain", "with space", "Größe 😀", "100% & more"])
@pytest.mark.parametrize("partition_by", [None, ["part"]])
def test_a_failure_after_a_commit_keeps_its_files(
    tmp_path: Path, folder: str, partition_by: list[str] | None
) -> None:
    path = tmp_path / folder / "t"
    path.mkdir(parents=True)
    DeltaTable.create(path, Schema.from_arrow(ROWS.schema), partition_by=partition_by)
    with pytest.raises(KeyboardInterrupt):
        commit_and_fail(path)

    assert pa.table(DeltaTable(path).to_pyarrow_table()).sort_by("x").equals(ROWS)
    assert not (path / "left-over.parquet").exists()


@pytest.mark.parametrize("deleted", [0, 1])
def test_rows_are_counted_where_statistics_are_missing(tmp_path: Path, deleted: int) -> None:
    platform = LocalPlatform(tmp_path)
    path = platform.tables.path(NAME)
    path.mkdir(parents=True)
    parquet.write_table(ROWS, path / "some.parquet")
    parquet.write_table(ROWS, path / "more.parquet")
    added = [
        AddAction(
            path=file,
            size=(path / file).stat().st_size,
            partition_values={},
            modification_time=0,
            data_change=True,
            stats=statistics,
        )
        for file, statistics in (("some.parquet", "{}"), ("more.parquet", '{"numRecords": 3}'))
    ]
    create_table_with_add_actions(str(path), Schema.from_arrow(ROWS.schema), added)
    if deleted:
        DeltaTable(path).delete("x = 1")
    assert platform.tables.newest(NAME).rows == 6 - 2 * deleted


def commit_and_fail(path: Path) -> None:
    with discard_on_failure(path):
        commit(NAME, path, ROWS.to_reader(), mode="append", evolve_schema=False, metadata={})
        (path / "left-over.parquet").touch()
        raise KeyboardInterrupt

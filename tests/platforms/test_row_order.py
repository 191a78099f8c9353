"""Rows lie in a table in the order in which they came, so that equal runs make equal models."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from ml_assets.errors import DataError
from ml_assets.platforms.local import LocalPlatform
from ml_assets.references import TableName, TableVersion
from tests.support import DEV, call

NAME = TableName(catalog="mlops_dev", schema_name="fraud_detection", table="source")
SCHEMA = pa.schema({"n": pa.int64(), "x": pa.float64(), "target": pa.int64()})
BATCH, BATCHES = 3_000, 60


def _batches(start: int = 0) -> pa.RecordBatchReader:
    def rows() -> Iterator[pa.RecordBatch]:
        for number in range(BATCHES):
            first = start + number * BATCH
            numbers = list(range(first, first + BATCH))
            yield pa.record_batch(
                [numbers, [n / 7 for n in numbers], [n % 3 // 2 for n in numbers]], schema=SCHEMA
            )

    return pa.RecordBatchReader.from_batches(SCHEMA, rows())


def _numbers(table: TableVersion) -> list[int]:
    found = LocalPlatform().tables.query("select n from t", {"t": table}).read_all()
    return found.column("n").to_pylist()


def test_a_stream_is_written_and_read_in_its_order(home: Path) -> None:
    tables = LocalPlatform().tables

    created = tables.write(NAME, _batches(), mode="create", metadata={})
    appended = tables.write(NAME, _batches(BATCH * BATCHES), mode="append", metadata={})
    replaced = tables.write(NAME, _batches(), mode="replace", metadata={})

    assert _numbers(created) == list(range(BATCH * BATCHES))
    assert sorted(_numbers(appended)) == list(range(2 * BATCH * BATCHES))
    assert _numbers(replaced) == list(range(BATCH * BATCHES))
    assert [created.version, appended.version, replaced.version] == [0, 1, 2]


def test_two_preparations_of_one_source_give_the_same_rows_in_the_same_order(home: Path) -> None:
    tables = LocalPlatform().tables
    tables.write(NAME, _batches(), mode="create", metadata={})
    flags = [*DEV, "--source-table", "source"]

    done = [call("prepare_data", *flags).code for _ in range(2)]

    assert done == [0, 0]
    for side in ("train_set", "test_set"):
        name = NAME.model_copy(update={"table": side})
        first, second = (_numbers(tables.at(name, version)) for version in (0, 1))
        assert first == second == sorted(first)


def test_counts_and_nulls_of_a_written_file_are_in_the_log(home: Path) -> None:
    kinds = pa.table({
        "whole": [1, None, 3],
        "text": pa.array(["a", None, None], pa.large_string()),
        "money": [Decimal("1.50"), None, None],
    })  # fmt: skip

    written = LocalPlatform().tables.write(NAME, kinds.to_reader(), mode="create", metadata={})

    folder = home / "warehouse" / "mlops_dev" / "fraud_detection" / "source"
    files = pa.table(DeltaTable(folder, version=written.version).get_add_actions(flatten=True))
    assert files.column("num_records").to_pylist() == [3]
    assert [files.column(f"null_count.{name}")[0].as_py() for name in kinds.column_names] == [
        1, 2, 2,
    ]  # fmt: skip
    assert DeltaTable(folder).to_pyarrow_table().to_pylist() == kinds.to_pylist()


def test_a_table_with_a_constraint_still_refuses_what_it_forbids(home: Path) -> None:
    tables = LocalPlatform().tables
    tables.write(NAME, _batches(), mode="create", metadata={})
    folder = home / "warehouse" / "mlops_dev" / "fraud_detection" / "source"
    DeltaTable(folder).alter.add_constraint({"few": f"n < {BATCH * BATCHES}"})

    with pytest.raises(DataError, match="refuses these rows"):
        tables.write(NAME, _batches(1), mode="append", metadata={})

    assert DeltaTable(folder).count() == BATCH * BATCHES

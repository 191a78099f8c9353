"""A table written to a file and imported again holds the same values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from pyarrow import feather

from tests.preparation.support import ROWS, SCHEMA, Row, table_of
from tests.support import DEV, call, read_table

few = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def imported(home: Path, file: str) -> pa.Table:
    done = call("import_table", *DEV, "--table", "t", "--if-exists", "replace", file)
    assert done.code == 0, done.err
    return read_table(home, "mlops_dev.fraud_detection.t")


def same(found: pa.Table, expected: pa.Table) -> None:
    assert found.column_names == expected.column_names
    for name in expected.column_names:
        assert [*map(repr, found[name].to_pylist())] == [*map(repr, expected[name].to_pylist())]


@few
@given(rows=ROWS)
@pytest.mark.parametrize(
    ("file", "write"),
    [
        ("f.parquet", pq.write_table),
        ("f.pq", lambda t, f: pq.write_table(t, f, version="1.0", use_dictionary=False)),
        ("f.arrow", feather.write_feather),
        ("f.feather", lambda t, f: feather.write_feather(t, f, compression="zstd")),
    ],
)
def test_through_a_file_that_keeps_its_types(
    home: Path, rows: list[Row], file: str, write: Callable[[pa.Table, Path], None]
) -> None:
    table = table_of(rows)
    write(table, home.parent / file)

    found = imported(home, file)

    assert [f.type for f in found.schema] == [f.type for f in SCHEMA]
    same(found, table)


TEXTABLE = ["whole", "small", "real", "flag", "text", "day", "at", "local"]


@few
@given(rows=ROWS)
def test_through_a_csv_file(home: Path, rows: list[Row]) -> None:
    finite = [{**row, "real": _csv_number(row["real"])} for row in rows]
    table = table_of(finite).select(TEXTABLE)
    # A text that is quoted and not empty, so that no column of texts looks like another type.
    table = table.set_column(4, "text", [[_csv_text(row["text"]) for row in rows]])
    arrow_csv.write_csv(table, home.parent / "f.csv")

    found = imported(home, "f.csv")

    for name in TEXTABLE:
        if table[name].null_count < len(table):
            assert found[name].to_pylist() == table[name].to_pylist(), name


def _csv_number(value: float | None) -> float | None:
    """NaN is missing in a CSV file."""
    return None if value is None or value != value else value  # noqa: PLR0124


def _csv_text(value: str | None) -> str | None:
    """CSV files keep no line ends but their own, and a NUL ends a text in some."""
    return None if value is None else "t:" + value.replace("\0", "").replace("\r", "")


@pytest.mark.parametrize(
    ("given_type", "kept_type", "value"),
    [
        (pa.uint8(), pa.int16(), 255),
        (pa.uint32(), pa.int64(), 2**32 - 1),
        (pa.uint64(), pa.int64(), 2**63 - 1),
        (pa.float16(), pa.float32(), 0.5),
        (pa.large_string(), pa.string(), "x"),
        (pa.string_view(), pa.string(), "x"),
        (pa.dictionary(pa.int8(), pa.string()), pa.string(), "x"),
        (pa.dictionary(pa.int32(), pa.int64()), pa.int64(), 7),
        (pa.binary(2), pa.binary(), b"ab"),
        (pa.decimal128(38, 10), pa.decimal128(38, 10), Decimal("1.0000000001")),
        (pa.timestamp("s"), pa.timestamp("us"), datetime(2026, 1, 2)),  # noqa: DTZ001
        (pa.timestamp("ns", "UTC"), pa.timestamp("us", "UTC"), datetime(2026, 1, 2, tzinfo=UTC)),
        (
            pa.timestamp("us", "+02:00"),
            pa.timestamp("us", "UTC"),
            datetime(2026, 1, 2, tzinfo=UTC),
        ),
        (
            pa.timestamp("ms", "Europe/Berlin"),
            pa.timestamp("us", "UTC"),
            datetime(2026, 1, 2, tzinfo=UTC),
        ),
        (pa.null(), pa.string(), None),
    ],
    ids=str,
)
def test_types_that_tables_do_not_have_become_ones_that_they_have(
    home: Path, given_type: pa.DataType, kept_type: pa.DataType, value: Any
) -> None:
    if isinstance(given_type, pa.DictionaryType):
        column = pa.array([value, None], given_type.value_type).dictionary_encode()
        column = column.cast(given_type)
    else:
        column = pa.array([value, None]).cast(given_type)
    with pa.ipc.new_file(home.parent / "f.arrow", pa.schema([("x", given_type)])) as file:
        file.write_table(pa.table({"x": column}))

    found = imported(home, "f.arrow")

    assert found.schema.field("x").type == kept_type
    assert found["x"].to_pylist() == [value, None]


def test_many_batches_come_in_their_order(home: Path) -> None:
    rows = pa.table({"x": list(range(300_000))})
    pq.write_table(rows, home.parent / "f.parquet", row_group_size=7_777)

    assert imported(home, "f.parquet")["x"].to_pylist() == list(range(300_000))

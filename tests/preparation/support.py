"""Tables of every type, and the side on which the split puts each of their rows."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import write_deltalake
from hypothesis import strategies as st

from ml_assets.platforms.local.tables import LocalTables
from ml_assets.preparation.split import test_mark as mark_of
from ml_assets.references import TableName

SCHEMA = pa.schema([
    ("whole", pa.int64()), ("small", pa.int8()), ("real", pa.float64()), ("single", pa.float32()),
    ("flag", pa.bool_()), ("text", pa.string()), ("money", pa.decimal128(12, 3)),
    ("day", pa.date32()), ("at", pa.timestamp("us", "UTC")), ("local", pa.timestamp("us")),
    ("raw", pa.binary()),
])  # fmt: skip

_TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1))  # noqa: DTZ001
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "whole": st.integers(-(2**63), 2**63 - 1),
    "small": st.integers(-128, 127),
    "real": st.floats(),
    "single": st.floats(width=32),
    "flag": st.booleans(),
    "text": st.text(st.characters(codec="utf-8"), max_size=8),
    "money": st.decimals(Decimal("-999999.999"), Decimal("999999.999"), places=3),
    "day": st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    "at": _TIMES.map(lambda t: t.replace(tzinfo=UTC)),
    "local": _TIMES,
    "raw": st.binary(max_size=8),
}

Row = dict[str, Any]
ROWS = st.lists(
    st.fixed_dictionaries({name: st.none() | values for name, values in _VALUES.items()}),
    min_size=1,
    max_size=12,
)


def table_of(rows: Sequence[Row]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=SCHEMA)


def sides(
    rows: pa.Table, *, keys: Sequence[str] = (), test_size: float = 0.5, seed: int = 42
) -> list[bool]:
    """For each row, in order, whether it belongs to the test set."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c" / "s" / "t"
        path.mkdir(parents=True)
        write_deltalake(path, rows)
        tables = LocalTables(Path(folder))
        name = TableName(catalog="c", schema_name="s", table="t")
        mark = mark_of(
            [rows.schema.field(key) for key in keys] or list(rows.schema),
            content=not keys,
            test_size=test_size,
            seed=seed,
            dialect=tables.dialect,
        )
        found = tables.query(f"select {mark} as mark from t", {"t": tables.newest(name)})
        marks = found.read_all()["mark"]
        assert marks.null_count == 0, "a row is on neither side"
        return [bool(mark) for mark in marks.to_pylist()]


def sides_by_content(rows: Sequence[Row], **options: Any) -> dict[str, set[bool]]:
    """The sides on which rows of one content are found."""
    found: dict[str, set[bool]] = {}
    table = table_of(rows)
    for row, side in zip(table.to_pylist(), sides(table, **options), strict=True):
        found.setdefault(repr(row), set()).add(side)
    return found

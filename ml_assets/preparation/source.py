"""Where the rows come from, as one SQL query over pinned tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ml_assets.errors import DataError, NotFoundError
from ml_assets.platforms.base import Tables
from ml_assets.references import TableVersion

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Source:
    """Rows before the split.

    Attributes:
        sql: selects every row with all columns.
        tables: the pinned tables under the names they have in ``sql``.
        columns: what ``sql`` selects.
        keys: columns that say which entity a row belongs to; they do not become features.
        not_features: further columns that are left out of the sets, timestamps for example.
        unmatched: labels without features.
        labels: labels that were joined; 0 when there was no join.
    """

    sql: str
    tables: Mapping[str, TableVersion]
    columns: pa.Schema
    keys: Sequence[str]
    not_features: Sequence[str] = ()
    unmatched: int = 0
    labels: int = 0
    notes: Sequence[str] = ()

    @property
    def kept(self) -> pa.Schema:
        """The columns of the train and test set."""
        import pyarrow as pa

        left_out = {*self.keys, *self.not_features}
        return pa.schema([field for field in self.columns if field.name not in left_out])

    def only(self, features: Sequence[str] | None, target: str) -> Source:
        """The same rows with these features, the target and the keys; none takes all.

        Raises:
            NotFoundError: a feature that is not there.
        """
        if features is None:
            return self
        table = next(iter(self.tables.values()))
        require_columns(self.columns, table.table, features, flag="--feature-columns")
        left_out = set(self.columns.names) - {*features, target, *self.keys}
        return replace(self, not_features=tuple(left_out))


def table_source(tables: Tables, table: TableVersion, keys: Sequence[str], *, flag: str) -> Source:
    """All rows of one table; ``flag`` is the one that named the keys."""
    schema = tables.schema(table)
    require_columns(schema, table.table, keys, flag=flag)
    return Source(
        sql="select * from source", tables={"source": table}, columns=schema, keys=tuple(keys)
    )


def require_columns(schema: pa.Schema, table: str, wanted: Sequence[str], *, flag: str) -> None:
    """Refuse a column that the table does not have.

    Raises:
        NotFoundError: naming the columns that there are.
    """
    missing = [name for name in wanted if name not in schema.names]
    if missing:
        raise NotFoundError(
            f"Table {table} has no column {', '.join(map(repr, missing))}.",
            hint=f"Check {flag}. It has: {', '.join(schema.names)}.",
        )


def free_name(wanted: str, taken: Sequence[str]) -> str:
    """``wanted``, with as many underscores before it as it takes to be no column's name."""
    while wanted in taken:
        wanted = f"_{wanted}"
    return wanted


def only_row(tables: Tables, sql: str, sources: Mapping[str, TableVersion]) -> dict[str, int]:
    """The one row that an aggregate gives."""
    rows = tables.query(sql, sources).read_all().to_pylist()
    if len(rows) != 1:
        raise DataError(f"An aggregate gave {len(rows)} rows: {sql}")
    return rows[0]

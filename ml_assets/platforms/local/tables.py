"""Delta tables of the local warehouse, through delta-rs and its DataFusion engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ml_assets.errors import ConflictError, DataError, NotFoundError
from ml_assets.platforms.base import BATCH_ROWS, Watch, WriteMode
from ml_assets.platforms.local.commit import (
    commit,
    discard_on_failure,
    newest_data_reference,
    open_delta,
    reference,
    relayed,
)
from ml_assets.platforms.local.dialect import DataFusion
from ml_assets.platforms.local.failures import explained_read, unreadable
from ml_assets.references import TableName, TableVersion

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable

_IN_ORDER = {
    # More partitions would hand over their batches in the order in which they happen to finish.
    "datafusion.execution.target_partitions": "1",
    "datafusion.execution.batch_size": str(BATCH_ROWS),
}


class LocalTables:
    """Tables at ``<warehouse>/<catalog>/<schema>/<table>``."""

    def __init__(self, warehouse: Path) -> None:
        self.warehouse = warehouse
        self.dialect = DataFusion()

    def path(self, name: TableName) -> Path:
        """The folder of a table."""
        return self.warehouse / name.catalog / name.schema_name / name.table

    def newest(self, name: TableName) -> TableVersion:
        """The newest version."""
        return reference(name, self._open(name))

    def at(self, name: TableName, version: int) -> TableVersion:
        """This version."""
        return reference(name, self._open(name, version))

    def newest_data(self, name: TableName) -> TableVersion:
        """The version of the newest commit that changed data."""
        return newest_data_reference(name, self._open(name))

    def schema(self, table: TableVersion) -> pa.Schema:
        """Columns of this version."""
        import pyarrow as pa

        delta = self._open(table.name, table.version)
        return pa.schema(delta.schema().to_arrow())

    def query(self, sql: str, sources: Mapping[str, TableVersion]) -> pa.RecordBatchReader:
        """Stream the result of ``sql`` through DataFusion."""
        import pyarrow as pa
        from deltalake import QueryBuilder

        builder = QueryBuilder(_IN_ORDER)
        for alias, table in sources.items():
            builder = builder.register(alias, self._open(table.name, table.version))
        reader = pa.RecordBatchReader.from_stream(builder.execute(sql))
        columns = pa.schema([_plain(field) for field in reader.schema])
        return pa.RecordBatchReader.from_batches(
            columns, explained_read(reader.cast(columns), sources.values())
        )

    def write(
        self,
        name: TableName,
        batches: pa.RecordBatchReader,
        *,
        mode: WriteMode,
        metadata: Mapping[str, str],
    ) -> TableVersion:
        """Write one table in one commit."""
        path = self.path(name)
        if mode == "create" and open_delta(path) is not None:
            raise ConflictError(
                f"Table {name} exists already.",
                hint="Choose another name, or say with --if-exists whether to skip, append or "
                "replace.",
            )
        if mode == "append":
            self.check_columns(name, batches.schema)
        with discard_on_failure(path), relayed(batches) as rows:
            return commit(
                name,
                path,
                rows,
                mode="append" if mode == "append" else "overwrite",
                evolve_schema=mode == "replace",
                metadata=metadata,
            )

    def write_pair(
        self,
        sql: str,
        sources: Mapping[str, TableVersion],
        *,
        mark: str,
        names: tuple[TableName, TableName],
        columns: Sequence[str],
        metadata: Mapping[str, str],
        evolve_schema: bool,
        watch: Watch,
    ) -> tuple[TableVersion, TableVersion]:
        """Run ``sql`` once and write each of its rows to one of two tables."""
        import pyarrow as pa

        from ml_assets.platforms.local.pair import write_pair

        rows = self.query(sql, sources)
        if not evolve_schema:
            for name in names:
                self.check_columns(
                    name, pa.schema([rows.schema.field(column) for column in columns])
                )
        first, second = names
        return write_pair(
            rows,
            mark=mark,
            sides=((first, self.path(first)), (second, self.path(second))),
            columns=columns,
            metadata=metadata,
            evolve_schema=evolve_schema,
            watch=watch,
        )

    def _open(self, name: TableName, version: int | None = None) -> DeltaTable:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError, TableNotFoundError

        path = self.path(name)
        try:
            return DeltaTable(str(path), version=version)
        except TableNotFoundError as error:
            raise NotFoundError(
                f"Table {name} does not exist (looked in {path}).",
                hint="Check the name, --catalog and --schema; import_table brings a file in.",
            ) from error
        except DeltaError as error:
            if version is not None and version > (newest := self._open(name).version()):
                raise NotFoundError(
                    f"Table {name} has no version {version}: the newest is {newest}.",
                    hint="Leave the version out to take the newest.",
                ) from error
            raise unreadable(name, error) from error

    def check_columns(self, name: TableName, columns: pa.Schema) -> None:
        """Refuse columns other than those of the existing table."""
        from deltalake import Schema

        delta = open_delta(self.path(name))
        if delta is None:
            return
        there = {field.name: str(field.type) for field in delta.schema().fields}
        coming = {field.name: str(field.type) for field in Schema.from_arrow(columns).fields}
        if there == coming:
            return
        gone = sorted(there.keys() - coming.keys())
        new = sorted(coming.keys() - there.keys())
        changed = sorted(c for c in there.keys() & coming.keys() if there[c] != coming[c])
        raise DataError(
            f"The columns of {name} would change: gone {gone}, new {new}, other type {changed}.",
            hint="Pass --allow-schema-change if that is meant (prepare_data), or --if-exists "
            "replace (import_table).",
        )


def _plain(field: pa.Field[pa.DataType]) -> pa.Field[pa.DataType]:
    """``field`` as tables know it: the engine hands out views, large texts and dictionaries."""
    return field.with_type(_plain_type(field.type))


def _plain_type(kind: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    if isinstance(kind, pa.DictionaryType):
        return _plain_type(kind.value_type)
    if isinstance(kind, pa.StructType):
        return pa.struct([_plain(part) for part in kind])
    if isinstance(kind, (pa.ListType, pa.LargeListType)):
        return pa.list_(_plain(kind.value_field))
    if isinstance(kind, pa.MapType):
        return pa.map_(_plain(kind.key_field), _plain(kind.item_field))
    plain: dict[pa.DataType, pa.DataType] = {
        pa.string_view(): pa.string(),
        pa.large_string(): pa.string(),
        pa.binary_view(): pa.binary(),
        pa.large_binary(): pa.binary(),
    }
    return plain.get(kind, kind)

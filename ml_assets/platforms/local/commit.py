"""One Delta commit: the version taken from the commit itself, and nothing left of a failed one."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ml_assets.platforms.base import BATCH_ID
from ml_assets.platforms.local.failures import explained_write
from ml_assets.references import TableName, TableVersion

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable, WriterProperties

DATA_CHANGES = frozenset({
    "WRITE", "CREATE TABLE", "CREATE TABLE AS SELECT", "CREATE OR REPLACE TABLE",
    "CREATE OR REPLACE TABLE AS SELECT", "REPLACE TABLE AS SELECT", "MERGE", "UPDATE", "DELETE",
    "TRUNCATE", "RESTORE", "COPY INTO", "STREAMING UPDATE", "CLONE",
})  # fmt: skip
"""Operations in a table's history after which its rows may differ."""

_FIRST_COMMITS = 4
_ROW_GROUP = 65_536  # a writer holds a few groups in memory, and two writers run at once


def open_delta(path: Path) -> DeltaTable | None:
    """The table at ``path``, or nothing when there is none."""
    from deltalake import DeltaTable

    if path.is_dir() and DeltaTable.is_deltatable(str(path)):
        return DeltaTable(str(path))
    return None


def reference(name: TableName, delta: DeltaTable) -> TableVersion:
    """``delta``, as loaded, by its exact name."""
    return TableVersion(
        table=str(name),
        version=delta.version(),
        rows=delta.count(),
        table_id=str(delta.metadata().id),
        batch_id=batch_of(delta),
    )


def batch_of(delta: DeltaTable) -> str | None:
    """The preparation whose rows these are; OPTIMIZE, VACUUM and the like change none."""
    for entry in commits_back(delta):
        if entry["operation"] in DATA_CHANGES:
            return entry.get(BATCH_ID)
    return None


def commits_back(delta: DeltaTable) -> Iterator[dict[str, Any]]:
    """The commits from the loaded version backwards, read a few at a time."""
    from deltalake import DeltaTable

    # A history begins with the newest commit whatever version is loaded, and is numbered wrongly
    # when that is another one.
    newest = DeltaTable(delta.table_uri)
    seen = newest.version() - delta.version()
    limit = seen + _FIRST_COMMITS
    while True:
        entries = newest.history(limit)
        yield from entries[seen:]
        if len(entries) < limit:
            return
        seen, limit = limit, limit * 4


def commit(
    name: TableName,
    path: Path,
    batches: pa.RecordBatchReader,
    *,
    mode: Literal["append", "overwrite"],
    evolve_schema: bool,
    metadata: Mapping[str, str],
) -> TableVersion:
    """Write ``batches`` in one commit and name the version that it made.

    Raises:
        ConflictError: somebody else committed meanwhile.
        DataError: the table refuses the rows.
    """
    from deltalake import CommitProperties, DeltaTable, write_deltalake

    properties = CommitProperties(custom_metadata=dict(metadata))
    writer = _writer_properties(batches.schema)
    delta = open_delta(path)
    if delta is None:
        with explained_write(name):
            path.mkdir(parents=True, exist_ok=True)
            write_deltalake(
                path, batches, mode="error", writer_properties=writer, commit_properties=properties
            )
        return reference(name, DeltaTable(str(path), version=0))
    with explained_write(name):
        write_deltalake(
            delta,
            batches,
            mode=mode,
            schema_mode="overwrite" if evolve_schema else None,
            writer_properties=writer,
            commit_properties=properties,
        )
    return reference(name, delta)


def restore(path: Path, version: int) -> None:
    """Bring the table back to ``version``, and to the preparation whose rows that has."""
    from deltalake import CommitProperties, DeltaTable

    batch_id = batch_of(DeltaTable(str(path), version=version))
    metadata = {} if batch_id is None else {BATCH_ID: batch_id}
    DeltaTable(str(path)).restore(
        version, commit_properties=CommitProperties(custom_metadata=metadata)
    )


def _writer_properties(schema: pa.Schema) -> WriterProperties:
    """No dictionary for floats: it would take most of the time and make the files larger."""
    from deltalake import ColumnProperties, WriterProperties
    from pyarrow import types

    plain = ColumnProperties(dictionary_enabled=False)
    return WriterProperties(
        max_row_group_size=_ROW_GROUP,
        compression="SNAPPY",
        column_properties={field.name: plain for field in schema if types.is_floating(field.type)},
    )


@contextmanager
def relayed(batches: pa.RecordBatchReader) -> Generator[pa.RecordBatchReader, None, None]:
    """``batches``, whose own error comes out as it was raised, not as the writer retells it."""
    import pyarrow as pa

    raised: list[Exception] = []

    def rows() -> Iterator[pa.RecordBatch]:
        try:
            yield from batches
        except Exception as error:
            raised.append(error)
            raise

    try:
        yield pa.RecordBatchReader.from_batches(batches.schema, rows())
    except Exception as error:
        if raised:
            raise raised[0] from error
        raise


@contextmanager
def discard_on_failure(path: Path) -> Generator[None, None, None]:
    """Delete what a failed write left at ``path``: files that no commit names.

    Only for the one process that may write there, which holds the table's lock.
    """
    before = files_in(path)
    done = False
    try:
        yield
        done = True
    finally:
        if not done:
            _delete_uncommitted(path, before)


def files_in(path: Path) -> set[Path]:
    """Every file below ``path``; none when there is no such folder."""
    return {file for file in path.rglob("*") if file.is_file()}


def delete_new(path: Path, before: set[Path]) -> None:
    """Delete what came to ``path`` since it held ``before``, and the folders left empty."""
    for file in files_in(path) - before:
        file.unlink()
    for folder in sorted((path, *path.rglob("*")), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _delete_uncommitted(path: Path, before: set[Path]) -> None:
    delta = open_delta(path)
    if delta is None:
        delete_new(path, before)
        return
    committed = {Path(uri) for uri in delta.file_uris()}
    for file in files_in(path) - before - committed:
        if "_delta_log" not in file.parts:
            file.unlink(missing_ok=True)

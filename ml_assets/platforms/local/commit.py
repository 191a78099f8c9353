"""One Delta commit: the version taken from the commit itself, and nothing left of a failed one."""

from __future__ import annotations

import uuid
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from ml_assets.platforms.base import BATCH_ID
from ml_assets.platforms.local.failures import explained_write, unreadable
from ml_assets.platforms.local.ordered_write import takes_plain_files, write_in_order
from ml_assets.platforms.local.protocol import declare_zoneless_times
from ml_assets.references import TableName, TableVersion

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import CommitProperties, DeltaTable

DATA_CHANGES = frozenset({
    "WRITE", "CREATE TABLE", "CREATE TABLE AS SELECT", "CREATE OR REPLACE TABLE",
    "CREATE OR REPLACE TABLE AS SELECT", "REPLACE TABLE AS SELECT", "MERGE", "UPDATE", "DELETE",
    "TRUNCATE", "RESTORE", "COPY INTO", "STREAMING UPDATE", "CLONE",
})  # fmt: skip
"""Operations in a table's history after which its rows may differ."""

_COMMIT_ID = "ml_assets.commit_id"
_FIRST_COMMITS = 4


def open_delta(path: Path) -> DeltaTable | None:
    """The table at ``path``, or nothing when there is none.

    Raises:
        DataError: its log cannot be read.
    """
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError

    if not (path.is_dir() and DeltaTable.is_deltatable(str(path))):
        return None
    try:
        return DeltaTable(str(path))
    except DeltaError as error:
        raise unreadable(path, error) from error


def reference(name: TableName, delta: DeltaTable) -> TableVersion:
    """``delta``, as loaded, by its exact name."""
    from deltalake import DeltaTable

    return _named(name, delta, _data_commit(delta, DeltaTable(delta.table_uri)))


def newest_data_reference(name: TableName, newest: DeltaTable) -> TableVersion:
    """The version of the newest commit that changed rows; OPTIMIZE and the like change none.

    Args:
        name: of the table.
        newest: the table, just opened.
    """
    entry = _data_commit(newest, newest)
    if entry is not None and int(entry["version"]) != newest.version():
        newest.load_as_version(int(entry["version"]))
    return _named(name, newest, entry)


def _named(name: TableName, delta: DeltaTable, entry: Mapping[str, Any] | None) -> TableVersion:
    return TableVersion(
        table=str(name),
        version=delta.version(),
        rows=_count(delta),
        table_id=str(delta.metadata().id),
        batch_id=entry.get(BATCH_ID) if entry else None,
    )


def _count(delta: DeltaTable) -> int:
    """The rows of the loaded version, read where a file's statistics do not say how many."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from deltalake import QueryBuilder

    known = pa.table(delta.get_add_actions()).column("num_records")
    if not known.null_count:
        return int(pc.sum(known).as_py() or 0)
    counted = QueryBuilder().register("t", delta).execute("select count(*) as n from t")
    return int(pa.RecordBatchReader.from_stream(counted).read_all().column("n")[0].as_py())


def _data_commit(delta: DeltaTable, newest: DeltaTable) -> dict[str, Any] | None:
    """The commit that made the rows of the loaded version."""
    return next((e for e in _commits_back(delta, newest) if e["operation"] in DATA_CHANGES), None)


def _commits_back(delta: DeltaTable, newest: DeltaTable) -> Iterator[dict[str, Any]]:
    """The commits from the loaded version backwards, read a few at a time."""
    # A history begins with the newest commit whatever version is loaded, and is numbered wrongly
    # when that is another one.
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
    from deltalake import CommitProperties

    commit_id = uuid.uuid4().hex
    properties = CommitProperties(custom_metadata={**metadata, _COMMIT_ID: commit_id})
    with explained_write(name):
        delta = open_delta(path)
        if delta is None:
            path.mkdir(parents=True, exist_ok=True)
        elif evolve_schema:
            declare_zoneless_times(delta, batches.schema)
        if delta is None or takes_plain_files(delta):
            write_in_order(
                path,
                delta,
                batches,
                mode=mode,
                evolve_schema=evolve_schema,
                properties=properties,
            )
        else:
            _write_by_its_rules(
                delta, batches, mode=mode, evolve_schema=evolve_schema, properties=properties
            )
    return reference(name, _committed(path, commit_id))


def _write_by_its_rules(
    delta: DeltaTable,
    batches: pa.RecordBatchReader,
    *,
    mode: Literal["append", "overwrite"],
    evolve_schema: bool,
    properties: CommitProperties,
) -> None:
    """Leave it to delta-rs, which knows constraints and the like, and keeps no order."""
    from deltalake import write_deltalake

    write_deltalake(
        delta,
        batches,
        mode=mode,
        schema_mode="overwrite" if evolve_schema else None,
        commit_properties=properties,
    )


def _committed(path: Path, commit_id: str) -> DeltaTable:
    """The table as this commit left it, whatever was committed since."""
    from deltalake import DeltaTable

    delta = DeltaTable(str(path))
    version = next(
        int(entry["version"])
        for entry in _commits_back(delta, delta)
        if entry.get(_COMMIT_ID) == commit_id
    )
    return delta if version == delta.version() else DeltaTable(str(path), version=version)


def restore(path: Path, version: int) -> None:
    """Bring the table back to ``version``, and to the preparation whose rows that has."""
    from deltalake import CommitProperties, DeltaTable

    newest = DeltaTable(str(path))
    made_by = _data_commit(DeltaTable(str(path), version=version), newest) or {}
    metadata = {BATCH_ID: made_by[BATCH_ID]} if BATCH_ID in made_by else {}
    newest.restore(version, commit_properties=CommitProperties(custom_metadata=metadata))


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
    for file in files_in(path) - before - _committed_files(path, delta):
        if "_delta_log" not in file.parts:
            file.unlink(missing_ok=True)


def _committed_files(path: Path, delta: DeltaTable) -> set[Path]:
    """The data files of the loaded version; a log writes their names as addresses, encoded."""
    import pyarrow as pa

    names = pa.table(delta.get_add_actions()).column("path").to_pylist()
    return {path / unquote(name) for name in names}

"""Parquet and Arrow files, whose types are in the file."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ml_assets.errors import DataError
from ml_assets.importing.names import clean_names
from ml_assets.importing.source_file import FileFormat, SourceFile, check_table_columns
from ml_assets.platforms.base import BATCH_ROWS

if TYPE_CHECKING:
    import pyarrow as pa


def open_arrow_file(path: Path, kind: FileFormat, *, clean: bool) -> SourceFile:
    """Open a Parquet or Arrow file.

    Raises:
        DataError: it is none, or has columns that a table cannot have.
    """
    import pyarrow as pa

    with _explained(path, kind):
        found = _schema(path, kind)
    names = clean_names(found.names) if clean else found.names
    columns = pa.schema(
        [pa.field(name, _table_type(field.type)) for name, field in zip(names, found, strict=True)]
    )
    check_table_columns(columns, path)

    def read(seen: Callable[[int], None]) -> pa.RecordBatchReader:
        return pa.RecordBatchReader.from_batches(columns, _batches(path, kind, columns, seen))

    return SourceFile(path=path, columns=columns, read=read)


def _schema(path: Path, kind: FileFormat) -> pa.Schema:
    from pyarrow import ipc, parquet

    if kind == "parquet":
        return parquet.read_schema(path)
    with ipc.open_file(path) as file:
        return file.schema


def _batches(
    path: Path, kind: FileFormat, columns: pa.Schema, seen: Callable[[int], None]
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    size, done = path.stat().st_size, 0
    for batch, rows in _explained_batches(path, kind):
        done += batch.num_rows
        try:
            cast = [
                column.cast(field.type)
                for column, field in zip(batch.columns, columns, strict=True)
            ]
        except pa.ArrowInvalid as error:
            raise DataError(
                f"{path} holds a value that a table cannot: {error}",
                hint="Tables keep times in microseconds and integers of at most 64 bits.",
            ) from error
        seen(size * done // max(rows, 1))
        yield pa.record_batch(cast, schema=columns)


def _explained_batches(path: Path, kind: FileFormat) -> Iterator[tuple[pa.RecordBatch, int]]:
    with _explained(path, kind):
        yield from _raw_batches(path, kind)


@contextmanager
def _explained(path: Path, kind: FileFormat) -> Generator[None, None, None]:
    """Turn what the reader says into an error that names the file."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowIOError, OSError) as error:
        raise DataError(
            f"{path} cannot be read as {kind}: {error}",
            hint="Is the file whole, and --format right?",
        ) from error


def _raw_batches(path: Path, kind: FileFormat) -> Iterator[tuple[pa.RecordBatch, int]]:
    """Batches, each with the number of rows in the file."""
    from pyarrow import ipc, parquet

    if kind == "parquet":
        with parquet.ParquetFile(path, page_checksum_verification=True) as file:
            for batch in file.iter_batches(BATCH_ROWS):
                yield batch, file.metadata.num_rows
        return
    with ipc.open_file(path) as file:
        count = file.num_record_batches
        for position in range(count):
            whole = file.get_batch(position)
            for start in range(0, whole.num_rows, BATCH_ROWS):
                yield whole.slice(start, BATCH_ROWS), whole.num_rows * count


def _table_type(kind: pa.DataType) -> pa.DataType:
    """The type in which a table keeps this one."""
    import pyarrow as pa
    from pyarrow import types

    if isinstance(kind, pa.DictionaryType):
        return _table_type(kind.value_type)
    if isinstance(kind, pa.TimestampType):
        return pa.timestamp("us", kind.tz and "UTC")
    if types.is_fixed_size_binary(kind):
        return pa.binary()
    widened: dict[pa.DataType, pa.DataType] = {
        pa.null(): pa.string(),
        pa.large_string(): pa.string(),
        pa.string_view(): pa.string(),
        pa.large_binary(): pa.binary(),
        pa.binary_view(): pa.binary(),
        pa.date64(): pa.date32(),
        pa.float16(): pa.float32(),
        pa.uint8(): pa.int16(),
        pa.uint16(): pa.int32(),
        pa.uint32(): pa.int64(),
        pa.uint64(): pa.int64(),
    }
    return widened.get(kind, kind)

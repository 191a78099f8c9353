"""What delta-rs raises, as errors that name the table and say what to do."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ml_assets.errors import ConflictError, DataError
from ml_assets.references import TableName, TableVersion

if TYPE_CHECKING:
    import pyarrow as pa


@contextmanager
def explained_write(name: TableName) -> Generator[None, None, None]:
    """Explain why a write to ``name`` failed.

    Raises:
        ConflictError: somebody else committed meanwhile.
        DataError: the table refuses the rows (a constraint, a type), or the disk does.
    """
    from deltalake.exceptions import CommitFailedError, DeltaError

    try:
        yield
    except CommitFailedError as error:
        raise ConflictError(
            f"Table {name} did not take the commit: {first_line(error)}",
            hint="Another writer, or the table's property delta.appendOnly, is in the way.",
        ) from error
    except DeltaError as error:
        raise DataError(
            f"Table {name} refuses these rows: {first_line(error)}",
            hint="Look at the table's constraints and columns, or write to another table.",
        ) from error
    except OSError as error:
        raise DataError(
            f"Table {name} cannot be written: {error}",
            hint="Look at the folder that ML_ASSETS_HOME names: its space and permissions.",
        ) from error


def explained_read(
    batches: pa.RecordBatchReader, tables: Iterable[TableVersion]
) -> Iterator[pa.RecordBatch]:
    """``batches``, and why they end too early.

    Raises:
        DataError: a file of one of ``tables`` is missing or damaged.
    """
    import pyarrow as pa

    try:
        yield from batches
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(
            f"{' or '.join(map(str, tables))} cannot be read to its end: {first_line(error)}",
            hint="A data file is missing or damaged (VACUUM deletes those of older versions): "
            "restore the table, or write it anew.",
        ) from error


def unreadable(table: TableName | Path, error: Exception) -> DataError:
    """The error for a table whose log cannot be read."""
    return DataError(
        f"Table {table} cannot be read: {first_line(error)}",
        hint="Its log is damaged or of a kind that is not supported: restore it, or delete it.",
    )


def first_line(error: Exception) -> str:
    """The message without the backtrace and the preview of rows."""
    return str(error).split("\n", maxsplit=1)[0].strip()

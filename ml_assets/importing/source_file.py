"""A file that can be streamed more than once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ml_assets.errors import DataError, NotFoundError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

FileFormat = Literal["csv", "parquet", "arrow"]

_SUFFIXES: dict[str, FileFormat] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
}


@dataclass(frozen=True)
class SourceFile:
    """A file's columns, and its rows as often as they are asked for.

    Attributes:
        path: the file.
        columns: names and types of what ``read`` yields.
        read: opens the rows anew; the callable is told the bytes that were read.
        warnings: what the user should know.
    """

    path: Path
    columns: pa.Schema
    read: Callable[[Callable[[int], None]], pa.RecordBatchReader]
    warnings: tuple[str, ...] = ()


def require_file(path: Path) -> Path:
    """``path``, when it is a file with something in it.

    Raises:
        NotFoundError: there is nothing there.
        DataError: it is a folder, cannot be read or is empty.
    """
    if not path.exists():
        raise NotFoundError(f"There is no file {path}.", hint="Check the path.")
    if not path.is_file():
        raise DataError(f"{path} is not a file.", hint="Name one CSV, Parquet or Arrow file.")
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise DataError(f"{path} is empty.", hint="Is this the right file?")
    except PermissionError as error:
        raise DataError(f"{path} cannot be read: {error}", hint="Check its permissions.") from error
    return path


def format_of(path: Path, given: FileFormat | None) -> FileFormat:
    """The given format, else what the name's ending says.

    Raises:
        UsageError: the ending says nothing.
    """
    if given is not None:
        return given
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    if suffixes and suffixes[-1] in _SUFFIXES:
        return _SUFFIXES[suffixes[-1]]
    raise UsageError(
        f"The name {path.name!r} does not say what the file is.",
        hint="Say it with --format csv, parquet or arrow.",
    )


def check_table_columns(schema: pa.Schema, path: Path) -> None:
    """Refuse columns that a table cannot have.

    Raises:
        DataError: two columns of one name, a name that tables refuse, or a nested type.
    """
    if not schema.names:
        raise DataError(f"{path} has no columns.", hint="Is this the right file?")
    seen: dict[str, str] = {}
    for name in schema.names:
        if (other := seen.get(name.lower())) is not None:
            raise DataError(
                f"{path} has the columns {other!r} and {name!r}, which a table takes for one.",
                hint="Rename one of them in the file.",
            )
        seen[name.lower()] = name
    bad = [name for name in schema.names if not is_table_column(name)]
    if bad:
        raise DataError(
            f"{path} has column names that tables refuse: {', '.join(map(repr, bad))}.",
            hint="--clean-names puts an underscore for everything but letters and digits. (Is "
            "--delimiter right?)",
        )
    if refused := [field for field in schema if not _is_table_type(field.type)]:
        named = ", ".join(f"{field.name} ({field.type})" for field in refused)
        raise DataError(
            f"{path} has columns of types that are not imported: {named}.",
            hint="Flatten nested columns, and turn spans of time into numbers, before the import.",
        )


def _is_table_type(kind: pa.DataType) -> bool:
    from pyarrow import types

    return any(
        fits(kind)
        for fits in (
            types.is_boolean,
            types.is_integer,
            types.is_floating,
            types.is_decimal128,
            types.is_string,
            types.is_binary,
            types.is_date,
            types.is_timestamp,
        )
    )


_REFUSED = set(" ,;{}()\n\t=.`\"'")


def is_table_column(name: str) -> bool:
    """Whether Delta tables, with and without column mapping, take this name."""
    return bool(name) and len(name) <= 255 and not _REFUSED & set(name) and name.isprintable()

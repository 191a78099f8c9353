"""Text files with separated columns, their types found in the whole file."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml_assets.errors import DataError, NotFoundError
from ml_assets.importing.csv_types import TypeFinder, TypeName, arrow_type, convert
from ml_assets.importing.names import clean_names
from ml_assets.importing.source_file import SourceFile, check_table_columns

if TYPE_CHECKING:
    import pyarrow as pa

NULL_VALUES = (
    "",
    "#N/A",
    "N/A",
    "NA",
    "n/a",
    "<NA>",
    "NULL",
    "null",
    "NaN",
    "nan",
    "-NaN",
    "-nan",
)
"""Texts that mean missing, unless they stand in quotes."""

_BLOCK_BYTES = 4 << 20
_CHUNK_BYTES = 1 << 16
_OTHER_DELIMITERS = ";\t|"


@dataclass(frozen=True)
class CsvOptions:
    """How to read the text.

    Attributes:
        delimiter: between two values.
        null_values: further texts that mean missing.
        types: of the columns whose type is not to be found out.
        table_types: the same, from the table that the rows are added to.
        clean: whether to make the column names fit for tables.
    """

    delimiter: str
    null_values: Sequence[str]
    types: Mapping[str, TypeName]
    table_types: Mapping[str, TypeName]
    clean: bool


def open_csv_file(path: Path, options: CsvOptions, seen: Callable[[int], None]) -> SourceFile:
    """Find every column's type by reading the whole file once; ``seen`` is told the bytes read.

    Raises:
        DataError: the text is not separated columns in UTF-8, or has columns that a table cannot
            have.
        NotFoundError: a type is given for a column that is not there.
    """
    import pyarrow as pa

    raw = _header(path, options.delimiter)
    names = clean_names(raw) if options.clean else raw
    check_table_columns(pa.schema([(name, pa.string()) for name in names]), path)
    if unknown := sorted(options.types.keys() - set(names)):
        raise NotFoundError(
            f"{path} has no column {', '.join(map(repr, unknown))}.",
            hint=f"Check --types. It has: {', '.join(names)}.",
        )
    known: dict[str, TypeName] = {**options.table_types, **options.types}
    finder = TypeFinder(names, {name: known[name] for name in names if name in known})
    last: pa.RecordBatch | None = None
    for batch in _texts(path, names, options, seen):
        finder.see(batch)
        last = batch if batch.num_rows else last
    if last is None:
        raise DataError(f"{path} has a header and no rows.", hint="Is the file whole?")
    _refuse_open_quote(path, last.slice(last.num_rows - 1))
    types = finder.types
    columns = pa.schema([(name, arrow_type(types[name])) for name in names])

    def read(seen: Callable[[int], None]) -> pa.RecordBatchReader:
        return pa.RecordBatchReader.from_batches(
            columns,
            (_converted(batch, types, columns) for batch in _texts(path, names, options, seen)),
        )

    return SourceFile(path, columns, read, tuple(_warnings(raw, finder.unfilled)))


def _warnings(header: Sequence[str], unfilled: Sequence[str]) -> list[str]:
    found = [f"column {name!r} has no value in any row" for name in unfilled]
    if len(header) == 1 and any(other in header[0] for other in _OTHER_DELIMITERS):
        found.append(f"there is one column, {header[0]!r}: is --delimiter right?")
    return found


def _refuse_open_quote(path: Path, last_row: pa.RecordBatch) -> None:
    """Refuse a quote that is never closed: it takes the rest of the file into one value."""
    if not any("\n" in (value or "") for value in last_row.to_pylist()[0].values()):
        return
    if sum(chunk.count(b'"') for chunk in _chunks(path)) % 2:
        raise DataError(
            f"{path} has a quote that is opened and not closed before the file ends.",
            hint='Close it, or write a quote within a value twice: ""',
        )


def _chunks(path: Path) -> Iterator[bytes]:
    import pyarrow as pa

    with pa.input_stream(str(path), compression="detect") as stream:
        yield from iter(lambda: stream.read(_CHUNK_BYTES), b"")


def _header(path: Path, delimiter: str) -> list[str]:
    with _explained(path):
        lines = _lines(codecs.iterdecode(_chunks(path), "utf-8-sig"))
        names = next(csv.reader(lines, delimiter=delimiter), [])
    if not any(names):
        raise DataError(f"{path} has no header.", hint="Its first line has to name the columns.")
    return names


def _lines(chunks: Iterator[str]) -> Iterator[str]:
    """Lines with their ends, as the csv module wants them."""
    rest = ""
    for chunk in chunks:
        *whole, rest = (rest + chunk).splitlines(keepends=True) or [""]
        yield from whole
    yield rest


def _texts(
    path: Path, names: Sequence[str], options: CsvOptions, seen: Callable[[int], None]
) -> Iterator[pa.RecordBatch]:
    """The rows as texts, under ``names``."""
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    with _explained(path), path.open("rb") as file:
        stream: Any = pa.PythonFile(file, mode="r")
        if path.suffix.lower() == ".gz":
            stream = pa.CompressedInputStream(stream, "gzip")
        reader = arrow_csv.open_csv(
            stream,
            read_options=arrow_csv.ReadOptions(
                column_names=list(names), skip_rows=0, block_size=_BLOCK_BYTES
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=options.delimiter, newlines_in_values=True
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[*NULL_VALUES, *options.null_values],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        first = True
        for batch in reader:
            yield batch.slice(1) if first else batch
            first = False
            seen(file.tell())


def _converted(
    batch: pa.RecordBatch, types: Mapping[str, TypeName], columns: pa.Schema
) -> pa.RecordBatch:
    import pyarrow as pa

    return pa.record_batch(
        [
            convert(column, name, types[name])
            for name, column in zip(columns.names, batch.columns, strict=True)
        ],
        schema=columns,
    )


@contextmanager
def _explained(path: Path) -> Generator[None, None, None]:
    """Turn what the parser says into an error that names the file."""
    import pyarrow as pa

    try:
        yield
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not UTF-8 text: {error}", hint="Convert it first (iconv, for example)."
        ) from error
    except (pa.ArrowInvalid, pa.ArrowIOError, csv.Error, OSError) as error:
        raise DataError(
            f"{path} cannot be read as separated columns: {error}",
            hint="Check --delimiter, and that every line has as many values as the header.",
        ) from error

"""Stream a file into a table of the warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, field_validator

from ml_assets.errors import ConflictError, NotFoundError, UsageError
from ml_assets.importing.csv_types import TypeName
from ml_assets.importing.source_file import FileFormat
from ml_assets.platforms.base import Platform, WriteMode
from ml_assets.progress import Progress, silent
from ml_assets.references import ColumnName, TableRef, TableVersion
from ml_assets.steps.base import Step, StepParams, StepResult

if TYPE_CHECKING:
    import pyarrow as pa

    from ml_assets.importing.source_file import SourceFile

_LOCK_SECONDS = 3600.0


class ImportTableParams(StepParams):
    """Which file, into which table, and how to read it."""

    file: Path = Field(
        description="CSV (also gzipped), Parquet or Arrow file.",
        json_schema_extra={"positional": True},
    )
    table_name: TableRef = Field(alias="table", description="Table to write.")
    format: FileFormat | None = Field(
        default=None, description="What the file is (found out from its name if left out)."
    )
    delimiter: str | None = Field(
        default=None,
        min_length=1,
        max_length=1,
        description="CSV: what separates two values (a comma, or a tab in .tsv files, if left "
        "out).",
    )
    null_values: list[str] = Field(
        default_factory=list,
        description="CSV: texts that mean missing, besides the usual ones (empty, NA, NULL, NaN).",
    )
    types: dict[ColumnName, TypeName] = Field(
        default_factory=dict,
        description="CSV: types that are not to be found out, as column=type: integer, number, "
        "boolean, date, timestamp, timestamp_utc or text.",
    )
    clean_names: bool = Field(
        default=False, description="Make column names fit for tables with underscores."
    )
    if_exists: Literal["error", "skip", "append", "replace"] = Field(
        default="error", description="What to do when the table exists already."
    )

    @field_validator("delimiter", mode="before")
    @classmethod
    def _tab_by_name(cls, value: object) -> object:
        return "\t" if value in ("\\t", "tab") else value

    @field_validator("delimiter")
    @classmethod
    def _one_byte(cls, value: str | None) -> str | None:
        if value is not None and (not value.isascii() or value in '"\r\n'):
            raise ValueError("has to be one ASCII character, and no quote or line end")
        return value


class ImportedTable(StepResult):
    """The table that was written, or that was there already."""

    table: TableVersion
    written: bool
    rows: int
    columns: dict[str, str]
    source: str
    warnings: list[str]

    def summary(self) -> list[str]:
        """Table, rows, columns."""
        if not self.written:
            return [f"{self.table} exists already ({self.table.rows:,} rows): nothing to do"]
        columns = ", ".join(f"{name} {kind}" for name, kind in self.columns.items())
        return [
            f"imported   {self.source}  {self.rows:,} rows",
            f"table      {self.table}  {self.table.rows:,} rows, {len(self.columns)} columns",
            f"columns    {columns}",
            *(f"warning: {warning}" for warning in self.warnings),
        ]


def run(
    params: ImportTableParams, platform: Platform, progress: Progress = silent
) -> ImportedTable:
    """Read the file once to know its types, then once more to write it, in one commit."""
    name = params.table(params.table_name)
    with platform.lock(f"table-{name}", wait_seconds=_LOCK_SECONDS):
        existing = _existing(params, platform)
        if existing is not None and params.if_exists == "skip":
            return _left_alone(params, platform, existing)
        appended = existing if params.if_exists == "append" else None
        source = _open(params, progress, appended and platform.tables.schema(appended))
        size = source.path.stat().st_size
        mode: dict[str, WriteMode] = {"append": "append", "replace": "replace"}
        table = platform.tables.write(
            name,
            source.read(lambda done: progress("write", done, size)),
            mode=mode.get(params.if_exists, "create"),
            metadata={"ml_assets.file": source.path.name, "ml_assets.file_bytes": str(size)},
        )
    return ImportedTable(
        table=table,
        written=True,
        rows=table.rows - (appended.rows if appended else 0),
        columns={field.name: str(field.type) for field in source.columns},
        source=str(source.path),
        warnings=list(source.warnings),
    )


def _existing(params: ImportTableParams, platform: Platform) -> TableVersion | None:
    """The table that is there, unless that is an error."""
    name = params.table(params.table_name)
    try:
        table = platform.tables.newest(name)
    except NotFoundError:
        return None
    if params.if_exists == "error":
        raise ConflictError(
            f"Table {name} exists already.",
            hint="Choose another name, or say with --if-exists whether to skip, append or replace.",
        )
    return table


def _left_alone(
    params: ImportTableParams, platform: Platform, table: TableVersion
) -> ImportedTable:
    schema = platform.tables.schema(table)
    return ImportedTable(
        table=table,
        written=False,
        rows=0,
        columns={field.name: str(field.type) for field in schema},
        source=str(params.file),
        warnings=[],
    )


def _open(
    params: ImportTableParams, progress: Progress, appended_to: pa.Schema | None
) -> SourceFile:
    from ml_assets.importing.arrow_files import open_arrow_file
    from ml_assets.importing.csv_file import CsvOptions, open_csv_file
    from ml_assets.importing.csv_types import type_names
    from ml_assets.importing.source_file import format_of, require_file

    path = require_file(params.file)
    kind = format_of(path, params.format)
    if kind != "csv":
        _refuse_csv_options(params, kind)
        return open_arrow_file(path, kind, clean=params.clean_names)
    options = CsvOptions(
        delimiter=params.delimiter or ("\t" if ".tsv" in path.suffixes else ","),
        null_values=params.null_values,
        types=params.types,
        table_types=type_names(appended_to) if appended_to is not None else {},
        clean=params.clean_names,
    )
    size = path.stat().st_size
    return open_csv_file(path, options, lambda done: progress("types", done, size))


def _refuse_csv_options(params: ImportTableParams, kind: FileFormat) -> None:
    given = sorted(params.model_fields_set & {"delimiter", "null_values", "types"})
    if given:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise UsageError(
            f"{flags} is for CSV files, and {params.file} is read as {kind}.",
            hint="Leave it out: the file says its types itself.",
        )


STEP = Step(
    name="import_table",
    summary="Stream a CSV, Parquet or Arrow file into a Delta table.",
    params=ImportTableParams,
    result=ImportedTable,
    run=run,
)

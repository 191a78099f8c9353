"""What the UI shows of an artefact: numbers first, they are plotted over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from ml_assets.platforms.base import Tables
from ml_assets.references import TableVersion

if TYPE_CHECKING:
    import pyarrow as pa


def data_version(table: TableVersion) -> str:
    """The Delta version, and the id of the table that it is a version of."""
    return f"v{table.version}-{table.table_id[:8]}"


def table_metadata(tables: Tables, table: TableVersion) -> dict[str, Any]:
    """Name, size, columns and version of a table."""
    return {
        "dagster/table_name": table.table,
        "dagster/row_count": table.rows,
        "dagster/column_schema": _columns(tables.schema(table)),
        "delta_version": table.version,
    }


def warnings_metadata(warnings: Sequence[str]) -> dict[str, Any]:
    """How many warnings there were, and which, when there were any."""
    if not warnings:
        return {"warnings": 0}
    texts = dg.MetadataValue.md("\n".join(f"- {text}" for text in warnings))
    return {"warnings": len(warnings), "warning_texts": texts}


def _columns(schema: pa.Schema) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=field.name,
                type=str(field.type),
                constraints=dg.TableColumnConstraints(nullable=field.nullable),
            )
            for field in schema
        ]
    )

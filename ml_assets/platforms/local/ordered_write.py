"""Rows written to a Delta table in the order in which they come.

delta-rs's own writer hands batches to several threads and writes them as they finish: the same
rows make a table of another order each time, and from another order LightGBM makes another model.
Here the data files are written one after the other, and delta-rs only commits them.
"""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import CommitProperties, DeltaTable
    from deltalake.transaction import AddAction

_ROW_GROUP = 65_536  # rows that a writer holds in memory, and a reader later
_FILE_BYTES = 100 * 2**20
_PLAIN_VERSION = 2
"""Protocol version up to which a table asks no more of a writer than its columns."""
_PLAIN_FEATURES = frozenset({"appendOnly", "invariants", "timestampNtz"})


def takes_plain_files(delta: DeltaTable) -> bool:
    """Whether its rows follow no rule: no partition, constraint, generated or mapped column."""
    protocol = delta.protocol()
    if delta.metadata().partition_columns or "delta.invariants" in delta.schema().to_json():
        return False
    if protocol.writer_features is None:
        return protocol.min_writer_version <= _PLAIN_VERSION
    return _PLAIN_FEATURES.issuperset(protocol.writer_features)


def write_in_order(
    path: Path,
    delta: DeltaTable | None,
    batches: pa.RecordBatchReader,
    *,
    mode: Literal["append", "overwrite"],
    evolve_schema: bool,
    properties: CommitProperties,
) -> None:
    """Write ``batches`` into ``delta``, or into a new table at ``path``, in one commit."""
    import pyarrow as pa
    from deltalake import Schema
    from deltalake.transaction import create_table_with_add_actions

    if delta is None or evolve_schema:
        columns = Schema.from_arrow(batches.schema)
    else:
        columns = delta.schema()
    added = _write_files(path, _row_groups(batches, pa.schema(columns.to_arrow())))
    if delta is None:
        create_table_with_add_actions(
            str(path), columns, added, mode="error", commit_properties=properties
        )
    else:
        delta.create_write_transaction([*added], mode, columns, commit_properties=properties)


def _row_groups(batches: pa.RecordBatchReader, columns: pa.Schema) -> Iterator[pa.Table]:
    """The rows in pieces of about ``_ROW_GROUP``, as the table's columns."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(part.num_rows for part in held) >= _ROW_GROUP:
            yield pa.Table.from_batches(held).select(columns.names).cast(columns)
            held.clear()
    if any(part.num_rows for part in held):
        yield pa.Table.from_batches(held).select(columns.names).cast(columns)


def _write_files(path: Path, groups: Iterator[pa.Table]) -> list[AddAction]:
    write_id = uuid.uuid4()
    added: list[AddAction] = []
    while (first := next(groups, None)) is not None:
        file = path / f"part-{len(added):05d}-{write_id}-c000.snappy.parquet"
        added.append(_write_file(file, first, groups))
    return added


def _write_file(file: Path, first: pa.Table, further: Iterator[pa.Table]) -> AddAction:
    """Write groups to ``file`` until it is large enough."""
    from deltalake.transaction import AddAction
    from pyarrow.parquet import ParquetWriter

    rows, nulls = 0, Counter[str]()
    with ParquetWriter(
        file,
        first.schema,
        compression="snappy",
        use_dictionary=_with_dictionary(first.schema),  # pyright: ignore[reportArgumentType]
    ) as writer:
        for group in chain([first], further):
            writer.write_table(group, row_group_size=group.num_rows)
            rows += group.num_rows
            nulls.update({name: group.column(name).null_count for name in _flat(group.schema)})
            if file.stat().st_size >= _FILE_BYTES:
                break
    return AddAction(
        path=file.name,
        size=file.stat().st_size,
        partition_values={},
        modification_time=int(time.time() * 1000),
        data_change=True,
        stats=json.dumps({"numRecords": rows, "nullCount": nulls}),
    )


def _with_dictionary(columns: pa.Schema) -> list[str]:
    """All but floats: a dictionary would take most of the time and make their files larger."""
    from pyarrow import types

    return [field.name for field in columns if not types.is_floating(field.type)]


def _flat(columns: pa.Schema) -> list[str]:
    from pyarrow import types

    return [field.name for field in columns if not types.is_nested(field.type)]

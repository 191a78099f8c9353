"""What a table has to declare of its columns, so that readers know what awaits them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable


def declare_zoneless_times(delta: DeltaTable, columns: pa.Schema) -> None:
    """Declare times without a zone where ``columns`` has them.

    delta-rs declares them when it makes a table, not when it overwrites one, and then refuses to
    read what it wrote.
    """
    from deltalake import TableFeatures
    from pyarrow import types

    declared = "timestampNtz" in (delta.protocol().reader_features or ())
    if not declared and any(types.is_timestamp(f.type) and f.type.tz is None for f in columns):
        delta.alter.add_feature(
            TableFeatures.TimestampWithoutTimezone, allow_protocol_versions_increase=True
        )

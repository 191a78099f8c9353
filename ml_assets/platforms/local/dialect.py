"""DataFusion's way of writing the expressions in which SQL engines differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


class DataFusion:
    """The engine inside delta-rs."""

    varchar = "varchar"

    def column(self, name: str) -> str:
        """Double quotes, doubled inside."""
        return '"' + name.replace('"', '""') + '"'

    def epoch(self, expression: str, kind: pa.DataType) -> str:
        """Days for a date, microseconds for a timestamp: Delta's own units."""
        from pyarrow import types

        if types.is_date(kind):
            return f"cast(cast({expression} as int) as bigint)"
        return f"cast({expression} as bigint)"

    def text(self, expression: str, kind: pa.DataType) -> str:
        """A cast; binary is written in hexadecimal digits."""
        from pyarrow import types

        if types.is_binary(kind) or types.is_large_binary(kind):
            return f"encode({expression}, 'hex')"
        return f"cast({expression} as varchar)"

"""The portable hash split, as SQL.

A row belongs to the test set when the first eight hexadecimal digits of
``md5(key || ':' || seed)`` are below ``test_size`` of their range. The key is the value of the key
columns, so that all rows of an entity fall on one side, or else a fingerprint of the row's
content, so that equal rows do. Only operations that every engine computes alike are used: whole
numbers, multiplication by powers of two, md5; never a float turned into text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ml_assets.errors import DataError
from ml_assets.platforms.base import Dialect

if TYPE_CHECKING:
    import pyarrow as pa

_PRIME = 2**31 - 1
_GROUP = 32  # 32 terms of residue (< 2**31) times factor (< 2**26) stay below 2**62
_NULL = 7919


def test_mark(
    columns: Sequence[pa.Field[pa.DataType]],
    *,
    content: bool,
    test_size: float,
    seed: int,
    dialect: Dialect,
) -> str:
    """A boolean SQL expression: whether a row belongs to the test set.

    Args:
        columns: the key columns, or all columns when ``content`` is set.
        content: fingerprint the columns instead of writing them out as a key.
        test_size: share of the test set, between 0 and 1.
        seed: another seed chooses other rows.
        dialect: the engine's way to write.
    """
    threshold = f"{min(round(test_size * 2**32), 2**32 - 1):08x}"
    key = _fingerprint(columns, dialect) if content else _key(columns, dialect)
    return f"(substr(md5(concat({key}, ':{seed}')), 1, 8) < '{threshold}')"


def _key(columns: Sequence[pa.Field[pa.DataType]], dialect: Dialect) -> str:
    parts = [f"coalesce({_key_text(column, dialect)}, 'null')" for column in columns]
    return ", ':', ".join(parts)


def _key_text(column: pa.Field[pa.DataType], dialect: Dialect) -> str:
    from pyarrow import types

    quoted = dialect.column(column.name)
    if types.is_floating(column.type):
        return f"cast({_number(column, dialect)} as {dialect.varchar})"
    if types.is_temporal(column.type):
        return f"cast({dialect.epoch(quoted, column.type)} as {dialect.varchar})"
    return dialect.text(quoted, column.type)


def _fingerprint(columns: Sequence[pa.Field[pa.DataType]], dialect: Dialect) -> str:
    """Numbers summed with a factor each, a group at a time; texts as they are."""
    from pyarrow import types

    numbers: list[str] = []
    texts: list[str] = []
    for column in columns:
        kind = column.type
        if types.is_nested(kind):
            raise DataError(
                f"Column {column.name!r} of type {kind} cannot be part of a row's fingerprint.",
                hint="Name key columns with --key-columns, so that the split needs only those.",
            )
        if types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind):
            numbers.append(_number(column, dialect))
        elif types.is_temporal(kind):
            number = dialect.epoch(dialect.column(column.name), kind)
            numbers.append(f"coalesce({number} % {_PRIME}, {_NULL})")
        else:
            texts.append(f"coalesce({dialect.text(dialect.column(column.name), kind)}, 'null')")
    sums = [
        f"cast({_weighted(numbers[start : start + _GROUP])} as {dialect.varchar})"
        for start in range(0, len(numbers), _GROUP)
    ]
    return ", ':', ".join([*sums, *texts])


def _weighted(numbers: Sequence[str]) -> str:
    return " + ".join(f"{number} * {1_000_003 + 2 * i}" for i, number in enumerate(numbers))


def _number(column: pa.Field[pa.DataType], dialect: Dialect) -> str:
    """A whole number of magnitude below 2**31 that depends on nothing but the value.

    A float is scaled by a power of two, which is exact, so that 20 significant bits or more stand
    before the point, and is then cut. Different values may share a number, as all those below 1e-25
    or above 4e18 do; equal ones always do (0.0 and -0.0 among them).
    """
    from pyarrow import types

    value = dialect.column(column.name)
    if types.is_boolean(column.type):
        return f"case when {value} then 1 when not {value} then 0 else {_NULL} end"
    if types.is_integer(column.type):
        return f"coalesce(cast({value} as bigint) % {_PRIME}, {_NULL})"
    double = value if types.is_float64(column.type) else f"cast({value} as double)"
    size = f"abs({double})"
    return (
        f"coalesce(case when isnan({double}) then 15485863"
        f" when {size} >= 1e-6 and {size} < 4194304e0"
        f" then cast({double} * {2**40}e0 as bigint)"
        f" when {size} < 1e-6 then cast({double} * {2**82}e0 as bigint)"
        f" when {size} < {2**62}e0 then cast({double} as bigint)"
        f" when {double} > 0e0 then 104729 else 1299709 end % {_PRIME}, {_NULL})"
    )

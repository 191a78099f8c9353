"""Types of the columns of a text file, from every value in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

from ml_assets.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

TypeName = Literal["integer", "number", "boolean", "date", "timestamp", "timestamp_utc", "text"]
TYPE_NAMES: tuple[TypeName, ...] = get_args(TypeName)

_NOT_A_NUMBER = r"^[+-]?(0[0-9xX]|[0-9]{19,}$)"
"""What would be damaged as a number: leading zeros (postcodes, say), hexadecimal digits, and what
no 64-bit integer holds."""


def arrow_type(name: TypeName) -> pa.DataType:
    """The Arrow type of a type's name."""
    return _arrow_types()[name]


def type_names(schema: pa.Schema) -> dict[str, TypeName]:
    """The types' names of those columns of a table that a text file can have."""
    names: dict[pa.DataType, TypeName] = {kind: name for name, kind in _arrow_types().items()}
    return {field.name: names[field.type] for field in schema if field.type in names}


def _arrow_types() -> dict[TypeName, pa.DataType]:
    import pyarrow as pa

    return {
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
        "timestamp_utc": pa.timestamp("us", "UTC"),
        "text": pa.string(),
    }


class TypeFinder:
    """Keeps, for each column, the types that can still hold everything seen.

    Args:
        names: the columns.
        given: types that are not to be found out.
    """

    def __init__(self, names: Sequence[str], given: Mapping[str, TypeName]) -> None:
        self._possible: dict[str, list[TypeName]] = {
            name: [given[name]] if name in given else list(TYPE_NAMES) for name in names
        }
        self._given = given
        self._filled: set[str] = set()

    def see(self, batch: pa.RecordBatch) -> None:
        """Strike out the types that a value of ``batch`` does not fit.

        Raises:
            DataError: a value that does not fit the type given for its column.
        """
        import pyarrow.compute as pc

        for name, column in zip(self._possible, batch.columns, strict=True):
            if column.null_count == len(column):
                continue
            self._filled.add(name)
            if name in self._given:
                convert(column, name, self._given[name])
                continue
            values = pc.drop_null(column)
            self._possible[name] = [
                kind for kind in self._possible[name] if kind == "text" or _fits(values, kind)
            ]

    @property
    def types(self) -> dict[str, TypeName]:
        """The narrowest type of each column; text for one without any value."""
        return {
            name: possible[0] if name in self._filled or name in self._given else "text"
            for name, possible in self._possible.items()
        }

    @property
    def unfilled(self) -> list[str]:
        """Columns without any value."""
        return [name for name in self._possible if name not in self._filled]


def convert(column: pa.Array[Any], name: str, kind: TypeName) -> pa.Array[Any]:
    """Texts as values of ``kind``.

    Raises:
        DataError: a text that is none.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind == "text":
        return column
    try:
        return pc.utf8_trim_whitespace(column).cast(arrow_type(kind))
    except pa.ArrowInvalid as error:
        raise DataError(
            f"Column {name!r} is not {kind} throughout: {error}",
            hint=f"Check --types {name}={kind}, or name the text that means missing with "
            "--null-values.",
        ) from error


def _fits(values: pa.Array[Any], kind: TypeName) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(values)
    if kind in ("integer", "number"):
        odd = pc.match_substring_regex(trimmed, _NOT_A_NUMBER)
        if pc.any(odd).as_py() and not _is_harmless(trimmed.filter(odd)):
            return False
    try:
        trimmed.cast(arrow_type(kind))
    except pa.ArrowInvalid:
        return False
    return True


def _is_harmless(odd: pa.Array[Any]) -> bool:
    """Whether integers of nineteen digits are all within 64 bits, and no zero leads."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pc.any(pc.match_substring_regex(odd, r"^[+-]?0[0-9xX]")).as_py():
        return False
    try:
        odd.cast(pa.int64())
    except pa.ArrowInvalid:
        return False
    return True

"""What the target column holds, and whether a classifier can learn it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ml_assets.errors import DataError
from ml_assets.platforms.base import Tables
from ml_assets.references import TableVersion

if TYPE_CHECKING:
    import pyarrow as pa

MAX_CLASSES = 100
"""More distinct values than this are a number to predict or an identifier, not classes."""

_LARGEST = 2.0**63

Label = int | str | bool


@dataclass(frozen=True)
class LabelCounts:
    """Rows by class.

    Attributes:
        rows: rows of each class, in the order of the classes.
        missing: rows without a label.
    """

    rows: Mapping[Label, int]
    missing: int


def label_is_present(target: pa.Field[pa.DataType], tables: Tables) -> str:
    """The SQL condition under which a row has a label; NaN is none."""
    from pyarrow import types

    quoted = tables.dialect.column(target.name)
    if types.is_floating(target.type):
        return f"({quoted} is not null and not isnan({quoted}))"
    return f"({quoted} is not null)"


def count_labels(
    tables: Tables, sql: str, sources: Mapping[str, TableVersion], target: pa.Field[pa.DataType]
) -> LabelCounts:
    """Count the classes of ``target`` in the rows of ``sql``.

    Raises:
        DataError: the type is none that names classes, the values are continuous, or there are
            fewer than two classes.
    """
    _check_type(target)
    quoted, present = tables.dialect.column(target.name), label_is_present(target, tables)
    found = (
        tables.query(
            f"select {quoted} as label, count(*) as n from ({sql}) rows where {present} "
            f"group by {quoted} order by n desc limit {MAX_CLASSES + 1}",
            sources,
        )
        .read_all()
        .to_pylist()
    )
    missing = tables.query(
        f"select count(*) as n from ({sql}) rows where not {present}", sources
    ).read_all()
    counts = Counter[Label]()
    for row in found:
        counts[as_label(row["label"], target)] += int(row["n"])
    _check_classes(counts, target)
    return LabelCounts(
        rows=dict(sorted(counts.items(), key=lambda item: item[0])),
        missing=int(missing.column("n")[0].as_py()),
    )


def as_label(value: object, target: pa.Field[pa.DataType]) -> Label:
    """One value of the target as a class.

    Raises:
        DataError: a number with a fraction, or one that no 64-bit integer holds.
    """
    if isinstance(value, (bool, str, int)):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST:
        return int(value)
    raise DataError(
        f"Target {target.name!r} holds {value!r}, which is no class.",
        hint="A classifier needs integers, booleans or texts. Is this the right --label-column or "
        "--target-col?",
    )


def _check_type(target: pa.Field[pa.DataType]) -> None:
    from pyarrow import types

    kind = target.type
    if (
        types.is_integer(kind)
        or types.is_boolean(kind)
        or types.is_string(kind)
        or types.is_floating(kind)
    ):
        return
    raise DataError(
        f"Target {target.name!r} is of type {kind}, which names no classes.",
        hint="A classifier needs integers, booleans or texts.",
    )


def _check_classes(counts: Mapping[Label, int], target: pa.Field[pa.DataType]) -> None:
    if not counts:
        raise DataError(
            f"Target {target.name!r} has no value in any row.",
            hint="Is this the right column, and is the table filled?",
        )
    if len(counts) == 1:
        raise DataError(
            f"Target {target.name!r} has a single class: {next(iter(counts))!r}.",
            hint="There is nothing to tell apart; the source needs rows of another class.",
        )
    if len(counts) > MAX_CLASSES:
        raise DataError(
            f"Target {target.name!r} has more than {MAX_CLASSES} different values.",
            hint="That is an identifier or a number to predict, not a class.",
        )


def class_labels(
    tables: Tables, train_set: TableVersion, test_set: TableVersion, target: str
) -> tuple[list[Label], list[Label]]:
    """The classes of the training set, and those that only the test set has.

    Raises:
        DataError: the training set's target is no target for a classifier, or the test set has
            no label.
    """
    field = tables.schema(train_set).field(target)
    classes = list(count_labels(tables, "select * from t", {"t": train_set}, field).rows)
    found = tables.query(
        f"select distinct {tables.dialect.column(target)} as label from t "
        f"where {label_is_present(field, tables)} limit {MAX_CLASSES + 1}",
        {"t": test_set},
    ).read_all()
    there = {as_label(value, field) for value in found.column("label").to_pylist()}
    if not there:
        raise DataError(
            f"Target {target!r} has no value in any row of the test table {test_set}.",
            hint="Run prepare_data: it keeps rows with a label only.",
        )
    return classes, sorted(there - set(classes), key=str)

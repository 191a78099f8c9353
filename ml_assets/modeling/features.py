"""Which columns become features, and as what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa
from pyarrow import types
from pydantic import BaseModel, ConfigDict

from ml_assets.errors import DataError, NotFoundError
from ml_assets.platforms.base import Tables
from ml_assets.references import TableVersion

Kind = Literal["numeric", "boolean", "categorical"]


class Feature(BaseModel):
    """One column that the model reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Kind
    type: str
    nullable: bool
    categories: list[str] | None = None


def choose_features(
    tables: Tables,
    train_set: TableVersion,
    *,
    target: str,
    ignore: Sequence[str],
    max_categories: int,
) -> list[Feature]:
    """Every column but the target and the ignored ones.

    Raises:
        NotFoundError: an ignored column or the target is not there.
        DataError: a column of a type that is no feature, too many categories, or nothing left.
    """
    schema = tables.schema(train_set)
    for name, flag in ((target, "--target-col"), *((name, "--ignore-columns") for name in ignore)):
        if name not in schema.names:
            raise NotFoundError(
                f"Table {train_set} has no column {name!r}.",
                hint=f"Check {flag}. It has: {', '.join(schema.names)}.",
            )
    fields = [field for field in schema if field.name not in {target, *ignore}]
    if not fields:
        raise DataError(
            f"Table {train_set} has no column that could be a feature.",
            hint="Leave fewer out with --ignore-columns.",
        )
    _refuse_types(train_set, fields)
    nulls = _count_nulls(tables, train_set, fields)
    return [
        Feature(
            name=field.name,
            kind=kind,
            type=str(field.type),
            nullable=nulls[field.name] > 0,
            categories=_categories(tables, train_set, field.name, max_categories)
            if kind == "categorical"
            else None,
        )
        for field in fields
        if (kind := _kind(field.type)) is not None
    ]


def other_columns(
    tables: Tables, table: TableVersion, wanted: Iterable[tuple[str, str]]
) -> list[str]:
    """Which of ``wanted``, each a name and a type, ``table`` does not have as that."""
    there = {field.name: str(field.type) for field in tables.schema(table)}
    return [name for name, kind in wanted if there.get(name) != kind]


def _kind(kind: pa.DataType) -> Kind | None:
    if types.is_boolean(kind):
        return "boolean"
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return "numeric"
    if types.is_string(kind):
        return "categorical"
    return None


def _refuse_types(train_set: TableVersion, fields: Sequence[pa.Field[Any]]) -> None:
    refused = [field for field in fields if _kind(field.type) is None]
    if not refused:
        return
    named = ", ".join(f"{field.name} ({field.type})" for field in refused)
    raise DataError(
        f"These columns of {train_set} are no features as they are: {named}.",
        hint="Turn dates into numbers first (days since an event, say), or leave the columns out: "
        f"--ignore-columns {' '.join(field.name for field in refused)}.",
    )


def _count_nulls(
    tables: Tables, train_set: TableVersion, fields: Sequence[pa.Field[Any]]
) -> Mapping[str, int]:
    integers = [field.name for field in fields if types.is_integer(field.type)]
    counts = dict.fromkeys((field.name for field in fields), 0)
    if integers:
        quote = tables.dialect.column
        select = ", ".join(
            f"count(*) - count({quote(name)}) as n{i}" for i, name in enumerate(integers)
        )
        row = tables.query(f"select {select} from t", {"t": train_set}).read_all().to_pylist()[0]
        counts |= {name: int(row[f"n{i}"]) for i, name in enumerate(integers)}
    return counts


def _categories(
    tables: Tables, train_set: TableVersion, name: str, max_categories: int
) -> list[str]:
    quoted = tables.dialect.column(name)
    found = tables.query(
        f"select distinct {quoted} as value from t where {quoted} is not null "
        f"limit {max_categories + 1}",
        {"t": train_set},
    ).read_all()
    if found.num_rows > max_categories:
        raise DataError(
            f"Column {name!r} of {train_set} has more than {max_categories} different texts, as an "
            "identifier or free text has.",
            hint=f"Leave it out with --ignore-columns {name}, or raise --max-categories.",
        )
    return sorted(found.column("value").to_pylist())

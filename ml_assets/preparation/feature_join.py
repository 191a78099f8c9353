"""Features joined to labels: a left join, as of the label's time when there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ml_assets.preparation.source as sources
from ml_assets.errors import DataError, NotFoundError
from ml_assets.platforms.base import Tables
from ml_assets.references import TableVersion


@dataclass(frozen=True)
class FeatureJoin:
    """What to join, and on what.

    Attributes:
        features: the feature table.
        labels: the label table.
        keys: lookup keys, columns of both tables.
        label: the target, a column of the label table.
        feature_columns: features to take; none takes all.
        timestamp: column of both tables; a label sees the newest features not after it.
        max_unmatched: the largest share of labels that may have no features.
    """

    features: TableVersion
    labels: TableVersion
    keys: Sequence[str]
    label: str
    feature_columns: Sequence[str] | None
    timestamp: str | None
    max_unmatched: float

    @property
    def tables(self) -> dict[str, TableVersion]:
        """The pinned tables under the names they have in SQL."""
        return {"features": self.features, "labels": self.labels}


def join_source(tables: Tables, join: FeatureJoin) -> sources.Source:
    """The joined rows, after every check that needs no more than the keys.

    Raises:
        NotFoundError: a column that is not there.
        DataError: keys of different types, duplicate keys, colliding names, or more unmatched
            labels than allowed.
    """
    chosen = _check_columns(tables, join)
    _check_duplicates(tables, join)
    unmatched, labels = _count_unmatched(tables, join)
    notes: list[str] = []
    if unmatched:
        message = (
            f"Lost {unmatched} rows in join of {join.labels} with {join.features}: {unmatched} of "
            f"{labels} labels have no features. "
            "Ensure label table has matching lookup_key values."
        )
        if unmatched > join.max_unmatched * labels:
            raise DataError(
                message,
                hint=f"At most {join.max_unmatched:.0%} may be unmatched; --max-unmatched sets it.",
            )
        notes.append(f"{message} They stay, with missing values.")
    quote = tables.dialect.column
    label_schema = tables.schema(join.labels)
    select = [f"l.{quote(name)}" for name in label_schema.names]
    select += [f"f.{quote(name)}" for name in chosen]
    features = tables.schema(join.features)
    columns = label_schema
    for name in chosen:
        columns = columns.append(features.field(name))
    return sources.Source(
        sql=f"select {', '.join(select)} from labels l left join {_right(tables, join)} f "
        f"on {_condition(tables, join)}",
        tables=join.tables,
        columns=columns,
        keys=tuple(join.keys),
        not_features=(join.timestamp,) if join.timestamp else (),
        unmatched=unmatched,
        labels=labels,
        notes=tuple(notes),
    )


def _check_columns(tables: Tables, join: FeatureJoin) -> list[str]:
    """The features to take."""
    features, labels = tables.schema(join.features), tables.schema(join.labels)
    on = [*join.keys, *([join.timestamp] if join.timestamp else [])]
    sources.require_columns(features, join.features.table, join.keys, flag="--lookup-key")
    sources.require_columns(labels, join.labels.table, join.keys, flag="--lookup-key")
    if join.timestamp:
        for schema, table in ((features, join.features), (labels, join.labels)):
            sources.require_columns(schema, table.table, [join.timestamp], flag="--timestamp-key")
    sources.require_columns(labels, join.labels.table, [join.label], flag="--label-column")
    for name in on:
        left, right = labels.field(name).type, features.field(name).type
        if left != right:
            raise DataError(
                f"Column {name!r} is {left} in {join.labels.table} and {right} in "
                f"{join.features.table}, so nothing can match.",
                hint="Give both tables the same type.",
            )
    if join.feature_columns is not None:
        sources.require_columns(
            features, join.features.table, join.feature_columns, flag="--feature-columns"
        )
    chosen = [name for name in (join.feature_columns or features.names) if name not in on]
    if not chosen:
        raise NotFoundError(
            f"Table {join.features.table} has no feature besides {', '.join(on)}.",
            hint="Check --feature-store-table and --feature-columns.",
        )
    if both := [name for name in chosen if name in labels.names]:
        raise DataError(
            f"{join.labels.table} and {join.features.table} both have {', '.join(both)}.",
            hint="Name the features to take with --feature-columns, without these.",
        )
    return chosen


def _check_duplicates(tables: Tables, join: FeatureJoin) -> None:
    quote = tables.dialect.column
    on = [*join.keys, *([join.timestamp] if join.timestamp else [])]
    columns = ", ".join(quote(name) for name in on)
    known = " and ".join(f"{quote(name)} is not null" for name in on)
    twice = (
        tables.query(
            f"select {columns} from features where {known} "
            f"group by {columns} having count(*) > 1 order by {columns} limit 3",
            {"features": join.features},
        )
        .read_all()
        .to_pylist()
    )
    if twice:
        examples = "; ".join(", ".join(f"{k}={v}" for k, v in row.items()) for row in twice)
        raise DataError(
            f"Feature table {join.features} has several rows for one key: {examples}.",
            hint="A key has to be unique, or labels would be multiplied. Remove the duplicates, or "
            "name the time column with --timestamp-key if these are versions over time.",
        )


def _count_unmatched(tables: Tables, join: FeatureJoin) -> tuple[int, int]:
    first = tables.dialect.column(join.keys[0])
    row = sources.only_row(
        tables,
        f"select count(*) as labels, count(f.{first}) as matched from labels l "
        f"left join {_right(tables, join)} f on {_condition(tables, join)}",
        join.tables,
    )
    return row["labels"] - row["matched"], row["labels"]


def _right(tables: Tables, join: FeatureJoin) -> str:
    """The features, with a timestamp each row with the time at which its successor replaces it."""
    if join.timestamp is None:
        return "features"
    quote = tables.dialect.column
    keys = ", ".join(quote(name) for name in join.keys)
    time = quote(join.timestamp)
    return (
        f"(select *, lead({time}) over (partition by {keys} order by {time}) "
        f"as {_replaced_at(tables, join)} from features where {time} is not null)"
    )


def _replaced_at(tables: Tables, join: FeatureJoin) -> str:
    return sources.free_name("__replaced_at", tables.schema(join.features).names)


def _condition(tables: Tables, join: FeatureJoin) -> str:
    quote = tables.dialect.column
    terms = [f"l.{quote(name)} = f.{quote(name)}" for name in join.keys]
    if join.timestamp is not None:
        time, replaced_at = quote(join.timestamp), _replaced_at(tables, join)
        terms.append(f"l.{time} >= f.{time}")
        terms.append(f"(f.{replaced_at} is null or l.{time} < f.{replaced_at})")
    return " and ".join(terms)

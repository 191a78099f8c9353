"""Columns of every type, with names of every kind: learned from, or refused with nothing logged."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.lifecycle import (
    MODEL,
    PLACE,
    mixed,
    predict,
    prepare,
    raw,
    sent_rows,
    train,
    two_classes,
)
from tests.support import call, client_of, everything_in

HOSTILE_NAMES = (
    "prediction", "probability", 'quo"ted', "semi;colon", "a.b", "Größe", "f0", "per cent %",
    "$_$", "'", "select", "new\nline", "{brace}", "[bracket]", "target ",
)  # fmt: skip


def test_every_type_is_read_as_it_is(home: Path) -> None:
    prepare(home, two_classes(mixed(), 0, 1))
    result = train()
    kinds = {column.name: str(column.type) for column in inputs(home, result)}
    assert kinds == {
        "signal": "DataType.double",
        "ratio": "DataType.double",
        "small": "DataType.double",
        "count": "DataType.long",
        "big": "DataType.long",
        "price": "DataType.double",
        "member": "DataType.boolean",
        "city": "DataType.string",
    }
    assert result["model"]["f1"] > 0.8


def test_columns_with_hostile_names(home: Path) -> None:
    random = np.random.default_rng(5)
    columns = {name: random.normal(size=300) for name in HOSTILE_NAMES}
    rows = pa.table({**columns, "signal": random.normal(size=300)})
    labels = pa.array((np.asarray(rows["signal"]) > 0).astype(int))
    prepare(home, rows.append_column("target", labels))
    result = train()
    assert sorted(result["features"]) == sorted([*HOSTILE_NAMES, "signal"])
    answer = predict(result["model"]["model_uri"], sent_rows(home)[0])
    assert answer["prediction"].isin([0, 1]).all()


def test_columns_that_hold_nothing_or_one_value(home: Path) -> None:
    rows = mixed()
    empty = {
        "no_text": pa.nulls(rows.num_rows, pa.string()),
        "no_number": pa.nulls(rows.num_rows, pa.float64()),
        "no_boolean": pa.nulls(rows.num_rows, pa.bool_()),
        "no_decimal": pa.nulls(rows.num_rows, pa.decimal128(38, 18)),
        "constant": pa.array([1] * rows.num_rows),
        "infinite": pa.array(np.tile([np.inf, -np.inf, np.nan, 0.0], rows.num_rows // 4)),
    }
    for name, column in empty.items():
        rows = rows.append_column(name, column)
    prepare(home, two_classes(rows, 0, 1))
    assert set(empty) < set(train()["features"])


def test_only_texts(home: Path) -> None:
    texts = pa.array(["a", "b", "c", None] * 100)
    number = pa.array(list(range(400)))
    target = pa.array(["yes" if text == "a" else "no" for text in texts.to_pylist()])
    rows = pa.table({"text": texts, "number": number, "target": target})
    prepare(home, rows, "--key-columns", "number")
    assert train()["model"]["f1"] == 1.0


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (dt.date(2026, 1, 2), "when (date32[day])"),
        (dt.datetime(2026, 1, 2), "when (timestamp[us])"),  # noqa: DTZ001
        (b"raw", "when (binary)"),
        ([1, 2], "when (list<element: int64>)"),
        ({"a": "x", "b": ["y"]}, "when (struct<a: string, b: list<element: string>>)"),
    ],
    ids=["date", "timestamp", "binary", "list", "nested"],
)
def test_types_that_are_refused(home: Path, value: Any, named: str) -> None:
    rows = two_classes(mixed(), 0, 1)
    rows = rows.append_column("key", pa.array(list(range(rows.num_rows))))
    prepare(home, rows.append_column("when", pa.array([value] * rows.num_rows)),
            "--key-columns", "key")  # fmt: skip
    before = everything_in(home)
    done = call("train_model", *PLACE, *MODEL)
    assert done.code == 3
    assert named in done.err
    assert "--ignore-columns when" in done.err
    assert everything_in(home) == before
    assert "when" not in train("--ignore-columns", "when")["features"]


def test_too_many_texts_are_refused(home: Path) -> None:
    rows = two_classes(mixed(), 0, 1)
    names = pa.array([f"person {row}" for row in range(rows.num_rows)])
    prepare(home, rows.append_column("name", names))
    done = call("train_model", *PLACE, *MODEL, "--max-categories", "50")
    assert done.code == 3
    assert "'name'" in done.err
    assert "--ignore-columns name" in done.err


def test_what_was_never_seen_is_missing(home: Path) -> None:
    prepare(home, two_classes(mixed(3000), 0, 1))
    uri = train("--n-estimators", "40")["model"]["model_uri"]
    rows = raw(mixed(50, seed=9))

    def probabilities(city: str | None) -> list[float]:
        return predict(uri, rows.assign(city=city))["probability"].tolist()

    assert probabilities("Atlantis") == probabilities(None)
    assert probabilities("Rome") != probabilities(None)


def inputs(home: Path, result: dict[str, Any]) -> list[Any]:
    import mlflow

    client_of(home)
    signature = mlflow.models.get_model_info(result["model"]["model_uri"]).signature
    assert signature is not None
    return list(signature.inputs)

"""Encoding: what is fitted on is what is predicted on, and a category keeps its number."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import lightgbm
import mlflow
import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_assets.modeling.dataset import LabelledTable
from ml_assets.modeling.features import Feature, choose_features
from ml_assets.modeling.scoring_model import encode
from ml_assets.platforms.local.tables import LocalTables
from ml_assets.references import TableName
from tests.lifecycle import mixed, predict, prepare, raw, train, two_classes
from tests.support import put_table, read_table

NAME = TableName(catalog="c", schema_name="s", table="t")


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.one_of(st.none(), st.text(max_size=8)), min_size=1, max_size=30))
def test_a_category_keeps_its_number(texts: list[str | None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        column = pa.array(texts, pa.string())
        put_table(Path(folder), "c.s.t", {"text": column, "y": pa.array([1] * len(texts))})
        tables = LocalTables(Path(folder) / "warehouse")
        table = tables.newest(NAME)
        features = choose_features(tables, table, target="y", ignore=[], max_categories=100)
        reloaded = json.loads(json.dumps([feature.model_dump() for feature in features]))
        fitted_on = np.concatenate(
            list(LabelledTable(tables, table, features, "y", [1]).matrices())
        )
        stored = read_table(Path(folder), "c.s.t")["text"]

    sent = pa.array(pd.Series(stored.to_pylist(), dtype=object), from_pandas=True)
    predicted_on = encode(reloaded, {"text": sent})
    np.testing.assert_array_equal(fitted_on, predicted_on)
    categories = reloaded[0]["categories"]
    decoded = [None if np.isnan(code) else categories[int(code)] for code in predicted_on[:, 0]]
    assert decoded == stored.to_pylist()
    unseen = "".join(text or "" for text in texts) + "!"
    assert np.isnan(encode(reloaded, {"text": pa.array([unseen, None])})).all()


numbers = st.one_of(
    st.none(), st.floats(), st.sampled_from([0.0, -0.0, 2.0**53, 5e-324, float("inf")])
)


@settings(max_examples=60, deadline=None)
@given(
    floats=st.lists(numbers, min_size=1, max_size=20),
    integer=st.integers(-(2**63), 2**63 - 1),
    truth=st.sampled_from([True, False, None]),
)
def test_a_number_stays_the_same(
    *, floats: list[float | None], integer: int, truth: bool | None
) -> None:
    columns = {
        "f": pa.array(floats, pa.float64()),
        "i": pa.array([integer] * len(floats), pa.int64()),
        "b": pa.array([truth] * len(floats), pa.bool_()),
    }
    features = [
        {"name": "f", "kind": "numeric"},
        {"name": "i", "kind": "numeric"},
        {"name": "b", "kind": "boolean"},
    ]
    matrix = encode(features, columns)
    np.testing.assert_array_equal(
        matrix[:, 0], [np.nan if value is None else value for value in floats]
    )
    assert set(matrix[:, 1]) == {float(integer)}
    np.testing.assert_array_equal(matrix[:, 2], [np.nan if truth is None else truth] * len(floats))
    through_pandas = pa.table(columns).to_pandas()
    sent = {name: pa.array(through_pandas[name], from_pandas=True) for name in columns}
    np.testing.assert_array_equal(encode(features, sent), matrix)


def test_rows_as_read_and_rows_as_sent_are_scored_alike(home: Path) -> None:
    prepare(home, two_classes(mixed(1000), "no", "yes"))
    result = train("--n-estimators", "30")
    uri = result["model"]["model_uri"]
    description, booster = files_of(uri)
    tables = LocalTables(home / "warehouse")
    table = tables.newest(TableName(catalog="mlops_local", schema_name="ml", table="train_set"))
    features = [Feature.model_validate(entry) for entry in description["features"]]
    streamed = LabelledTable(tables, table, features, "target", description["classes"])
    as_read = np.concatenate([np.asarray(booster.predict(m)) for m in streamed.matrices()])

    rows = read_table(home, "mlops_local.ml.train_set").drop_columns("target")
    as_sent = predict(uri, raw(rows))
    assert as_sent["probability"].tolist() == as_read.tolist()
    one_by_one = [predict(uri, raw(rows.slice(i, 1)))["probability"].item() for i in complete(rows)]
    assert one_by_one == as_read[complete(rows)].tolist()


def files_of(uri: str) -> tuple[dict[str, Any], lightgbm.Booster]:
    folder = Path(mlflow.artifacts.download_artifacts(uri)) / "artifacts"
    description = json.loads((folder / "description.json").read_text(encoding="utf-8"))
    return description, lightgbm.Booster(model_file=folder / "booster.txt")


def complete(rows: pa.Table) -> list[int]:
    """A few rows without a null: pandas cannot tell the type of a column of nulls."""
    return [i for i, row in enumerate(rows.to_pylist()) if None not in row.values()][:3]

"""Streamed training makes the very model that LightGBM makes of the whole matrix in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lightgbm
import mlflow
import numpy as np
import pytest

from ml_assets.modeling.dataset import LabelledTable
from ml_assets.modeling.features import choose_features
from ml_assets.modeling.hyperparameters import training_parameters
from ml_assets.platforms.base import BATCH_ROWS
from ml_assets.platforms.local.tables import LocalTables
from ml_assets.references import TableName
from tests.lifecycle import mixed, prepare, three_classes, train, two_classes

TRAIN_SET = TableName(catalog="mlops_local", schema_name="ml", table="train_set")
ROUNDS = 10


@pytest.mark.parametrize(
    ("options", "further"),
    [
        ((), {}),
        (("bin_construct_sample_cnt=300",), {"bin_construct_sample_cnt": 300}),
        (("bagging_fraction=0.5", "bagging_freq=1"), {"bagging_fraction": 0.5, "bagging_freq": 1}),
    ],
    ids=["all rows sampled", "bins from a sample", "bagging"],
)
def test_two_classes(home: Path, options: tuple[str, ...], further: dict[str, Any]) -> None:
    prepare(home, two_classes(mixed(2000), 0, 1))
    result = train("--params", "num_threads=1", *options)
    assert_the_same(result, in_memory(home, [0, 1], further))


def test_three_classes_over_several_batches(home: Path) -> None:
    prepare(home, three_classes(mixed(2 * BATCH_ROWS), "a", "b", "c"))
    result = train("--ignore-columns", "price", "big", "ratio")
    wanted = in_memory(home, ["a", "b", "c"], {}, ignore=["price", "big", "ratio"])
    assert_the_same(result, wanted)


def test_balanced_weights(home: Path) -> None:
    prepare(home, two_classes(mixed(2000), 0, 1))
    result = train("--class-weight", "balanced")
    assert_the_same(result, in_memory(home, [0, 1], {}, balanced=True))


def test_the_same_data_make_the_same_model(home: Path) -> None:
    prepare(home, two_classes(mixed(2000), 0, 1))
    threads = ("--params", "num_threads=2")
    first, second = train(*threads), train(*threads)
    assert first["model"]["run_id"] != second["model"]["run_id"]
    assert text_of(first) == text_of(second)
    assert text_of(train(*threads, "--random-seed", "7")) != text_of(first)


def assert_the_same(result: dict[str, Any], wanted: lightgbm.Booster) -> None:
    assert text_of(result) == wanted.model_to_string()


def text_of(result: dict[str, Any]) -> str:
    folder = Path(mlflow.artifacts.download_artifacts(result["model"]["model_uri"]))
    return (folder / "artifacts" / "booster.txt").read_text(encoding="utf-8")


def in_memory(
    home: Path,
    classes: list[Any],
    further: dict[str, Any],
    *,
    ignore: list[str] | None = None,
    balanced: bool = False,
) -> lightgbm.Booster:
    """LightGBM's own way: one matrix, one call."""
    tables = LocalTables(home / "warehouse")
    table = tables.newest(TRAIN_SET)
    features = choose_features(
        tables, table, target="target", ignore=ignore or [], max_categories=100
    )
    rows = LabelledTable(tables, table, features, "target", classes)
    labels = rows.labels()
    share = np.bincount(labels.astype(int)) / len(labels)
    params = training_parameters(
        classes=len(classes),
        max_depth=5,
        learning_rate=0.1,
        seed=42,
        further={"num_threads": 1, **further},
    )
    dataset = lightgbm.Dataset(
        np.concatenate(list(rows.matrices())),
        label=labels,
        weight=(1 / (len(share) * share))[labels.astype(int)] if balanced else None,
        feature_name=[f"f{i}" for i in range(len(features))],
        categorical_feature=[i for i, f in enumerate(features) if f.kind == "categorical"],
        params=params,
    )
    return lightgbm.train(params, dataset, num_boost_round=ROUNDS)

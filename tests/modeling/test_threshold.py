"""The decision threshold and the class weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from ml_assets.modeling.metrics import best_threshold
from tests.lifecycle import MODEL, PLACE, predict, prepare, sent_rows, train
from tests.support import call, put_table


def rare(rows: int = 3000) -> pa.Table:
    """One row in twelve or so is positive, with much noise."""
    random = np.random.default_rng(11)
    signal, other = random.normal(size=(2, rows))
    positive = signal + 1.2 * random.normal(size=rows) > 2.2
    return pa.table({"signal": signal, "other": other, "target": positive.astype(int)})


def test_a_threshold_of_ones_own(home: Path) -> None:
    prepare(home, rare())
    result = train("--threshold", "0.2")
    answer = predict(result["model"]["model_uri"], sent_rows(home)[0])
    assert (answer["prediction"] == 1).tolist() == (answer["probability"] >= 0.2).tolist()
    assert 0 < answer["prediction"].sum() < len(answer)


def test_auto_is_stored_in_the_model_and_better_than_a_half(home: Path) -> None:
    prepare(home, rare())
    half, auto = train(), train("--threshold", "auto")
    threshold = auto["model"]["threshold"]
    assert 0 < threshold < 0.5
    assert stored(auto)["threshold"] == threshold
    assert auto["model"]["f1"] > half["model"]["f1"]
    rows, truth = sent_rows(home)
    answer = predict(auto["model"]["model_uri"], rows)
    assert (answer["prediction"] == 1).tolist() == (answer["probability"] >= threshold).tolist()
    assert auto["model"]["f1"] == pytest.approx(metrics.f1_score(truth, answer["prediction"]))


def test_auto_never_looks_at_the_test_set(home: Path) -> None:
    whole = rare()
    put_table(home, "mlops_local.ml.train_set", whole.slice(0, 2000))
    put_table(home, "mlops_local.ml.test_set", whole.slice(2000))
    first = train("--threshold", "auto")
    labels = [1 - label for label in whole.slice(2000)["target"].to_pylist()]
    swapped = whole.slice(2000).drop_columns("target").append_column("target", pa.array(labels))
    put_table(home, "mlops_local.ml.test_set", swapped, mode="overwrite")
    second = train("--threshold", "auto")
    assert second["model"]["metrics"] != first["model"]["metrics"]
    assert second["model"]["threshold"] == first["model"]["threshold"]


def test_auto_with_a_handful_of_positive_rows(home: Path) -> None:
    signal = np.linspace(-1.0, 1.0, 600)
    labels = np.where(np.arange(600) >= 596, 1, 0)
    put_table(home, "mlops_local.ml.train_set", {"signal": signal, "target": labels})
    put_table(home, "mlops_local.ml.test_set", {"signal": signal, "target": labels})
    result = train("--threshold", "auto", "--params", "min_data_in_leaf=1", "num_threads=1")
    assert result["model"]["f1"] > 0.8


def test_balanced_classes_raise_recall(home: Path) -> None:
    prepare(home, rare())
    plain, balanced = train()["model"]["metrics"], train("--class-weight", "balanced")["model"]
    assert balanced["metrics"]["test_recall"] > plain["test_recall"] + 0.1
    assert balanced["metrics"]["test_precision"] < plain["test_precision"]


@pytest.mark.parametrize("value", ["0", "1", "-0.5", "nan", "best"])
def test_what_is_no_threshold(home: Path, value: str) -> None:
    done = call("train_model", *PLACE, *MODEL, f"--threshold={value}")
    assert done.code == 2
    assert "--threshold" in done.err


def test_no_threshold_for_three_classes(home: Path) -> None:
    rows = {"signal": np.arange(300.0), "target": np.arange(300) // 100}
    prepare(home, pa.table(rows))
    done = call("train_model", *PLACE, *MODEL, "--threshold", "auto")
    assert done.code == 2
    assert "Leave out --threshold" in done.err


def stored(result: dict[str, Any]) -> dict[str, Any]:
    folder = Path(mlflow.artifacts.download_artifacts(result["model"]["model_uri"]))
    described: dict[str, Any] = json.loads(
        (folder / "artifacts" / "description.json").read_text(encoding="utf-8")
    )
    return described


probabilities = st.lists(
    st.tuples(st.floats(0, 1, width=16), st.booleans()), min_size=2, max_size=30
).filter(lambda rows: any(positive for _, positive in rows))


@given(rows=probabilities)
def test_no_other_threshold_has_a_better_f1(rows: list[tuple[float, bool]]) -> None:
    scores = np.asarray([score for score, _ in rows])
    truth = np.asarray([positive for _, positive in rows])

    def f1(threshold: float) -> float:
        return float(metrics.f1_score(truth, scores >= threshold))

    chosen = best_threshold(truth.astype(float), scores)
    assert f1(chosen) == max(f1(score) for score in scores)

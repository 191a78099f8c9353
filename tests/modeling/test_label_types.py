"""Labels of every type, two classes and three: what the model says is what the table held."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn import metrics

from tests.lifecycle import (
    PLACE,
    SCHEMA,
    mixed,
    predict,
    prepare,
    sent_rows,
    three_classes,
    train,
    two_classes,
)
from tests.support import call, client_of, put_table

BINARY = {
    "integers": (0, 1),
    "integers with a gap": (-3, 7),
    "booleans": (False, True),
    "texts": ("no", "yes"),
    "texts that look like numbers": ("0", "1"),
    "texts that look like formulas": (r"$\foo$", "$_$"),
}


@pytest.mark.parametrize(("negative", "positive"), BINARY.values(), ids=BINARY.keys())
def test_two_classes(home: Path, negative: Any, positive: Any) -> None:
    prepare(home, two_classes(mixed(), negative, positive))
    result = train()
    rows, truth = sent_rows(home)
    answer = predict(result["model"]["model_uri"], rows)

    assert list(answer.columns) == ["prediction", "probability"]
    assert {type(value) for value in answer["prediction"].tolist()} == {type(positive)}
    np.testing.assert_array_equal(
        answer["prediction"] == positive, answer["probability"].to_numpy() >= 0.5
    )
    is_positive = np.asarray([label == positive for label in truth])
    called = np.asarray(answer["prediction"] == positive)
    assert logged(home, result) == pytest.approx(
        {
            "test_f1": metrics.f1_score(is_positive, called),
            "test_accuracy": metrics.accuracy_score(is_positive, called),
            "test_precision": metrics.precision_score(is_positive, called),
            "test_recall": metrics.recall_score(is_positive, called),
            "test_roc_auc": metrics.roc_auc_score(is_positive, answer["probability"]),
        },
        abs=1e-12,
    )


def test_whole_floats_are_integer_classes(home: Path) -> None:
    prepare(home, two_classes(mixed(), 0.0, 1.0))
    result = train()
    answer = predict(result["model"]["model_uri"], sent_rows(home)[0])
    assert result["classes"] == ["0", "1"]
    assert {type(value) for value in answer["prediction"].tolist()} == {int}


@pytest.mark.parametrize("labels", [(0, 2, 5), ("hi", "lo", "mi_$x_$")], ids=["integers", "texts"])
def test_three_classes(home: Path, labels: tuple[Any, ...]) -> None:
    prepare(home, three_classes(mixed(), *labels))
    result = train()
    rows, truth = sent_rows(home)
    answer = predict(result["model"]["model_uri"], rows)

    names = [f"probability_{label}" for label in sorted(labels)]
    assert list(answer.columns) == ["prediction", *names]
    np.testing.assert_allclose(answer[names].sum(axis=1), 1.0, atol=1e-9)
    most_likely = np.asarray(sorted(labels))[answer[names].to_numpy().argmax(axis=1)]
    assert answer["prediction"].tolist() == most_likely.tolist()
    called = answer["prediction"].tolist()
    weighted: dict[str, Any] = {"average": "weighted", "zero_division": 0}
    assert logged(home, result) == pytest.approx(
        {
            "test_f1": metrics.f1_score(truth, called, **weighted),
            "test_accuracy": metrics.accuracy_score(truth, called),
            "test_precision": metrics.precision_score(truth, called, **weighted),
            "test_recall": metrics.recall_score(truth, called, **weighted),
            "test_roc_auc": metrics.roc_auc_score(
                truth, answer[names], multi_class="ovr", average="weighted"
            ),
        },
        abs=1e-9,
    )


def test_the_positive_class_can_be_the_smaller_label(home: Path) -> None:
    prepare(home, two_classes(mixed(), "bad", "good"))
    result = train("--positive-class", "bad")
    rows, truth = sent_rows(home)
    answer = predict(result["model"]["model_uri"], rows)
    assert (answer["prediction"] == "bad").tolist() == (answer["probability"] >= 0.5).tolist()
    is_bad = [label == "bad" for label in truth]
    f1 = metrics.f1_score(is_bad, answer["prediction"] == "bad")
    assert result["model"]["f1"] == pytest.approx(f1)


@pytest.mark.parametrize("kind", [pa.float32(), pa.float64()])
def test_whole_floats_of_any_size_are_classes(home: Path, kind: pa.DataType) -> None:
    rows = two_classes(mixed(), 0.0, 2.0**62)
    prepare(home, rows.set_column(rows.num_columns - 1, "target", rows["target"].cast(kind)))
    result = train()
    assert result["classes"] == ["0", str(2**62)]
    answer = predict(result["model"]["model_uri"], sent_rows(home)[0].iloc[:20])
    assert set(answer["prediction"]) == {0, 2**62}


def test_a_float_beyond_every_integer_is_no_class(home: Path) -> None:
    put_table(home, f"{SCHEMA}.source", two_classes(mixed(), 0.0, 2.0**63))
    done = call("prepare_data", *PLACE, "--source-table", "source")
    assert done.code == 3
    assert "which is no class" in done.err


def logged(home: Path, result: dict[str, Any]) -> dict[str, float]:
    run = client_of(home).get_run(result["model"]["run_id"])
    return {name: value for name, value in run.data.metrics.items() if name.startswith("test_")}

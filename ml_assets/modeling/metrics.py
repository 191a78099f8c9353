"""How good predictions are."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from ml_assets.modeling.scoring_model import Matrix

Positions = npt.NDArray[Any]


def evaluate(truth: Positions, predicted: Positions, probabilities: Matrix) -> dict[str, float]:
    """The five test metrics, without those that are undefined on these rows.

    Args:
        truth: positions of the true classes, shape (rows,).
        predicted: positions of the predicted classes, shape (rows,).
        probabilities: of the positive class, shape (rows,), or of each class, (rows, classes).

    Returns:
        ``test_f1``, ``test_accuracy``, ``test_precision``, ``test_recall``, ``test_roc_auc``:
        binary of the positive class; for more classes weighted by class size, one against the
        rest.
    """
    average = "binary" if probabilities.ndim == 1 else "weighted"
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        truth,
        predicted,
        average=average,
        zero_division=0,  # pyright: ignore[reportArgumentType]
    )
    found = {
        "test_f1": float(f1),
        "test_accuracy": float(np.mean(truth == predicted)),
        "test_precision": float(precision),
        "test_recall": float(recall),
    }
    auc = _roc_auc(truth, probabilities)
    return found if auc is None else {**found, "test_roc_auc": auc}


def _roc_auc(truth: Positions, probabilities: Matrix) -> float | None:
    """Area under the ROC curve; none when a class has no row or all rows."""
    if probabilities.ndim == 1:
        if len(np.unique(truth)) < 2:
            return None
        return float(metrics.roc_auc_score(truth, probabilities))
    present = np.unique(truth).astype(int)
    if len(present) < 2:
        return None
    areas = [metrics.roc_auc_score(truth == c, probabilities[:, c]) for c in present]
    weights = [np.mean(truth == c) for c in present]
    return float(np.average(areas, weights=weights))


def best_threshold(truth: Positions, probabilities: Matrix) -> float:
    """The threshold with the highest F1 on these rows; the lowest such one.

    F1 at a threshold is 2 TP / (2 TP + FP + FN), with every row at or above it called positive.
    It stands half way down to the next probability: at the last row's own, a row of the same kind
    that scores a little lower would be missed.
    """
    order = np.argsort(-probabilities, kind="stable")
    ranked = probabilities[order]
    true_positives = np.cumsum(truth[order])
    called = np.arange(1, len(ranked) + 1)
    f1 = 2 * true_positives / (called + truth.sum())
    last_of_value = np.append(ranked[:-1] != ranked[1:], True)
    f1 = np.where(last_of_value, f1, -1.0)
    best = len(f1) - 1 - int(np.argmax(f1[::-1]))
    below = np.append(ranked[1:], 0.0)
    return float(ranked[best] + below[best]) / 2

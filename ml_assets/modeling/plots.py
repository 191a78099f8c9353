"""Pictures of an evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn import metrics

from ml_assets.modeling.evaluation import Evaluation
from ml_assets.modeling.metrics import Positions
from ml_assets.modeling.scoring_model import Matrix

_MOST_FEATURES = 20
_MOST_CLASSES_WITH_NUMBERS = 12
_CURVE_POINTS = 500


def draw(evaluation: Evaluation, importance: Mapping[str, float]) -> dict[str, Figure]:
    """All pictures by file name, without those that are undefined on these rows."""
    pictures = {
        "confusion_matrix": _confusion_matrix(evaluation),
        "feature_importance": _feature_importance(importance),
    }
    if len(np.unique(evaluation.truth)) > 1:
        pictures["roc_curve"] = _curves(evaluation, "False positive rate", "Recall", _roc)
        pictures["precision_recall_curve"] = _curves(
            evaluation, "Recall", "Precision", _precision_recall
        )
    return pictures


def _new_figure(title: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(5, 4), dpi=90, layout="constrained")
    axes = figure.subplots()
    axes.set_title(title)
    return figure, axes


def _as_written(text: object) -> str:
    """``text`` for a picture: between two dollar signs matplotlib would read a formula."""
    return str(text).replace("$", r"\$")


def _confusion_matrix(evaluation: Evaluation) -> Figure:
    names = [_as_written(label) for label in evaluation.classes]
    counts = metrics.confusion_matrix(
        evaluation.truth, evaluation.predicted, labels=range(len(names))
    )
    figure, axes = _new_figure("Confusion matrix (test set)")
    axes.imshow(counts, cmap="Blues")
    axes.set_xlabel("Predicted")
    axes.set_ylabel("True")
    if len(names) <= _MOST_CLASSES_WITH_NUMBERS:
        axes.set_xticks(range(len(names)), names, rotation=45, ha="right")
        axes.set_yticks(range(len(names)), names)
        dark = counts.max() / 2
        for row, column in np.ndindex(*counts.shape):
            shade = "white" if counts[row, column] > dark else "black"
            axes.text(
                column, row, f"{counts[row, column]:,}", ha="center", va="center", color=shade
            )
    return figure


def _feature_importance(importance: Mapping[str, float]) -> Figure:
    top = sorted(importance.items(), key=lambda item: item[1], reverse=True)[:_MOST_FEATURES]
    figure, axes = _new_figure("Feature importance (total gain)")
    names = [_as_written(name) for name, _ in reversed(top)]
    axes.barh(names, [gain for _, gain in reversed(top)])
    axes.tick_params(axis="y", labelsize=7)
    return figure


Curve = Callable[[Positions, Matrix], tuple[Sequence[float], Sequence[float]]]


def _curves(evaluation: Evaluation, x_name: str, y_name: str, curve: Curve) -> Figure:
    """One curve for two classes, one against the rest for each of more."""
    figure, axes = _new_figure(f"{y_name} against {x_name.lower()} (test set)")
    axes.set_xlabel(x_name)
    axes.set_ylabel(y_name)
    if evaluation.probabilities.ndim == 1:
        _plot(axes, curve(evaluation.truth, evaluation.probabilities), None)
        return figure
    for position, label in enumerate(evaluation.classes):
        one = evaluation.truth == position
        if one.any() and not one.all():
            _plot(axes, curve(one, evaluation.probabilities[:, position]), _as_written(label))
    axes.legend(fontsize=7)
    return figure


def _plot(axes: Axes, points: tuple[Sequence[float], Sequence[float]], label: str | None) -> None:
    xs, ys = points
    shown = np.unique(np.linspace(0, len(xs) - 1, _CURVE_POINTS).astype(int))
    axes.plot(np.asarray(xs)[shown], np.asarray(ys)[shown], label=label)


def _roc(truth: Positions, probabilities: Matrix) -> tuple[Sequence[float], Sequence[float]]:
    false_positives, true_positives, _ = metrics.roc_curve(truth, probabilities)
    return false_positives, true_positives


def _precision_recall(
    truth: Positions, probabilities: Matrix
) -> tuple[Sequence[float], Sequence[float]]:
    precision, recall, _ = metrics.precision_recall_curve(
        truth, probabilities, drop_intermediate=True
    )
    return recall, precision

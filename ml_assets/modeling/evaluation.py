"""A model's predictions on a test set, streamed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml_assets.modeling.dataset import LabelledTable
from ml_assets.modeling.metrics import Positions, evaluate
from ml_assets.modeling.scoring_model import Matrix, decide
from ml_assets.preparation.label import Label

Predict = Callable[[Matrix], Any]


@dataclass(frozen=True)
class Evaluation:
    """What a model said of a test set.

    Attributes:
        classes: the labels, in the order of the positions.
        truth: positions of the true classes.
        predicted: positions of the predicted classes.
        probabilities: of the positive class, shape (rows,), or of each class.
    """

    classes: Sequence[Label]
    truth: Positions
    predicted: Positions
    probabilities: Matrix

    @property
    def metrics(self) -> dict[str, float]:
        """The five test metrics."""
        return evaluate(self.truth, self.predicted, self.probabilities)


def evaluate_on(
    test_rows: LabelledTable,
    predict: Predict,
    classes: Sequence[Label],
    threshold: float | None,
    seen: Callable[[int], None] | None = None,
) -> Evaluation:
    """Predict every row of ``test_rows`` in batches; ``seen`` is told the rows done."""
    truth: list[Positions] = []
    probabilities: list[Matrix] = []
    done = 0
    for matrix, positions in test_rows.labelled_matrices():
        truth.append(positions)
        probabilities.append(np.asarray(predict(matrix), dtype=np.float64))
        done += len(positions)
        if seen is not None:
            seen(done)
    together = np.concatenate(probabilities)
    return Evaluation(
        classes=classes,
        truth=np.concatenate(truth),
        predicted=decide(together, threshold),
        probabilities=together,
    )

"""Boosting, and the choice of the decision threshold."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from ml_assets.modeling.metrics import best_threshold

_VALIDATION_PART = 0.2
_METRIC_EVERY = 10  # rounds; evaluating costs a pass over the rows

RoundSeen = Callable[[int, int, str], None]


def fit(
    dataset: lightgbm.Dataset,
    params: Mapping[str, Any],
    rounds: int,
    seen: RoundSeen,
    *,
    measure: bool,
) -> lightgbm.Booster:
    """Boost for ``rounds`` rounds, fewer when no split improves anything any more.

    Args:
        dataset: binned rows.
        params: LightGBM's parameters.
        rounds: the most trees per class.
        seen: told rounds done, rounds in all and the training metric.
        measure: whether the metric is worth its time, because somebody is looking.
    """
    # The number boosts nothing by itself; it is what the model's text says of its making.
    booster = lightgbm.Booster({**params, "num_iterations": rounds}, dataset)
    note = ""
    for done in range(1, rounds + 1):
        finished = booster.update()
        if measure and (done % _METRIC_EVERY == 0 or done == rounds):
            _, metric, value, *_ = booster.eval_train()[0]
            note = f"{metric} {value:.4f}"
        seen(done, rounds, note)
        if finished:
            break
    # The trees alone: a booster that was fitted keeps the rows, and several numbers for each.
    return lightgbm.Booster(model_str=booster.model_to_string())


def choose_threshold(
    dataset: lightgbm.Dataset, params: Mapping[str, Any], rounds: int, seed: int
) -> float:
    """The threshold with the best F1 on a fifth of each class's training rows, held out for it.

    The final model is fitted on all rows; only the threshold comes from here.
    """
    chosen = _part_of_each_class(np.asarray(dataset.get_label()), seed)
    fitted_on = dataset.subset(np.flatnonzero(~chosen).tolist())
    held_out = dataset.subset(np.flatnonzero(chosen).tolist())
    booster = lightgbm.Booster(dict(params), fitted_on)
    booster.add_valid(held_out, "held_out")
    for _ in range(rounds):
        if booster.update():
            break
    found: list[float] = []

    def look(probabilities: Any, rows: lightgbm.Dataset) -> tuple[str, float, bool]:
        found.append(best_threshold(np.asarray(rows.get_label()), np.asarray(probabilities)))
        return "threshold", found[-1], True

    booster.eval_valid(look)
    return found[-1]


def _part_of_each_class(labels: npt.NDArray[Any], seed: int) -> npt.NDArray[np.bool_]:
    """A mark for each row; at least one row of each class is marked."""
    random = np.random.default_rng(seed)
    marked = np.zeros(len(labels), np.bool_)
    for label in np.unique(labels):
        rows = random.permutation(np.flatnonzero(labels == label))
        marked[rows[: math.ceil(len(rows) * _VALIDATION_PART)]] = True
    return marked

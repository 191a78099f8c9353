"""Fit and evaluate: from a pair of tables to a booster and what it says of the test set."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import lightgbm

from ml_assets.modeling.dataset import LabelledTable, lightgbm_dataset
from ml_assets.modeling.evaluation import Evaluation, evaluate_on
from ml_assets.modeling.fit import choose_threshold, fit
from ml_assets.modeling.training_data import TrainingData
from ml_assets.platforms.base import Tables
from ml_assets.progress import Progress


@dataclass(frozen=True)
class Settings:
    """How to fit.

    Attributes:
        parameters: what LightGBM is given.
        rounds: the most trees for each class.
        seed: of the part on which a threshold is chosen.
        balanced: whether each class is weighed by the inverse of its share.
        threshold: from which the second of two classes is chosen, or how to find it.
    """

    parameters: Mapping[str, Any]
    rounds: int
    seed: int
    balanced: bool
    threshold: float | Literal["auto"]


@dataclass(frozen=True)
class Fitted:
    """A fitted model and its evaluation.

    Attributes:
        booster: the trees.
        threshold: from which the second of two classes is chosen; none for more classes.
        evaluation: on the test set.
        seconds: spent reading, binning and boosting.
    """

    booster: lightgbm.Booster
    threshold: float | None
    evaluation: Evaluation
    seconds: float

    def importance(self, data: TrainingData) -> dict[str, float]:
        """Total gain of each feature."""
        gains = self.booster.feature_importance("gain")
        return {f.name: float(g) for f, g in zip(data.features, gains, strict=True)}


def train(tables: Tables, data: TrainingData, settings: Settings, progress: Progress) -> Fitted:
    """Fit on the training set, evaluate on the test set; ``progress`` is told how far it is."""
    started = time.monotonic()
    booster, threshold = _fit(tables, data, settings, progress)
    seconds = time.monotonic() - started
    evaluation = evaluate_on(
        LabelledTable(tables, data.test_set, data.features, data.target, data.classes),
        booster.predict,
        data.classes,
        threshold,
        lambda done: progress("test", done, data.test_set.rows),
    )
    return Fitted(booster, threshold, evaluation, seconds)


def _fit(
    tables: Tables, data: TrainingData, settings: Settings, progress: Progress
) -> tuple[lightgbm.Booster, float | None]:
    """The trees and the threshold; the binned rows are let go."""
    dataset = lightgbm_dataset(
        LabelledTable(tables, data.train_set, data.features, data.target, data.classes),
        data.features,
        settings.parameters,
        balanced=settings.balanced,
        progress=lambda done, rows: progress("read", done, rows),
    )
    threshold = _threshold(dataset, data, settings)
    booster = fit(
        dataset,
        settings.parameters,
        settings.rounds,
        lambda done, rounds, note: progress("boost", done, rounds, note),
        measure=progress.watched,
    )
    return booster, threshold


def _threshold(dataset: lightgbm.Dataset, data: TrainingData, settings: Settings) -> float | None:
    if len(data.classes) > 2:
        return None
    if settings.threshold == "auto":
        return choose_threshold(dataset, settings.parameters, settings.rounds, settings.seed)
    return settings.threshold

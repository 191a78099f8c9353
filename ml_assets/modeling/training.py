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
from ml_assets.modeling.hyperparameters import training_parameters
from ml_assets.modeling.training_data import TrainingData
from ml_assets.platforms.base import Tables
from ml_assets.progress import Progress


@dataclass(frozen=True)
class Settings:
    """How to fit."""

    max_depth: int
    n_estimators: int
    learning_rate: float
    seed: int
    balanced: bool
    threshold: float | Literal["auto"]
    further: Mapping[str, Any]


@dataclass(frozen=True)
class Fitted:
    """A fitted model and its evaluation.

    Attributes:
        booster: the trees.
        parameters: what LightGBM was given.
        threshold: from which the second of two classes is chosen; none for more classes.
        evaluation: on the test set.
        seconds: spent reading, binning and boosting.
    """

    booster: lightgbm.Booster
    parameters: Mapping[str, Any]
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
    parameters = training_parameters(
        classes=len(data.classes),
        max_depth=settings.max_depth,
        learning_rate=settings.learning_rate,
        seed=settings.seed,
        further=settings.further,
    )
    dataset = lightgbm_dataset(
        LabelledTable(tables, data.train_set, data.features, data.target, data.classes),
        data.features,
        parameters,
        balanced=settings.balanced,
        progress=lambda done, rows: progress("read", done, rows),
    )
    threshold = _threshold(dataset, data, settings, parameters)
    booster = fit(
        dataset,
        parameters,
        settings.n_estimators,
        lambda done, rounds, note: progress("boost", done, rounds, note),
        measure=progress.watched,
    )
    seconds = time.monotonic() - started
    evaluation = evaluate_on(
        LabelledTable(tables, data.test_set, data.features, data.target, data.classes),
        booster.predict,
        data.classes,
        threshold,
        lambda done: progress("test", done, data.test_set.rows),
    )
    return Fitted(booster, parameters, threshold, evaluation, seconds)


def _threshold(
    dataset: lightgbm.Dataset,
    data: TrainingData,
    settings: Settings,
    parameters: Mapping[str, Any],
) -> float | None:
    if len(data.classes) > 2:
        return None
    if settings.threshold == "auto":
        return choose_threshold(dataset, parameters, settings.n_estimators, settings.seed)
    return settings.threshold

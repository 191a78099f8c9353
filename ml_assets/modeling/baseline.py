"""What a candidate has to beat."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import mlflow
from mlflow import MlflowClient

from ml_assets.errors import DataError
from ml_assets.modeling.dataset import LabelledTable
from ml_assets.modeling.evaluation import evaluate_on
from ml_assets.modeling.features import Feature, check_same_columns
from ml_assets.modeling.training_data import TrainingData
from ml_assets.platforms.base import Tables
from ml_assets.tracking.registry import find_alias


@dataclass(frozen=True)
class Baseline:
    """The F1 that has to be exceeded, and where it comes from."""

    f1: float
    origin: str


def choose_baseline(
    client: MlflowClient,
    tables: Tables,
    data: TrainingData,
    *,
    floor: float,
    registered_model: str,
    alias: str | None,
    min_improvement: float,
) -> tuple[Baseline, list[str]]:
    """The floor, or the F1 of the version under ``alias`` on the same test set if that is higher.

    Returns:
        the baseline, and what the user should know.
    """
    fixed = Baseline(floor, "the given baseline")
    if alias is None:
        return fixed, []
    version = find_alias(client, registered_model, alias)
    if version is None:
        return fixed, [f"{registered_model} has no {alias} yet: only the given baseline counts"]
    f1 = _f1_of(f"models:/{registered_model}/{version.version}", tables, data)
    compared = Baseline(
        f1 + min_improvement,
        f"{alias} (version {version.version}, F1 {f1:.4f} on this test set)"
        + (f" plus {min_improvement}" if min_improvement else ""),
    )
    return (compared if compared.f1 > floor else fixed), []


def _f1_of(uri: str, tables: Tables, data: TrainingData) -> float:
    folder = Path(mlflow.artifacts.download_artifacts(uri))
    description: dict[str, Any] = json.loads(
        (folder / "artifacts" / "description.json").read_text(encoding="utf-8")
    )
    booster = lightgbm.Booster(model_file=folder / "artifacts" / "booster.txt")
    features = [Feature.model_validate(entry) for entry in description["features"]]
    check_same_columns(tables, data.test_set, features, data.target)
    classes = description["classes"]
    if set(classes) != set(data.classes):
        raise DataError(
            f"{uri} knows the classes {classes}, the test set has {list(data.classes)}.",
            hint="They cannot be compared: leave out --compare-with for this training.",
        )
    rows = LabelledTable(tables, data.test_set, features, data.target, classes)
    found = evaluate_on(rows, booster.predict, classes, description["threshold"])
    return found.metrics["test_f1"]

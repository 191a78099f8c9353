"""What a candidate has to beat."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import mlflow
from mlflow import MlflowClient

from ml_assets.errors import DataError
from ml_assets.modeling.dataset import LabelledTable
from ml_assets.modeling.evaluation import evaluate_on
from ml_assets.modeling.features import Feature, other_columns
from ml_assets.modeling.scoring_model import load_booster
from ml_assets.modeling.training_data import TrainingData
from ml_assets.platforms.base import Tables
from ml_assets.preparation.label import Label
from ml_assets.tracking.registry import find_alias


@dataclass(frozen=True)
class Baseline:
    """The F1 that has to be exceeded, where it comes from, and what the user should know."""

    f1: float
    origin: str
    warnings: Sequence[str] = ()


def choose_baseline(
    client: MlflowClient,
    tables: Tables,
    data: TrainingData,
    *,
    floor: float,
    registered_model: str,
    alias: str | None,
    min_improvement: float,
) -> Baseline:
    """The floor, or the F1 of the version under ``alias`` on the same test set if that is higher.

    Raises:
        DataError: that version cannot be compared on this test set.
    """
    fixed = Baseline(floor, "the given baseline")
    if alias is None:
        return fixed
    version = find_alias(client, registered_model, alias)
    if version is None:
        alone = (
            f"{registered_model} has no {alias} yet: only the given baseline counts "
            f"(register_model --alias {alias} names one)"
        )
        return replace(fixed, warnings=(alone,))
    f1 = _f1_of(f"models:/{registered_model}/{version.version}", tables, data)
    compared = Baseline(
        f1 + min_improvement,
        f"{alias} (version {version.version}, F1 {f1:.4f} on this test set)"
        + (f" plus {min_improvement}" if min_improvement else ""),
    )
    return compared if compared.f1 > floor else fixed


def _f1_of(uri: str, tables: Tables, data: TrainingData) -> float:
    folder = Path(mlflow.artifacts.download_artifacts(uri)) / "artifacts"
    if not (folder / "description.json").is_file():
        raise _not_comparable(uri, "was not made by train_model")
    description: dict[str, Any] = json.loads(
        (folder / "description.json").read_text(encoding="utf-8")
    )
    features = [Feature.model_validate(entry) for entry in description["features"]]
    if wrong := other_columns(tables, data.test_set, [(f.name, f.type) for f in features]):
        raise _not_comparable(
            uri,
            f"reads columns that {data.test_set} lacks or has with another type: "
            f"{', '.join(wrong)}",
        )
    classes = description["classes"]
    if not _are_the_same(classes, data.classes):
        raise _not_comparable(
            uri, f"knows the classes {classes}, and this training {list(data.classes)}"
        )
    booster = load_booster(folder / "booster.txt", description["booster_sha256"])
    rows = LabelledTable(tables, data.test_set, features, data.target, classes)
    found = evaluate_on(rows, booster.predict, classes, description["threshold"])
    return found.metrics["test_f1"]


def _are_the_same(one: Sequence[Label], other: Sequence[Label]) -> bool:
    """Whether F1 means the same; of two classes it is that of the second, the positive one."""
    if len(one) == 2:
        return list(one) == list(other)
    return len(one) == len(other) and set(one) == set(other)


def _not_comparable(uri: str, reason: str) -> DataError:
    return DataError(
        f"{uri} cannot be compared with: it {reason}.",
        hint="Leave out --compare-with for this training; --baseline-f1 still has to be beaten.",
    )

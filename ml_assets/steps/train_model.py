"""Fit LightGBM on one train set, evaluate it on its test set, log it, and ask the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field, field_validator

from ml_assets.platforms.base import Platform
from ml_assets.references import ColumnName, Identifier, TableRef, TableVersion, TrainedModel
from ml_assets.steps.base import (
    GATE_NOT_PASSED,
    Progress,
    Step,
    StepParams,
    StepResult,
    silent,
)

ParamValue = bool | int | float | str | list[float] | list[int] | list[str]


class TrainModelParams(StepParams):
    """What to fit, and what it has to beat."""

    model_name: Identifier = Field(description="Model name for registration.")
    train_table: TableRef = Field(default="train_set", description="Training table name.")
    test_table: TableRef = Field(default="test_set", description="Test table name.")
    train_version: int | None = Field(
        default=None, ge=0, description="Version of the training table (newest when left out)."
    )
    test_version: int | None = Field(
        default=None, ge=0, description="Version of the test table (newest when left out)."
    )
    target_col: ColumnName = Field(default="target", description="Target column name.")
    ignore_columns: list[ColumnName] = Field(
        default_factory=list, description="Columns that do not become features."
    )
    baseline_f1: float = Field(default=0.0, ge=0, le=1, description="Baseline F1 score to beat.")
    compare_with: Identifier | None = Field(
        default=None,
        description="Alias of a registered version (champion, say) to beat too, on this test set.",
    )
    min_improvement: float = Field(
        default=0.0, ge=0, le=1, description="By how much F1 has to be above the compared version."
    )
    max_depth: int = Field(
        default=5, ge=-1, le=1000, description="LightGBM max_depth (-1: no limit)."
    )
    n_estimators: int = Field(
        default=100, ge=1, le=100_000, description="LightGBM n_estimators."
    )
    learning_rate: float = Field(
        default=0.1, gt=0, le=10, description="LightGBM learning_rate."
    )
    random_seed: int = Field(default=42, ge=0, lt=2**31, description="Random seed.")
    params: dict[str, ParamValue] = Field(
        default_factory=dict, description="Further LightGBM parameters, as key=value."
    )
    threshold: float | Literal["auto"] = Field(
        default=0.5,
        description="Probability from which a row is positive (binary only); auto picks the best "
        "F1 on a part of the training set.",
    )
    positive_class: str | None = Field(
        default=None, description="The positive class (binary only; the larger one if left out)."
    )
    max_categories: int = Field(
        default=1000, ge=2, le=1_000_000, description="Most different texts that a feature may have."
    )


class TrainingResult(StepResult):
    """The logged model and everything its gate looked at."""

    model: TrainedModel
    classes: list[str]
    features: int
    train_seconds: float
    run_url: str | None
    warnings: list[str]

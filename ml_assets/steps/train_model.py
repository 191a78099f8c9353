"""Fit LightGBM on one train set, evaluate it on its test set, log it, and ask the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from ml_assets.errors import UsageError
from ml_assets.platforms.base import Platform
from ml_assets.progress import Progress, silent
from ml_assets.references import (
    ColumnName,
    Identifier,
    TableRef,
    TrainedModel,
)
from ml_assets.steps.base import GATE_NOT_PASSED, Step, StepResult, TaggedParams, pinned
from ml_assets.steps.options import DEFAULT_THRESHOLD, GateOptions, TrainingOptions

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from ml_assets.modeling.baseline import Baseline
    from ml_assets.modeling.training import Fitted, Settings
    from ml_assets.modeling.training_data import TrainingData
    from ml_assets.tracking.runs import OpenRun

_EXAMPLE_ROWS = 5


class TrainModelParams(TaggedParams, TrainingOptions, GateOptions):
    """What to fit, on which tables, and what it has to beat."""

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

    @model_validator(mode="after")
    def _two_tables(self) -> Self:
        if self.table(self.train_table) == self.table(self.test_table):
            raise ValueError("--train-table and --test-table are the same table")
        return self


class TrainingResult(StepResult):
    """The logged model and everything its gate looked at."""

    model: TrainedModel
    classes: list[str]
    features: list[str]
    rounds: int
    train_seconds: float
    run_page: str
    warnings: list[str]

    def summary(self) -> list[str]:
        """Metrics, gate, where the model is, warnings."""
        model = self.model
        verdict = "beats" if model.beats_baseline else "does not beat"
        return [
            f"model      {model.model_uri} (run {model.run_id})",
            f"trained on {model.train_set}  {model.train_set.rows:,} rows, "
            f"{len(self.features)} features, {self.rounds} rounds, {self.train_seconds:.1f} s",
            f"tested on  {model.test_set}  {model.test_set.rows:,} rows",
            *(f"{name:<14} {value:.4f}" for name, value in model.metrics.items()),
            f"F1 {model.f1:.4f} {verdict} {model.baseline_f1:.4f} ({model.baseline})",
            *(f"warning: {warning}" for warning in self.warnings),
        ]

    @property
    def exit_code(self) -> int:
        """0 when F1 beats the baseline, 1 when it does not."""
        return 0 if self.model.beats_baseline else GATE_NOT_PASSED


def run(
    params: TrainModelParams, platform: Platform, progress: Progress = silent
) -> TrainingResult:
    """Check, fit, evaluate, log, and compare with the baseline."""
    data = _read(params, platform)

    from ml_assets.modeling.recording import log_inputs, log_outcome
    from ml_assets.modeling.training import train
    from ml_assets.tracking.interrupts import uninterrupted
    from ml_assets.tracking.runs import connect, mlflow_run

    settings = _settings(params, data)
    client = connect(platform)
    baseline = _baseline(params, platform, data, client)
    with mlflow_run(
        client,
        platform,
        experiment=params.experiment,
        name=f"training_{params.environment}",
        tags={
            **params.tags,
            "step": "train_model",
            "model_name": params.model_name,
            "environment": params.environment,
        },
    ) as open_run:
        with uninterrupted():
            log_inputs(client, open_run.run_id, platform, data, params.model_dump(exclude={"tags"}))
        fitted = train(platform.tables, data, settings, progress)
        with uninterrupted():
            model = _log_model(params, platform, data, fitted, baseline, open_run)
            log_outcome(client, model, fitted, data)
        return TrainingResult(
            model=model,
            classes=[str(label) for label in data.classes],
            features=[feature.name for feature in data.features],
            rounds=fitted.booster.current_iteration(),
            train_seconds=fitted.seconds,
            run_page=open_run.page,
            warnings=[*data.warnings, *baseline.warnings],
        )


def _read(params: TrainModelParams, platform: Platform) -> TrainingData:
    train_set = pinned(platform.tables, params.table(params.train_table), params.train_version)
    test_set = pinned(platform.tables, params.table(params.test_table), params.test_version)

    from ml_assets.modeling.training_data import read_training_data

    data = read_training_data(
        platform.tables,
        train_set,
        test_set,
        target=params.target_col,
        ignore=params.ignore_columns,
        max_categories=params.max_categories,
        positive_class=params.positive_class,
    )
    if params.threshold != DEFAULT_THRESHOLD and len(data.classes) > 2:
        raise UsageError(
            f"A threshold is for two classes; {params.target_col!r} has {len(data.classes)}.",
            hint="Leave out --threshold.",
        )
    return data


def _settings(params: TrainModelParams, data: TrainingData) -> Settings:
    from ml_assets.modeling.hyperparameters import (
        check_parameters,
        training_parameters,
        try_parameters,
    )
    from ml_assets.modeling.training import Settings

    check_parameters(params.params)
    parameters = training_parameters(
        classes=len(data.classes),
        max_depth=params.max_depth,
        learning_rate=params.learning_rate,
        seed=params.random_seed,
        further=params.params,
    )
    try_parameters(parameters, features=len(data.features), classes=len(data.classes))
    return Settings(
        parameters=parameters,
        rounds=params.n_estimators,
        seed=params.random_seed,
        balanced=params.class_weight == "balanced",
        threshold=params.threshold,
    )


def _baseline(
    params: TrainModelParams, platform: Platform, data: TrainingData, client: MlflowClient
) -> Baseline:
    from ml_assets.modeling.baseline import choose_baseline

    return choose_baseline(
        client,
        platform.tables,
        data,
        floor=params.baseline_f1,
        registered_model=params.model(params.model_name),
        alias=params.compare_with,
        min_improvement=params.min_improvement,
    )


def _log_model(
    params: TrainModelParams,
    platform: Platform,
    data: TrainingData,
    fitted: Fitted,
    baseline: Baseline,
    open_run: OpenRun,
) -> TrainedModel:
    from ml_assets.modeling.dataset import LabelledTable
    from ml_assets.modeling.logged_model import log_scoring_model

    rows = LabelledTable(platform.tables, data.train_set, data.features, data.target, data.classes)
    uri = log_scoring_model(
        fitted.booster,
        features=data.features,
        classes=data.classes,
        threshold=fitted.threshold,
        provenance={
            "model_name": params.model_name,
            "target": data.target,
            "train_set": str(data.train_set),
            "test_set": str(data.test_set),
        },
        example=rows.head(_EXAMPLE_ROWS),
    )
    metrics = fitted.evaluation.metrics
    return TrainedModel(
        run_id=open_run.run_id,
        model_uri=uri,
        model_name=params.model_name,
        metrics=metrics,
        f1=metrics["test_f1"],
        baseline_f1=baseline.f1,
        baseline=baseline.origin,
        beats_baseline=metrics["test_f1"] > baseline.f1,
        threshold=fitted.threshold,
        train_set=data.train_set,
        test_set=data.test_set,
    )


STEP = Step(
    name="train_model",
    summary="Train a model with MLflow tracking and compare it with its baseline.",
    params=TrainModelParams,
    result=TrainingResult,
    run=run,
)

"""Register the model of one run: one version per run, alias last."""

from __future__ import annotations

from pydantic import Field

from ml_assets.references import Identifier, ModelVersion, TrainedModel
from ml_assets.steps.base import Progress, Step, StepParams, StepResult, silent


class RegisterModelParams(StepParams):
    """Which run, and under which name and alias."""

    model_name: Identifier = Field(description="Model name in the registry.")
    run_id: str | None = Field(
        default=None,
        pattern=r"^[0-9a-zA-Z_\-]{1,64}$",
        description="MLflow run (the latest one that beat its baseline when left out).",
    )
    alias: Identifier = Field(default="latest-model", description="Model alias to set.")
    description: str | None = Field(
        default=None, max_length=65_535, description="Description (made from the metrics if left out)."
    )
    git_sha: str | None = Field(
        default=None, pattern=r"^[0-9a-zA-Z_.\-]{1,64}$", description="Git commit for the tag."
    )
    experiment_name: str | None = Field(
        default=None, description="MLflow experiment to search (the schema's own if left out)."
    )


class RegistrationResult(StepResult):
    """The version."""

    model_version: ModelVersion
    created: bool
    git_sha: str
    f1: float
    url: str | None

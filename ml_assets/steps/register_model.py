"""Register the model of one run: one version per run, alias last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import Field

from ml_assets.platforms.base import Platform
from ml_assets.progress import Progress, silent
from ml_assets.references import AliasName, Identifier, ModelVersion
from ml_assets.steps.base import Step, StepResult, TaggedParams

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

_LOCK_SECONDS = 300.0
_PROVENANCE = ("train_set", "test_set", "baseline")


class RegisterModelParams(TaggedParams):
    """Which run, and under which name and alias."""

    model_name: Identifier = Field(description="Model name in the registry.")
    run_id: str | None = Field(
        default=None,
        pattern=r"^[0-9a-zA-Z_\-]{1,64}$",
        description="MLflow run (the latest one that beat its baseline when left out).",
    )
    alias: AliasName = Field(default="latest-model", description="Model alias to set.")
    description: str | None = Field(
        default=None,
        max_length=65_535,
        description="Description (made from the metrics if left out).",
    )
    git_sha: str | None = Field(
        default=None, pattern=r"^[0-9a-zA-Z_.\-]{1,64}$", description="Git commit for the tag."
    )
    experiment_name: str | None = Field(
        default=None, description="MLflow experiment to search (the schema's own if left out)."
    )


class RegistrationResult(StepResult):
    """The version, and whether this call created it."""

    model_version: ModelVersion
    created: bool
    git_sha: str
    f1: float
    url: str

    def summary(self) -> list[str]:
        """Version, alias, F1 and commit."""
        version = self.model_version
        return [
            f"{'registered' if self.created else 'already registered:'} {version} "
            f"(run {version.run_id})",
            f"alias {version.alias}, F1 {self.f1:.4f}, git {self.git_sha}",
            self.url,
        ]

    @property
    def outputs(self) -> Mapping[str, str]:
        """The version's number."""
        return {"REGISTERED_VERSION": str(self.model_version.version)}


def run(
    params: RegisterModelParams, platform: Platform, progress: Progress = silent
) -> RegistrationResult:
    """Find the run, refuse it when its gate said no, register it once, and move the alias.

    Raises:
        NotFoundError: no such run, or none that beat its baseline.
        GateError: the run did not beat its baseline.
    """
    del progress
    from ml_assets.tracking.failures import explained_store
    from ml_assets.tracking.pages import model_version_page
    from ml_assets.tracking.registry import get_version, move_alias
    from ml_assets.tracking.runs import connect
    from ml_assets.tracking.trained import latest_trained_run, trained_run

    client = connect(platform)
    name = params.model(params.model_name)
    with explained_store(platform):
        if params.run_id is None:
            experiment = params.experiment_name or params.experiment
            trained = latest_trained_run(client, experiment, params.model_name)
        else:
            trained = trained_run(client, params.run_id)
        with platform.lock(f"model-{name}", wait_seconds=_LOCK_SECONDS):
            number, created = _version_for(client, name, trained, params)
            move_alias(client, name, params.alias, number)
        version = get_version(client, name, version=number, alias=params.alias)
    registered = ModelVersion(
        name=name, version=number, run_id=trained.info.run_id, alias=params.alias
    )
    return RegistrationResult(
        model_version=registered,
        created=created,
        git_sha=version.tags["git_sha"],
        f1=float(version.tags["f1_score"]),
        url=model_version_page(platform, registered),
    )


def _version_for(
    client: MlflowClient, name: str, trained: Run, params: RegisterModelParams
) -> tuple[int, bool]:
    """The number of this run's version, and whether it is new."""
    from ml_assets.tracking.registry import create_version, version_of_run

    found = version_of_run(client, name, trained.info.run_id)
    if found is not None:
        if params.description is not None:
            client.update_model_version(name, found.version, description=params.description)
        return int(found.version), False
    return (
        create_version(
            client,
            name,
            trained,
            description=params.description or _description(trained),
            tags=_tags(trained, params),
        ),
        True,
    )


def _tags(trained: Run, params: RegisterModelParams) -> dict[str, str]:
    from ml_assets.provenance import git_sha

    metrics = trained.data.metrics
    return {
        **params.tags,
        "environment": params.environment,
        "git_sha": git_sha(params.git_sha),
        "registered_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "f1_score": repr(metrics["test_f1"]),
        "baseline_f1": repr(metrics["baseline_f1"]),
        **{name: trained.data.tags[name] for name in _PROVENANCE},
    }


def _description(trained: Run) -> str:
    metrics, tags = trained.data.metrics, trained.data.tags
    tested = ", ".join(
        f"{name.removeprefix('test_')} {value:.4f}"
        for name, value in sorted(metrics.items())
        if name.startswith("test_")
    )
    return (
        f"LightGBM classifier. On {tags['test_set']}: {tested}. "
        f"Trained on {tags['train_set']}; had to beat F1 {metrics['baseline_f1']:.4f} "
        f"({tags['baseline']})."
    )


STEP = Step(
    name="register_model",
    summary="Register the model of a run, tag it, describe it, and set its alias.",
    params=RegisterModelParams,
    result=RegistrationResult,
    run=run,
)

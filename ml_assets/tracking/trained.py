"""Runs that trained a model, and what their gate decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ml_assets.errors import ConflictError, GateError, NotFoundError
from ml_assets.tracking.runs import find_experiment

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

GATE = "should_register"
"""Run tag: ``True`` when F1 beat the baseline. It is written last, so a run without it is not done.
"""


def trained_run(client: MlflowClient, run_id: str) -> Run:
    """The finished training run whose gate lets its model pass.

    Raises:
        NotFoundError: there is no such run.
        ConflictError: it is no finished training run.
        GateError: it did not beat its baseline.
    """
    from mlflow.exceptions import MlflowException

    try:
        run = client.get_run(run_id)
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        raise NotFoundError(
            f"There is no MLflow run {run_id}.",
            hint="train_model prints the id of its run; check --run-id and the environment.",
        ) from error
    if run.info.lifecycle_stage == "deleted":
        raise NotFoundError(
            f"MLflow run {run_id} is in the trash.",
            hint=f"Restore it: mlflow runs restore --run-id {run_id}",
        )
    verdict = run.data.tags.get(GATE)
    if run.info.status != "FINISHED" or verdict is None:
        raise ConflictError(
            f"MLflow run {run_id} is not a finished training (status {run.info.status}).",
            hint="Give --run-id the id that train_model prints, or leave it out.",
        )
    if verdict != "True":
        metrics = run.data.metrics
        raise GateError(
            f"Run {run_id} is not registered: its F1 {metrics['test_f1']:.4f} does not beat "
            f"{metrics['baseline_f1']:.4f} ({run.data.tags['baseline']}).",
            hint="Train a better model, or train again with a lower --baseline-f1.",
        )
    return run


def latest_trained_run(client: MlflowClient, experiment: str, model_name: str) -> Run:
    """The newest run in ``experiment`` that trained ``model_name`` and beat its baseline.

    Raises:
        NotFoundError: there is none.
    """
    experiment_id = find_experiment(client, experiment)
    if experiment_id is None:
        raise NotFoundError(
            f"There is no MLflow experiment {experiment}.",
            hint="train_model creates it; check --catalog, --schema and --experiment-name.",
        )
    found = client.search_runs(
        [experiment_id],
        f"attributes.status = 'FINISHED' and tags.step = 'train_model' and tags.{GATE} = 'True' "
        f"and tags.model_name = '{model_name}'",
        order_by=["attributes.start_time DESC"],
        max_results=1,
    )
    if not found:
        raise NotFoundError(
            f"Experiment {experiment} has no run of {model_name} that beat its baseline.",
            hint="Run train_model with this --model-name, and look at the F1 that it prints.",
        )
    return found[0]

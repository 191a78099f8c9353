"""One MLflow run around one attempt of a step."""

from __future__ import annotations

import getpass
import logging
import os
import uuid
import warnings
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ml_assets.errors import ConflictError, MissingPackageError
from ml_assets.platforms.base import Platform
from ml_assets.provenance import git_sha
from ml_assets.tracking.embedded_store import make_embedded_store
from ml_assets.tracking.failures import explained_store, shown
from ml_assets.tracking.interrupts import uninterrupted
from ml_assets.tracking.pages import run_page

if TYPE_CHECKING:
    from mlflow import MlflowClient

LEASE = "ml_assets.lease"
"""Tag: the lock that a run's process holds while it lives."""

_STORE_WAIT_SECONDS = 120.0
_PARAM_LENGTH = 6000  # mlflow.utils.validation.MAX_PARAM_VAL_LENGTH


def connect(platform: Platform) -> MlflowClient:
    """A client of the platform's tracking server and registry, both set explicitly."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    # MLflow's own seven retries are minutes of silence when a server is down.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "3")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", module=r"mlflow\..*")
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    # It shows the stack of what it raises.
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)
    with _unchanged("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        mlflow.set_tracking_uri(platform.tracking_uri)
        mlflow.set_registry_uri(platform.registry_uri)
    with (
        explained_store(platform),
        platform.lock("mlflow-store", wait_seconds=_STORE_WAIT_SECONDS),
    ):
        make_embedded_store(platform.tracking_uri)
        make_embedded_store(platform.registry_uri)
        try:
            client = mlflow.MlflowClient()
            client.get_experiment_by_name("Default")
        except ModuleNotFoundError as error:
            raise MissingPackageError(
                f"MLflow at {shown(platform.tracking_uri)} needs {error.name}, which is not "
                "installed.",
                hint="Install it, or set MLFLOW_TRACKING_URI to another store.",
            ) from error
    return client


@contextmanager
def _unchanged(*names: str) -> Generator[None, None, None]:
    """Put these variables back: MLflow writes into them what only the user should say."""
    before = {name: os.environ.get(name) for name in names}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def find_experiment(client: MlflowClient, name: str) -> str | None:
    """The id of a living experiment, or nothing."""
    experiment = client.get_experiment_by_name(name)
    if experiment is None:
        return None
    if experiment.lifecycle_stage == "deleted":
        raise ConflictError(
            f"MLflow experiment {name} is in the trash.",
            hint=f"Restore it: mlflow experiments restore --experiment-id "
            f"{experiment.experiment_id}",
        )
    return str(experiment.experiment_id)


def ensure_experiment(client: MlflowClient, platform: Platform, name: str) -> str:
    """The id of the experiment, created when it is missing."""
    with platform.lock("mlflow-store", wait_seconds=_STORE_WAIT_SECONDS):
        found = find_experiment(client, name)
        if found is not None:
            return found
        return client.create_experiment(name, artifact_location=platform.artifact_location(name))


def end_orphans(client: MlflowClient, platform: Platform, experiment_id: str) -> list[str]:
    """End the runs whose process died before it could, and return their ids."""
    ended: list[str] = []
    running = client.search_runs([experiment_id], "attributes.status = 'RUNNING'")
    for run in running:
        lease = run.data.tags.get(LEASE)
        if lease is None:
            continue
        run_id = str(run.info.run_id)
        try:
            with platform.lock(f"run-{lease}", wait_seconds=0, once=True):
                # Its process may have ended it since the search.
                if client.get_run(run_id).info.status == "RUNNING":
                    client.set_tag(run_id, "ml_assets.ended_by", "sweep: its process died")
                    client.set_terminated(run_id, status="KILLED")
                    ended.append(run_id)
        except ConflictError:
            continue
    return ended


@dataclass(frozen=True)
class OpenRun:
    """A run while it is open: its id, and its page in MLflow's UI."""

    run_id: str
    page: str


@contextmanager
def mlflow_run(
    client: MlflowClient,
    platform: Platform,
    *,
    experiment: str,
    name: str,
    tags: Mapping[str, str],
) -> Generator[OpenRun, None, None]:
    """Open a run, yield it, and end it whatever happens.

    FINISHED when the body returns, FAILED when it raises, KILLED when it is interrupted.
    """
    import mlflow

    lease = uuid.uuid4().hex
    all_tags = {"git_sha": git_sha(), **_author(), **tags, LEASE: lease}
    with (
        explained_store(platform),
        platform.lock(f"run-{lease}", wait_seconds=0, once=True),
        ExitStack() as stack,
    ):
        experiment_id = ensure_experiment(client, platform, experiment)
        end_orphans(client, platform, experiment_id)
        with uninterrupted():
            run = client.create_run(experiment_id, run_name=name, tags=all_tags)
            run_id = str(run.info.run_id)
            stack.push(_Ending(client, run_id))
            mlflow.start_run(run_id=run_id)
        yield OpenRun(run_id, run_page(platform, experiment_id, run_id))


@dataclass(frozen=True)
class _Ending:
    """Ends a run as its body ended."""

    client: MlflowClient
    run_id: str

    def __call__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> None:
        import mlflow

        with uninterrupted():
            active = mlflow.active_run()
            if active is not None and active.info.run_id == self.run_id:
                mlflow.end_run(_status(error))
            else:
                self.client.set_terminated(self.run_id, status=_status(error))
            if isinstance(error, Exception):
                self.client.set_tag(self.run_id, "ml_assets.error", str(error)[:_PARAM_LENGTH])


def _status(error: BaseException | None) -> str:
    if error is None:
        return "FINISHED"
    return "FAILED" if isinstance(error, Exception) else "KILLED"


def _author() -> dict[str, str]:
    """What MLflow's UI shows as user and source."""
    try:
        user = {"mlflow.user": getpass.getuser()}
    except (KeyError, OSError):  # a container's user may have no name
        user = {}
    return {**user, "mlflow.source.name": "ml_assets", "mlflow.source.type": "PROJECT"}


def log_params(client: MlflowClient, run_id: str, params: Mapping[str, object]) -> None:
    """Log ``params`` in one call, each cut to the length that MLflow takes."""
    from mlflow.entities import Param

    client.log_batch(
        run_id,
        params=[Param(key, str(value)[:_PARAM_LENGTH]) for key, value in params.items()],
    )

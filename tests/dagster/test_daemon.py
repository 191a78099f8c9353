"""A real daemon: new data starts a training by itself, and a model is trained once at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dagster.project import change_model, copy_project
from tests.dagster.server import Server, dagster_server, wait_for
from tests.dagster.support import MODEL, breast_cancer
from tests.support import client_of, put_table, read_table

SOURCE = "mlops_local.ml_models.breast_cancer"
SENSOR = f"{MODEL}_source_updated"
RUN_SECONDS = 240

START = """mutation($selector: SensorSelector!) { startSensor(sensorSelector: $selector) {
    __typename ... on Sensor { sensorState { status } } ... on PythonError { message } } }"""
TICKS = """query($selector: SensorSelector!) { sensorOrError(sensorSelector: $selector) {
    ... on Sensor { sensorState { ticks(limit: 100) { status skipReason runIds } } } } }"""
TERMINATE = """mutation($id: String!) { terminateRun(runId: $id) {
    __typename ... on TerminateRunFailure { message } ... on PythonError { message } } }"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[Server]:
    """A clone whose source is looked at every five seconds."""
    place = tmp_path_factory.mktemp("daemon")
    project = copy_project(place / "ml_assets")
    change_model(project, {"sensor": {"interval_seconds": 5}})
    home = place / "home"
    put_table(home, SOURCE, breast_cancer())
    shutil.copy(empty_store, home / "mlflow.db")
    variables = {"PYTHONPATH": str(project), "GIT_SHA": "0123abc"}
    with dagster_server(home, project=project, variables=variables) as server:
        yield server


def _selector(server: Server) -> dict[str, str]:
    return {
        "repositoryLocationName": server.location,
        "repositoryName": "__repository__",
        "sensorName": SENSOR,
    }


def _ticks(server: Server) -> list[dict[str, Any]]:
    found = server.graphql(TICKS, selector=_selector(server))
    return found["sensorOrError"]["sensorState"]["ticks"]


def _ended(server: Server, count: int) -> list[dict[str, Any]]:
    """All runs, once ``count`` of them have ended."""
    return wait_for(
        f"The end of {count} runs",
        lambda: len([run for run in server.runs() if run["endTime"]]) >= count and server.runs(),
        seconds=RUN_SECONDS,
        server=server,
    )


def test_new_data_starts_a_training_by_itself(server: Server) -> None:
    started = server.graphql(START, selector=_selector(server))["startSensor"]
    assert started["sensorState"]["status"] == "RUNNING"
    wait_for(
        "The first look",
        lambda: [t for t in _ticks(server) if str(t["skipReason"]).startswith("First look")],
        seconds=60,
        server=server,
    )
    assert server.runs() == []

    put_table(server.home, SOURCE, breast_cancer().slice(0, 50), mode="append")
    (run,) = _ended(server, 1)

    assert run["status"] == "SUCCESS"
    assert run["jobName"] == f"{MODEL}_training"
    tags = {tag["key"]: tag["value"] for tag in run["tags"]}
    assert tags["dagster/sensor_name"] == SENSOR
    assert tags["ml_assets/source_version"].startswith(f"{SOURCE}@v1-")
    version = client_of(server.home).get_model_version_by_alias(SOURCE, "latest-model")
    assert version.tags["validation"] == "passed"
    assert version.tags["git_sha"] == "0123abc"
    sides = [read_table(server.home, f"{SOURCE}_{name}") for name in ("train_set", "test_set")]
    assert sum(side.num_rows for side in sides) == 569 + 50
    looks = len(_ticks(server))
    wait_for("Two more looks", lambda: len(_ticks(server)) >= looks + 2, seconds=60, server=server)
    assert len(server.runs()) == 1


def test_two_runs_of_a_model_wait_for_each_other(server: Server) -> None:
    before = len(server.runs())
    both = {server.launch(f"{MODEL}_training") for _ in range(2)}

    runs = [run for run in _ended(server, before + 2) if run["runId"] in both]

    assert [run["status"] for run in runs] == ["SUCCESS", "SUCCESS"]
    first, second = sorted(runs, key=lambda run: run["startTime"])
    assert second["startTime"] >= first["endTime"]


def test_a_terminated_run_leaves_no_model_and_no_open_mlflow_run(server: Server) -> None:
    slow = {"n_estimators": 100_000, "learning_rate": 1e-6}
    config = {"ops": {f"{MODEL}__trained_model": {"config": slow}}}
    client = client_of(server.home)
    versions = len(client.search_model_versions(f"name='{SOURCE}'"))

    def training() -> list[Any]:
        experiments = [found.experiment_id for found in client.search_experiments()]
        return client.search_runs(
            experiments, "attributes.status = 'RUNNING' and tags.step = 'train_model'"
        )

    run_id = server.launch(f"{MODEL}_training", config)
    (open_run,) = wait_for("The start of training", training, seconds=60, server=server)
    server.graphql(TERMINATE, id=run_id)
    wait_for(
        "The end of the run",
        lambda: [r for r in server.runs() if r["runId"] == run_id and r["endTime"]],
        seconds=60,
        server=server,
    )

    (run,) = [run for run in server.runs() if run["runId"] == run_id]
    assert run["status"] == "CANCELED"
    wait_for("The end of the MLflow run", lambda: not training(), seconds=30, server=server)
    assert client.get_run(open_run.info.run_id).info.status == "KILLED"
    assert len(client.search_model_versions(f"name='{SOURCE}'")) == versions

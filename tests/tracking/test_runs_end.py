"""No MLflow run is left RUNNING: not by success, failure, an interrupt or a killed process."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from mlflow.entities import Run

from tests.lifecycle import MODEL, PLACE, mixed, prepare, start, train, two_classes
from tests.support import call, client_of

LONG = ("train_model", *PLACE, *MODEL, "--n-estimators", "100000", "--params", "num_threads=1")
SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143}


def training_runs(home: Path) -> list[Run]:
    client = client_of(home)
    found = client.get_experiment_by_name("/Shared/mlops_local/ml/training")
    assert found is not None
    return list(client.search_runs([found.experiment_id], "tags.step = 'train_model'"))


def wait_for_a_running_run(home: Path) -> Run:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        running = [run for run in training_runs(home) if run.info.status == "RUNNING"]
        if running:
            return running[0]
        time.sleep(0.02)
    raise AssertionError("no run was opened within a minute")


@pytest.mark.parametrize(("number", "code"), SIGNALS.items(), ids=["SIGINT", "SIGTERM"])
def test_an_interrupted_training(home: Path, number: signal.Signals, code: int) -> None:
    prepare(home, two_classes(mixed(5000), 0, 1))
    process = start(home, *LONG)
    run = wait_for_a_running_run(home)
    time.sleep(0.3)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert out == ""
    assert "Traceback" not in err
    assert client_of(home).get_run(run.info.run_id).info.status == "KILLED"


def test_a_failed_training(home: Path, tmp_path: Path) -> None:
    prepare(home, two_classes(mixed(), 0, 1))
    # The run's artefacts would go where a file stands in the way.
    (home / "mlartifacts").mkdir(exist_ok=True)
    (home / "mlartifacts" / "Shared.mlops_local.ml.training").touch()
    done = call("train_model", *PLACE, *MODEL, "--n-estimators", "3")
    assert done.code not in {0, 1, 2}
    (run,) = training_runs(home)
    assert run.info.status == "FAILED"
    assert run.data.tags["ml_assets.error"]


def test_a_killed_process_leaves_a_run_that_the_next_start_ends(home: Path) -> None:
    prepare(home, two_classes(mixed(5000), 0, 1))
    process = start(home, *LONG)
    orphan = wait_for_a_running_run(home)
    process.kill()
    process.communicate(timeout=60)
    assert client_of(home).get_run(orphan.info.run_id).info.status == "RUNNING"
    train()
    ended = client_of(home).get_run(orphan.info.run_id)
    assert ended.info.status == "KILLED"
    assert "its process died" in ended.data.tags["ml_assets.ended_by"]


def test_the_run_of_a_living_process_is_left_alone(home: Path) -> None:
    prepare(home, two_classes(mixed(5000), 0, 1))
    process = start(home, *LONG)
    running = wait_for_a_running_run(home)
    train()
    assert client_of(home).get_run(running.info.run_id).info.status == "RUNNING"
    process.terminate()
    process.communicate(timeout=60)
    assert client_of(home).get_run(running.info.run_id).info.status == "KILLED"

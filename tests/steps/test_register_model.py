"""register_model: which run, one version of each, what the version says of itself."""

from __future__ import annotations

import sqlite3
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.lifecycle import MODEL, PLACE, SCHEMA, mixed, prepare, register, train, two_classes
from tests.support import call, client_of, everything_in

NAME = f"{SCHEMA}.m"


@pytest.fixture
def trained(home: Path) -> dict[str, Any]:
    prepare(home, two_classes(mixed(), 0, 1))
    model: dict[str, Any] = train("--baseline-f1", "0.5")["model"]
    return model


def test_what_the_version_says_of_itself(home: Path, trained: dict[str, Any]) -> None:
    done = call("register_model", *PLACE, *MODEL, "--git-sha", "abc123", "--tags", "ticket=ML-7")
    assert done.code == 0
    assert done.out == "REGISTERED_VERSION=1\n"
    version = client_of(home).get_model_version_by_alias(NAME, "latest-model")
    assert (version.version, version.run_id, version.status) == (1, trained["run_id"], "READY")
    assert version.tags["environment"] == "local"
    assert version.tags["git_sha"] == "abc123"
    assert version.tags["ticket"] == "ML-7"
    age = datetime.now(UTC) - datetime.fromisoformat(version.tags["registered_at"])
    assert timedelta(0) <= age + timedelta(seconds=1) < timedelta(minutes=5)
    f1 = client_of(home).get_run(trained["run_id"]).data.metrics["test_f1"]
    assert float(version.tags["f1_score"]) == f1
    for part in (f"f1 {f1:.4f}", "accuracy", f"{SCHEMA}.train_set@v0", "F1 0.5000"):
        assert part in str(version.description)


def test_one_version_of_a_run(home: Path, trained: dict[str, Any]) -> None:
    first = register()
    second = register("--description", "Said later")
    assert (first["created"], second["created"]) == (True, False)
    assert second["model_version"] == first["model_version"]
    (version,) = client_of(home).search_model_versions(f"name='{NAME}'")
    assert version.description == "Said later"
    assert register("--alias", "champion")["model_version"]["version"] == 1
    assert client_of(home).get_registered_model(NAME).aliases == {
        "latest-model": 1, "champion": 1,
    }  # fmt: skip


def test_an_alias_that_a_killed_registration_did_not_come_to(
    home: Path, trained: dict[str, Any]
) -> None:
    register()
    client_of(home).delete_registered_model_alias(NAME, "latest-model")
    again = register()
    assert (again["created"], again["model_version"]["version"]) == (False, 1)
    assert client_of(home).get_registered_model(NAME).aliases == {"latest-model": 1}


def test_the_newest_run_of_this_model_that_beat_its_baseline(
    home: Path, trained: dict[str, Any]
) -> None:
    better = train("--n-estimators", "20")["model"]["run_id"]
    train("--model-name", "other")
    train("--baseline-f1", "1.0", code=1)
    assert register()["model_version"]["run_id"] == better
    older = register("--run-id", trained["run_id"])["model_version"]
    assert (older["version"], older["run_id"]) == (2, trained["run_id"])


def test_a_version_that_never_became_ready_is_passed_over(
    home: Path, trained: dict[str, Any]
) -> None:
    register()
    with sqlite3.connect(home / "mlflow.db") as store:
        store.execute("update model_versions set status = 'PENDING_REGISTRATION'")
    again = register()
    assert (again["created"], again["model_version"]["version"]) == (True, 2)
    assert client_of(home).get_model_version_by_alias(NAME, "latest-model").version == 2


def test_an_older_experiment_by_name(home: Path, trained: dict[str, Any]) -> None:
    elsewhere = ("--schema", "other", "--experiment-name", "/Shared/mlops_local/ml/training")
    version = register(*elsewhere)["model_version"]
    assert version["name"] == "mlops_local.other.m"
    assert version["run_id"] == trained["run_id"]


def test_the_commit(home: Path, trained: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    of_it = ("--run-id", trained["run_id"])
    monkeypatch.setenv("GITHUB_SHA", "from-github")
    monkeypatch.setenv("GIT_SHA", "own")
    assert register(*of_it, "--model-name", "own")["git_sha"] == "own"
    monkeypatch.delenv("GIT_SHA")
    assert register(*of_it, "--model-name", "hub")["git_sha"] == "from-github"
    assert register(*of_it, "--model-name", "flag", "--git-sha", "given")["git_sha"] == "given"
    monkeypatch.delenv("GITHUB_SHA")
    subprocess.run(["git", "init", "--quiet"], check=True)
    identity = ("-c", "user.name=n", "-c", "user.email=e@e")
    subprocess.run(["git", *identity, "commit", "-qm", "m", "--allow-empty"], check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    assert register(*of_it, "--model-name", "folder")["git_sha"] == head.stdout.strip()


def test_the_gate_is_asked_again(home: Path) -> None:
    prepare(home, two_classes(mixed(), 0, 1))
    loser = train("--baseline-f1", "1.0", code=1)["model"]["run_id"]
    assert_refused(home, ("--run-id", loser), "does not beat 1.0000", "lower --baseline-f1")
    assert_refused(home, (), "no run of m that beat its baseline", "Run train_model")


def test_runs_that_are_none_to_register(home: Path, trained: dict[str, Any]) -> None:
    client = client_of(home)
    experiment = client.get_run(trained["run_id"]).info.experiment_id
    (prepared,) = client.search_runs([experiment], "tags.step = 'prepare_data'")
    unfinished = client.create_run(experiment, tags={"should_register": "True"})
    client.delete_run(trained["run_id"])
    for run_id, said, hint in (
        ("0" * 32, "There is no MLflow run", "train_model prints"),
        (prepared.info.run_id, "is not a finished training", "that train_model prints"),
        (unfinished.info.run_id, "status RUNNING", "that train_model prints"),
        (trained["run_id"], "is in the trash", "mlflow runs restore"),
    ):
        assert_refused(home, ("--run-id", run_id), said, hint)
    assert_refused(home, (), "no run of m", "Run train_model")
    nowhere = ("--experiment-name", "/Shared/nowhere")
    assert_refused(home, nowhere, "no MLflow experiment /Shared/nowhere", "--experiment-name")


def test_a_model_that_was_deleted(home: Path, trained: dict[str, Any]) -> None:
    client_of(home).delete_logged_model(trained["model_uri"].removeprefix("models:/"))
    assert_refused(home, (), "does not exist any more", "Train it again")


@pytest.mark.parametrize("alias", ["latest", "v3", "a b", "", "'; drop"])
def test_aliases_that_registries_refuse(home: Path, alias: str) -> None:
    done = call("register_model", *PLACE, *MODEL, "--alias", alias)
    assert done.code == 2
    assert "--alias" in done.err


def assert_refused(home: Path, options: tuple[str, ...], said: str, hint: str) -> None:
    before = everything_in(home)
    done = call("register_model", *PLACE, *MODEL, *options)
    assert done.code == 3, done.err
    assert done.out == ""
    assert said in done.err
    assert hint in done.err
    assert everything_in(home) == before

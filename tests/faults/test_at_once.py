"""Two of the same step at once, into a home where nothing is yet: both are right."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.lifecycle import (
    MODEL,
    PLACE,
    QUICK,
    SCHEMA,
    mixed,
    prepare,
    register,
    start,
    statuses,
    train,
    two_classes,
)
from tests.support import call, client_of, put_table, read_table

NAME = f"{SCHEMA}.m"


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without even an MLflow store."""
    monkeypatch.setenv("ML_ASSETS_HOME", str(tmp_path / "fresh"))
    monkeypatch.setenv("ML_ASSETS_PLATFORM", "local")
    return tmp_path / "fresh"


def at_once(home: Path, *commands: tuple[str, ...]) -> list[dict[str, Any]]:
    """Start the commands together; each has to succeed."""
    processes = [start(home, *command, "--json") for command in commands]
    answers: list[dict[str, Any]] = []
    for process in processes:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        answers.append(json.loads(out))
    return answers


def test_two_preparations(fresh: Path) -> None:
    rows = two_classes(mixed(5000), 0, 1)
    put_table(fresh, f"{SCHEMA}.source", rows.append_column("row", [list(range(5000))]))
    command = ("prepare_data", *PLACE, "--source-table", "source", "--label-column", "target")
    first, second = at_once(
        fresh, (*command, "--random-seed", "1"), (*command, "--random-seed", "2")
    )
    versions = {(r["train_set"]["version"], r["test_set"]["version"]) for r in (first, second)}
    assert versions == {(0, 0), (1, 1)}
    for result in (first, second):
        read = [
            read_table(fresh, result[side]["table"], result[side]["version"])
            for side in ("train_set", "test_set")
        ]
        assert sorted(row for rows in read for row in rows["row"].to_pylist()) == list(range(5000))
    assert statuses(fresh) == ["FINISHED", "FINISHED"]


def test_two_trainings(fresh: Path) -> None:
    rows = two_classes(mixed(2000), 0, 1)
    put_table(fresh, f"{SCHEMA}.train_set", rows.slice(0, 1600))
    put_table(fresh, f"{SCHEMA}.test_set", rows.slice(1600))
    command = ("train_model", *PLACE, *MODEL, *QUICK)
    first, second = (result["model"] for result in at_once(fresh, command, command))
    assert first["run_id"] != second["run_id"]
    assert first["metrics"] == second["metrics"]
    assert statuses(fresh) == ["FINISHED", "FINISHED"]
    for number, model in enumerate((first, second), start=1):
        run = client_of(fresh).get_run(model["run_id"])
        assert run.data.metrics["test_f1"] == model["f1"]
        assert register("--run-id", model["run_id"])["model_version"]["version"] == number
        assert call("validate_model", *PLACE, *MODEL).code == 0


def test_two_registrations_of_one_run(home: Path) -> None:
    prepare(home, two_classes(mixed(), 0, 1))
    train()
    command = ("register_model", *PLACE, *MODEL)
    first, second = at_once(home, command, command)
    assert first["model_version"] == second["model_version"]
    assert sorted([first["created"], second["created"]]) == [False, True]
    assert [v.version for v in client_of(home).search_model_versions(f"name='{NAME}'")] == [1]


def test_two_registrations_of_two_runs(home: Path) -> None:
    prepare(home, two_classes(mixed(), 0, 1))
    runs = [train()["model"]["run_id"], train()["model"]["run_id"]]
    register("--run-id", runs[0], "--model-name", "other")
    results = at_once(
        home, *(("register_model", *PLACE, *MODEL, "--run-id", run_id) for run_id in runs)
    )
    assert {r["model_version"]["version"] for r in results} == {1, 2}
    versions = client_of(home).search_model_versions(f"name='{NAME}'")
    assert {version.run_id for version in versions} == set(runs)


def test_there_is_no_moment_without_the_alias(home: Path) -> None:
    prepare(home, two_classes(mixed(), 0, 1))
    runs = [train()["model"]["run_id"] for _ in range(4)]
    register("--run-id", runs[0])
    with watched_alias(home) as seen:
        for run_id in runs[1:]:
            assert call("register_model", *PLACE, *MODEL, "--run-id", run_id).code == 0
    assert seen == sorted(seen), "the alias went back"
    assert set(seen) >= {1, 4}


@contextmanager
def watched_alias(home: Path) -> Generator[list[int], None, None]:
    """Look the alias up all the time; every look has to find a whole version."""
    seen: list[int] = []
    errors: list[Exception] = []
    done = threading.Event()

    def look() -> None:
        client = client_of(home)
        last = False
        while not last:
            last = done.is_set()
            try:
                version = client.get_model_version_by_alias(NAME, "latest-model")
                assert version.status == "READY"
                assert "f1_score" in version.tags
            except Exception as error:  # noqa: BLE001  whatever it is, the alias was not there
                errors.append(error)
                return
            seen.append(int(version.version))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()
    assert not errors, errors[0]

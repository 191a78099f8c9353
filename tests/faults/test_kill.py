"""``kill -9`` at twenty moments of each step, then the same command again."""

from __future__ import annotations

from pathlib import Path

import mlflow
import numpy as np
import pytest
from deltalake import DeltaTable

from ml_assets.platforms.local.tables import LocalTables
from ml_assets.references import TableName
from tests.faults.support import duration, kill_at, moments
from tests.lifecycle import (
    MODEL,
    PLACE,
    QUICK,
    SCHEMA,
    mixed,
    prepare,
    register,
    sent_rows,
    statuses,
    train,
    two_classes,
)
from tests.support import call, client_of, put_table, read_table

ROWS = 20_000


def test_import_table(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    numbers = np.random.default_rng(1).normal(size=ROWS)
    lines = "\n".join(f"{row},{number!r}" for row, number in enumerate(numbers.tolist()))
    file.write_text(f"row,number\n{lines}\n", encoding="utf-8")
    command = ("import_table", str(file), *PLACE, "--table", "imported", "--if-exists", "replace")
    elsewhere = (*command[:-3], "measured", *command[-2:])
    whole = duration(home, *elsewhere)

    path = home / "warehouse" / "mlops_local/ml/imported"
    for moment in moments(whole):
        kill_at(moment, home, *command)
        if path.is_dir() and DeltaTable.is_deltatable(str(path)):
            assert_complete(home)
    assert call(*command).code == 0
    assert_complete(home)


def assert_complete(home: Path) -> None:
    rows = read_table(home, f"{SCHEMA}.imported")["row"].to_pylist()
    assert sorted(rows) == list(range(ROWS))


def test_prepare_data(home: Path) -> None:
    rows = two_classes(mixed(ROWS), 0, 1)
    put_table(home, f"{SCHEMA}.source", rows.append_column("row", [list(range(ROWS))]))
    command = ("prepare_data", *PLACE, "--source-table", "source", "--label-column", "target")
    whole = duration(home, *command, "--train-table", "measured_1", "--test-table", "measured_2")

    for seed, moment in enumerate(moments(whole)):
        kill_at(moment, home, *command, "--random-seed", str(seed))
        is_a_pair(home)
    assert call(*command).code == 0
    assert is_a_pair(home)
    assert set(statuses(home)) == {"FINISHED", "KILLED"}
    assert train("--ignore-columns", "row")["model"]["beats_baseline"]


def is_a_pair(home: Path) -> bool:
    """Whether the sets can be read together; then no row is lost and none is in both."""
    tables = LocalTables(home / "warehouse")
    names = [
        TableName(catalog="mlops_local", schema_name="ml", table=table)
        for table in ("train_set", "test_set")
    ]
    there = [name for name in names if DeltaTable.is_deltatable(str(tables.path(name)))]
    batches = {tables.newest(name).batch_id for name in there}
    if len(there) == 2 and len(batches) == 1:
        rows = [row for name in names for row in read_table(home, str(name))["row"].to_pylist()]
        assert sorted(rows) == list(range(ROWS))
        return True
    done = call("train_model", *PLACE, *MODEL)
    assert done.code == 3
    assert "different preparations" in done.err or "does not exist" in done.err
    return False


def test_train_model(home: Path) -> None:
    prepare(home, two_classes(mixed(2000), 0, 1))
    command = ("train_model", *PLACE, *MODEL, *QUICK)
    whole = duration(home, *command)
    whole_runs: set[str] = set()
    for moment in moments(whole):
        kill_at(moment, home, *command)
        whole_runs |= check_finished_runs(home, whole_runs)
    run_id = train()["model"]["run_id"]
    assert set(statuses(home)) == {"FINISHED", "KILLED"}
    assert register()["model_version"]["run_id"] == run_id
    assert call("validate_model", *PLACE, *MODEL).code == 0


def check_finished_runs(home: Path, checked: set[str]) -> set[str]:
    """Make sure that what counts as finished is whole; return the ids."""
    client = client_of(home)
    experiment = client.get_experiment_by_name("/Shared/mlops_local/ml/training")
    assert experiment is not None
    finished = "attributes.status = 'FINISHED' and tags.step = 'train_model'"
    runs = client.search_runs([experiment.experiment_id], finished)
    for run in [run for run in runs if run.info.run_id not in checked]:
        assert run.data.tags["should_register"] == "True"
        assert run.data.metrics["test_f1"] > 0.5
        model = mlflow.pyfunc.load_model(run.data.tags["model_uri"])
        assert len(model.predict(sent_rows(home)[0].head(2))) == 2
    return {run.info.run_id for run in runs}


@pytest.fixture
def trained(home: Path) -> str:
    prepare(home, two_classes(mixed(500), 0, 1))
    run_id: str = train()["model"]["run_id"]
    return run_id


def test_register_model(home: Path, trained: str) -> None:
    command = ("register_model", *PLACE, "--run-id", trained)
    whole = duration(home, *command, *MODEL)
    client = client_of(home)
    for number, moment in enumerate(moments(whole)):
        model = f"killed_{number}"
        kill_at(moment, home, *command, "--model-name", model)
        before = client.search_model_versions(f"name='{SCHEMA}.{model}'")
        assert len(before) <= 1
        assert all(version.tags["f1_score"] and version.description for version in before)
        assert call(*command, "--model-name", model).out == "REGISTERED_VERSION=1\n"
        (version,) = client.search_model_versions(f"name='{SCHEMA}.{model}'")
        assert (version.version, version.run_id) == (1, trained)
        assert client.get_registered_model(f"{SCHEMA}.{model}").aliases == {"latest-model": 1}


def test_validate_model(home: Path, trained: str) -> None:
    register()
    command = ("validate_model", *PLACE, *MODEL)
    whole = duration(home, *command)
    client = client_of(home)
    before = dict(client.get_model_version(f"{SCHEMA}.m", "1").tags)
    for moment in moments(whole):
        kill_at(moment, home, *command)
        tags = dict(client.get_model_version(f"{SCHEMA}.m", "1").tags)
        assert {**before, "validated_at": tags["validated_at"]} == tags
    client.delete_model_version_tag(f"{SCHEMA}.m", "1", "validation")
    assert call(*command).code == 0
    assert client.get_model_version(f"{SCHEMA}.m", "1").tags["validation"] == "passed"
    assert "RUNNING" not in statuses(home)

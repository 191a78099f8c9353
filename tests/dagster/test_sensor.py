"""The sensor on a source table: what starts a training and what does not."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from ml_assets.automation import source_sensor, training_job
from ml_assets.environment import current_environment, load_environments
from ml_assets.model_spec import ModelSpec
from ml_assets.runners.in_process import InProcessRunner
from tests.dagster.support import MODEL, breast_cancer, definitions_of, key, location
from tests.support import put_table

SOURCE = "mlops_local.ml_models.breast_cancer"
ROWS = breast_cancer().slice(0, 20)


class Watcher:
    """The daemon's part: it keeps the cursor from tick to tick."""

    def __init__(self, instance: dg.DagsterInstance, defs: dg.Definitions, name: str) -> None:
        self._repository = defs.get_repository_def()
        self._sensor = self._repository.get_sensor_def(name)
        self._resources = {"runner": (defs.resources or {})["runner"]}
        self._instance = instance
        self.cursor: str | None = None

    def tick(self) -> Any:
        context = dg.build_sensor_context(
            instance=self._instance,
            cursor=self.cursor,
            repository_def=self._repository,
            resources=self._resources,
        )
        data = self._sensor.evaluate_tick(context)
        self.cursor = data.cursor or self.cursor
        return data


@pytest.fixture
def watcher(home: Path, instance: dg.DagsterInstance) -> Watcher:
    """Of the shipped model, after its first look at the table."""
    put_table(home, SOURCE, ROWS)
    watcher = Watcher(instance, location(), f"{MODEL}_source_updated")
    watcher.tick()
    return watcher


def test_the_first_look_only_notes_where_the_table_is(
    home: Path, instance: dg.DagsterInstance
) -> None:
    path = put_table(home, SOURCE, ROWS)
    watcher = Watcher(instance, location(), f"{MODEL}_source_updated")

    seen = watcher.tick()

    table_id = str(DeltaTable(path).metadata().id)
    assert seen.run_requests == []
    assert seen.skip_message.startswith("First look: ")
    assert json.loads(seen.cursor) == {MODEL: [table_id, 0]}
    (event,) = seen.asset_events
    assert event.asset_key == key("tables", MODEL)
    assert event.metadata["dagster/row_count"].value == 20
    assert event.tags == {"dagster/data_version": f"v0-{table_id[:8]}"}


@pytest.mark.parametrize("cursor", ["half a {", "[]", "3", '{"breast_cancer": 7}', '{"x": [1]}'])
def test_a_cursor_that_says_nothing_is_a_first_look(watcher: Watcher, cursor: str) -> None:
    good, watcher.cursor = watcher.cursor, cursor

    data = watcher.tick()

    assert data.run_requests == []
    assert "First look" in data.skip_message
    assert watcher.cursor == good


def test_no_new_data_starts_nothing(watcher: Watcher) -> None:
    again = watcher.tick()

    assert again.run_requests == []
    assert again.skip_message == f"No new data: {SOURCE}@v0"


def test_an_append_starts_one_run(home: Path, watcher: Watcher) -> None:
    put_table(home, SOURCE, ROWS, mode="append")

    seen = watcher.tick()

    (request,) = seen.run_requests
    assert request.run_key.startswith(f"{SOURCE}@v1-")
    assert request.tags["ml_assets/source_version"] == request.run_key
    assert [event.metadata["dagster/row_count"].value for event in seen.asset_events] == [40]
    assert watcher.tick().run_requests == []


def test_several_commits_between_two_looks_start_one_run(home: Path, watcher: Watcher) -> None:
    for _ in range(3):
        put_table(home, SOURCE, ROWS, mode="append")

    (request,) = watcher.tick().run_requests

    assert request.run_key.startswith(f"{SOURCE}@v3-")


def test_deleted_rows_are_new_data(home: Path, watcher: Watcher) -> None:
    path = home / "warehouse" / SOURCE.replace(".", "/")
    DeltaTable(path).delete("diagnosis = 'benign'")

    assert len(watcher.tick().run_requests) == 1


def test_compaction_and_clean_up_are_no_new_data(home: Path, watcher: Watcher) -> None:
    path = put_table(home, SOURCE, ROWS, mode="append")
    watcher.tick()
    before = DeltaTable(path).version()

    DeltaTable(path).optimize.compact()
    DeltaTable(path).vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)

    assert DeltaTable(path).version() > before
    seen = watcher.tick()
    assert seen.run_requests == []
    assert seen.skip_message == f"No new data: {SOURCE}@v{before}"


def test_a_recreated_table_is_new_data_although_its_version_is_the_same(
    home: Path, watcher: Watcher
) -> None:
    path = home / "warehouse" / SOURCE.replace(".", "/")
    shutil.rmtree(path)
    put_table(home, SOURCE, ROWS)

    (request,) = watcher.tick().run_requests

    assert request.run_key == f"{SOURCE}@v0-{str(DeltaTable(path).metadata().id)[:8]}"


def test_a_missing_table_is_waited_for(home: Path, instance: dg.DagsterInstance) -> None:
    watcher = Watcher(instance, location(), f"{MODEL}_source_updated")

    seen = watcher.tick()

    assert seen.run_requests == []
    assert f"Table {SOURCE} does not exist" in seen.skip_message
    put_table(home, SOURCE, ROWS)
    assert watcher.tick().skip_message.startswith("First look: ")


def test_a_table_that_is_gone_for_a_while_is_compared_with_what_it_was(
    home: Path, watcher: Watcher, tmp_path: Path
) -> None:
    path = home / "warehouse" / SOURCE.replace(".", "/")
    shutil.move(path, tmp_path / "away")
    assert "does not exist" in watcher.tick().skip_message
    shutil.move(tmp_path / "away", path)

    assert watcher.tick().skip_message == f"No new data: {SOURCE}@v0"


@pytest.mark.parametrize("written", ["features", "labels"])
def test_a_feature_store_model_watches_both_of_its_tables(
    home: Path, instance: dg.DagsterInstance, written: str
) -> None:
    tables = {name: f"mlops_local.store.{name}" for name in ("features", "labels")}
    rows = pa.table({"id": [1, 2], "value": [0.5, 0.7]})
    for name in tables.values():
        put_table(home, name, rows)
    source = {
        "feature_store_table": tables["features"],
        "lookup_key": ["id"],
        "label_table": tables["labels"],
    }
    defs = definitions_of({"name": "wine", "target": "value", "source": source})
    watcher = Watcher(instance, defs, "wine_source_updated")
    watcher.tick()

    put_table(home, tables[written], rows, mode="append")
    seen = watcher.tick()

    assert len(seen.run_requests) == 1
    assert [event.asset_key for event in seen.asset_events] == [key("tables", "store", written)]


def test_a_hundred_unchanged_tables(
    home: Path, instance: dg.DagsterInstance, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = current_environment(load_environments())
    specs = [
        ModelSpec.model_validate(
            {"name": f"model_{n}", "target": "diagnosis", "source": {"source_table": f"table_{n}"}}
        )
        for n in range(100)
    ]
    for n in range(100):
        path = put_table(home, f"mlops_local.ml_models.table_{n}", ROWS)
        for _ in range(4):
            write_deltalake(path, ROWS, mode="append")
    sensors = [source_sensor(spec, environment, training_job(spec), 60) for spec in specs]
    resources = {"runner": InProcessRunner.of(environment)}

    def tick(sensor: dg.SensorDefinition, cursor: str | None) -> Any:
        context = dg.build_sensor_context(instance=instance, cursor=cursor, resources=resources)
        return sensor(context)

    cursors = [tick(sensor, None).cursor for sensor in sensors]
    started = time.perf_counter()
    answers = [tick(sensor, cursor) for sensor, cursor in zip(sensors, cursors, strict=True)]
    seconds = time.perf_counter() - started

    with capsys.disabled():
        sys.stdout.write(f"\n100 unchanged tables looked at in {seconds:.2f} s\n")
    assert all(answer.skip_message.startswith("No new data") for answer in answers)

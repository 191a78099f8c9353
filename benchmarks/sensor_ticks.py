"""Have the sensors of N models look at N tables twice; print the seconds of the second look."""

from __future__ import annotations

import sys
import time

import dagster as dg
import pyarrow as pa

from ml_assets.automation import source_sensor, training_job
from ml_assets.components.training_pipeline import TrainingPipelineFile
from ml_assets.environment import load_environments
from ml_assets.platforms.local import LocalPlatform
from ml_assets.references import TableName
from ml_assets.runners.in_process import InProcessRunner

_COMMITS = 5
_ENVIRONMENT = load_environments()["local"]


def sensor_of(name: str) -> dg.SensorDefinition:
    """The source sensor of a model that reads a table of its own."""
    file = TrainingPipelineFile.model_validate(
        {"name": name, "target": "target", "source": {"source_table": name}}
    )
    return source_sensor(file, _ENVIRONMENT, training_job(file), file.sensor.interval_seconds)


def fill(name: str) -> None:
    """A table with a few commits."""
    rows = pa.table({"x": [1.0, 2.0], "target": [0, 1]})
    table = TableName(
        catalog=_ENVIRONMENT.catalog, schema_name=_ENVIRONMENT.schema_name, table=name
    )
    for _ in range(_COMMITS):
        LocalPlatform().tables.write(table, rows.to_reader(), mode="replace", metadata={})


def look(
    sensor: dg.SensorDefinition, instance: dg.DagsterInstance, cursor: str | None
) -> str | None:
    """One tick, and the cursor that it leaves."""
    resources = {"runner": InProcessRunner.of(_ENVIRONMENT)}
    with dg.build_sensor_context(instance, cursor, resources=resources) as context:
        found = sensor.evaluate_tick(context)
    if found.run_requests:
        raise SystemExit("a table that did not change was seen to change")
    return found.cursor


def main() -> None:
    """Look once to know the tables, and once more against the clock."""
    names = [f"model_{number}" for number in range(int(sys.argv[1]))]
    for name in names:
        fill(name)
    sensors = [sensor_of(name) for name in names]
    with dg.DagsterInstance.ephemeral() as instance:
        cursors = [look(sensor, instance, None) for sensor in sensors]
        started = time.monotonic()
        for sensor, cursor in zip(sensors, cursors, strict=True):
            look(sensor, instance, cursor)
        print(time.monotonic() - started)


if __name__ == "__main__":
    main()

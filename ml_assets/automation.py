"""What starts a training by itself: a job, its schedule, and a look at the source tables."""

import json
from collections.abc import Mapping
from typing import Any

import dagster as dg
from pydantic import TypeAdapter, ValidationError

from ml_assets.assets.io import reference_metadata
from ml_assets.assets.keys import table_key
from ml_assets.assets.metadata import data_version, table_metadata
from ml_assets.environment import Environment
from ml_assets.errors import NotFoundError
from ml_assets.model_spec import ModelSpec
from ml_assets.platforms.base import Tables
from ml_assets.references import TableName, TableVersion
from ml_assets.runners.base import StepRunner

MODEL_TAG = "ml_assets/model"
SOURCE_TAG = "ml_assets/source_version"
_DATA_VERSION_TAG = "dagster/data_version"

Seen = dict[str, tuple[str, int]]
"""Table id and version of each table, by its reference."""

_CURSOR = TypeAdapter(Seen)


def training_job(spec: ModelSpec) -> Any:
    """From the source to a validated version."""
    return dg.define_asset_job(
        f"{spec.name}_training",
        selection=dg.AssetSelection.groups(spec.name),
        description=f"Prepare, train, gate, register and validate {spec.name}.",
        executor_def=dg.in_process_executor,
        tags={MODEL_TAG: spec.name},
    )


def training_schedule(
    spec: ModelSpec, environment: Environment, job: Any, cron: str, timezone: str
) -> dg.ScheduleDefinition:
    """The job at fixed times."""
    return dg.ScheduleDefinition(
        name=f"{spec.name}_schedule",
        job=job,
        cron_schedule=cron,
        execution_timezone=timezone,
        description=f"Trains {spec.name} anew.",
        default_status=dg.DefaultScheduleStatus.RUNNING
        if environment.automation == "running"
        else dg.DefaultScheduleStatus.STOPPED,
    )


def source_sensor(
    spec: ModelSpec, environment: Environment, job: Any, interval_seconds: int
) -> dg.SensorDefinition:
    """The job when a source table has new data."""
    names = {
        ref: TableName.parse(ref, catalog=environment.catalog, schema_name=environment.schema_name)
        for ref in spec.source.table_refs
    }
    watched = " or ".join(map(str, names.values()))

    @dg.sensor(
        name=f"{spec.name}_source_updated",
        job=job,
        minimum_interval_seconds=interval_seconds,
        description=f"Trains {spec.name} when {watched} has new data. Compaction and clean-up do "
        "not count; the first look only notes where the tables are.",
        default_status=dg.DefaultSensorStatus.RUNNING
        if environment.automation == "running"
        else dg.DefaultSensorStatus.STOPPED,
    )
    def look(
        context: dg.SensorEvaluationContext, runner: dg.ResourceParam[StepRunner]
    ) -> dg.SensorResult | dg.SkipReason:
        tables = runner.platform().tables
        try:
            found = {ref: tables.newest_data(name) for ref, name in names.items()}
        except NotFoundError as error:
            return dg.SkipReason(str(error))
        return _reaction(context.cursor, found, tables)

    return look


def _reaction(
    cursor: str | None, found: Mapping[str, TableVersion], tables: Tables
) -> dg.SensorResult | dg.SkipReason:
    now: Seen = {ref: (table.table_id, table.version) for ref, table in found.items()}
    before = _read_cursor(cursor)
    if before == now:
        return dg.SkipReason("No new data: " + ", ".join(map(str, found.values())))
    events = [
        dg.AssetMaterialization(
            table_key(ref),
            metadata={**table_metadata(tables, table), **reference_metadata(table)},
            tags={_DATA_VERSION_TAG: data_version(table)},
        )
        for ref, table in found.items()
        if before.get(ref) != now[ref]
    ]
    versions = ", ".join(f"{table}-{table.table_id[:8]}" for table in found.values())
    first_look = before.keys() != now.keys()
    return dg.SensorResult(
        cursor=json.dumps(now),
        asset_events=events,
        run_requests=[]
        if first_look
        else [dg.RunRequest(run_key=versions, tags={SOURCE_TAG: versions})],
        skip_reason=dg.SkipReason(f"First look: {versions}") if first_look else None,
    )


def _read_cursor(cursor: str | None) -> Seen:
    """What the last look saw; nothing when the cursor, which anybody may edit, does not say it."""
    try:
        return _CURSOR.validate_json(cursor or "{}")
    except ValidationError:
        return {}

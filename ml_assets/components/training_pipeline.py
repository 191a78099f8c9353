"""One model's pipeline from one YAML file."""

from __future__ import annotations

from typing import Annotated, Self

import dagster as dg
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from ml_assets.assets.datasets import dataset_assets
from ml_assets.assets.keys import TABLES
from ml_assets.assets.model import trained_model_asset
from ml_assets.assets.registry import registered_model_asset
from ml_assets.automation import source_sensor, training_job, training_schedule
from ml_assets.checks import f1_beats_baseline, validation_checks
from ml_assets.components.scaffold import TrainingPipelineScaffolder
from ml_assets.environment import current_environment, load_environments
from ml_assets.model_spec import ModelSpec


class ScheduleSpec(BaseModel):
    """When to train without being asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cron: str = Field(default="0 6 * * 1", description="Cron expression (Mondays at 6).")
    timezone: str = Field(default="UTC", description="Time zone of the cron expression.")


class SensorSpec(BaseModel):
    """How often to look whether the source has new data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    interval_seconds: int = Field(
        default=60, ge=5, le=86_400, description="Shortest time between two looks."
    )


class TrainingPipelineFile(ModelSpec):
    """The attributes of a ``defs.yaml``."""

    # Dagster's names take fewer characters than the registry's.
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]+$")] = Field(
        description="Name in the registry, and prefix of the assets."
    )
    owners: list[str] = Field(default_factory=list, description="E-mail addresses, or team:name.")
    schedule: ScheduleSpec = Field(default=ScheduleSpec(), description="When to train anew.")
    sensor: SensorSpec = Field(default=SensorSpec(), description="How the source is watched.")

    @field_validator("name")
    @classmethod
    def _not_the_tables(cls, name: str) -> str:
        if name == TABLES:
            raise ValueError(f"{name!r} is the prefix of the source tables: choose another name")
        return name


@dg.scaffold_with(TrainingPipelineScaffolder)
class TrainingPipelineComponent(dg.Component):
    """A classifier's lifecycle: prepared, trained, gated, registered, validated.

    Example::

        type: ml_assets.components.TrainingPipelineComponent
        attributes:
          name: churn
          target: churned
          source:
            source_table: customers
    """

    def __init__(self, file: TrainingPipelineFile) -> None:
        self._file = file

    @classmethod
    def get_model_cls(cls) -> type[BaseModel]:
        """What the YAML file is checked against."""
        return TrainingPipelineFile

    @classmethod
    def load(cls, attributes: BaseModel | None, context: dg.ComponentLoadContext) -> Self:
        """The component of a checked file."""
        del context
        return cls(TrainingPipelineFile.model_validate(attributes))

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """The model's assets, checks, job, schedule and sensor in the current environment."""
        del context
        environment = current_environment(load_environments())
        spec, schedule = self._file, self._file.schedule
        job = training_job(spec)
        assets = [
            dataset_assets(spec, environment),
            trained_model_asset(spec, environment),
            registered_model_asset(spec),
        ]
        return dg.Definitions(
            assets=[
                asset.map_asset_specs(
                    lambda known: known.replace_attributes(owners=self._file.owners)
                )
                for asset in assets
            ],
            asset_checks=[f1_beats_baseline(spec), validation_checks(spec)],
            jobs=[job],
            schedules=[training_schedule(spec, environment, job, schedule.cron, schedule.timezone)],
            sensors=[source_sensor(spec, environment, job, self._file.sensor.interval_seconds)]
            if spec.source.table_refs
            else [],
        )

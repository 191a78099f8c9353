"""A step run in the process of the Dagster run itself."""

from __future__ import annotations

import logging
import time

from pydantic import Field, TypeAdapter

from ml_assets.environment import (
    Environment,
    Place,
    PlatformName,
    check_catalog,
    load_environments,
    pick_environment,
)
from ml_assets.platforms.base import Platform
from ml_assets.platforms.connect import connect_platform
from ml_assets.runners.base import P, R, RunContext, StepRunner, refusal_fails_the_run, tagged
from ml_assets.steps.base import Step

_LOG_EVERY_SECONDS = 10.0


class InProcessRunner(StepRunner):
    """Runs steps here, on the environment's platform."""

    environment: str = Field(description="Name of the environment.")
    platform_name: str = Field(description="Where tables, registry and endpoints live.")
    catalog: str = Field(description="The environment's catalog.")
    schema_name: str = Field(description="The environment's schema.")

    @classmethod
    def of(cls, environment: Environment) -> InProcessRunner:
        """The runner of ``environment``."""
        return cls(
            environment=environment.name,
            platform_name=environment.platform,
            catalog=environment.catalog,
            schema_name=environment.schema_name,
        )

    def place(self) -> Place:
        """The environment's catalog and schema, or those that the launchpad says instead."""
        environments = load_environments()
        with refusal_fails_the_run():
            environment = pick_environment(environments, self.environment)
            check_catalog(environments, environment, self.catalog)
        return Place(name=self.environment, catalog=self.catalog, schema=self.schema_name)

    def platform(self) -> Platform:
        """Connect to the environment's platform."""
        return connect_platform(
            TypeAdapter(PlatformName).validate_python(self.platform_name),
            environment=self.environment,
        )

    def run(self, context: RunContext, step: Step[P, R], params: P) -> R:
        """Run the step, its progress and its outcome in the run's log."""
        with refusal_fails_the_run():
            result = step.run(
                tagged(context, params), self.platform(), _LoggedProgress(context.log)
            )
        context.log.info("\n".join(["", *result.summary()]))
        return result


class _LoggedProgress:
    """A line now and then; the metric in between is not worth its time here."""

    watched = False

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._next = time.monotonic() + _LOG_EVERY_SECONDS

    def __call__(self, task: str, done: int, total: int | None, note: str = "") -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _LOG_EVERY_SECONDS
        whole = f" of {total:,}" if total else ""
        self._log.info(f"{task}: {done:,}{whole} {note}".rstrip())

"""A step run in the process of the Dagster run itself."""

from __future__ import annotations

import logging
import time

import dagster as dg
from pydantic import Field, TypeAdapter

from ml_assets.environment import Environment, PlatformName
from ml_assets.errors import ConflictError, MlAssetsError
from ml_assets.platforms.base import Platform
from ml_assets.platforms.connect import connect_platform
from ml_assets.runners.base import P, R, RunContext, StepRunner, tagged
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

    def platform(self) -> Platform:
        """Connect to the environment's platform."""
        return connect_platform(
            TypeAdapter(PlatformName).validate_python(self.platform_name),
            environment=self.environment,
        )

    def run(self, context: RunContext, step: Step[P, R], params: P) -> R:
        """Run the step, its progress and its outcome in the run's log."""
        try:
            result = step.run(
                tagged(context, params), self.platform(), _LoggedProgress(context.log)
            )
        except MlAssetsError as error:
            raise dg.Failure(
                description=str(error),
                metadata={"error": type(error).__name__, "hint": error.hint or ""},
                allow_retries=isinstance(error, ConflictError),
            ) from error
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

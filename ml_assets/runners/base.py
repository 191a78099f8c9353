"""What assets and checks ask for: a step run for them, bound to one environment."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from typing import TypeVar

import dagster as dg

from ml_assets.environment import Place
from ml_assets.errors import ConflictError, MlAssetsError
from ml_assets.model_spec import in_yaml
from ml_assets.platforms.base import Platform
from ml_assets.steps.base import Step, StepParams, StepResult, TaggedParams

P = TypeVar("P", bound=StepParams)
R = TypeVar("R", bound=StepResult)

RunContext = dg.AssetExecutionContext | dg.AssetCheckExecutionContext


class StepRunner(dg.ConfigurableResource[object], ABC):
    """Runs steps in one environment.

    Example::

        def trained_model(context: dg.AssetExecutionContext, runner: StepRunner) -> ...:
            result = runner.run(context, train_model.STEP, params)
    """

    @abstractmethod
    def run(self, context: RunContext, step: Step[P, R], params: P) -> R:
        """Run ``step`` and return its result.

        Raises:
            dagster.Failure: the step refused, with its message and hint.
        """

    @abstractmethod
    def place(self) -> Place:
        """Where the run's tables and models belong.

        Raises:
            dagster.Failure: the catalog is another environment's.
        """

    @abstractmethod
    def platform(self) -> Platform:
        """The environment's tables, tracking and registry, for reading."""


@contextmanager
def refusal_fails_the_run() -> Generator[None, None, None]:
    """Turn a refusal of ours into Dagster's, which shows its message and no stack.

    Only a conflict can end by itself, so only that is worth a retry.
    """
    try:
        yield
    except MlAssetsError as error:
        raise dg.Failure(
            description=in_yaml(str(error)),
            metadata={"error": type(error).__name__, "hint": in_yaml(error.hint or "")},
            allow_retries=isinstance(error, ConflictError),
        ) from None


def tagged(context: RunContext, params: P) -> P:
    """``params`` with tags that lead from what MLflow keeps back to the Dagster run."""
    if not isinstance(params, TaggedParams):
        return params
    tags = {
        "dagster.run_id": context.run.run_id,
        "dagster.job": context.run.job_name,
        "dagster.step": context.op_execution_context.op.name,
        "dagster.retry_number": str(context.op_execution_context.retry_number),
    }
    return params.model_copy(update={"tags": {**params.tags, **tags}})

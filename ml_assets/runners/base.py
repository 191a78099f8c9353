"""What assets and checks ask for: a step run for them, bound to one environment."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TypeVar

import dagster as dg
from pydantic import BaseModel

from ml_assets.platforms.base import Platform
from ml_assets.steps.base import Step, StepResult

P = TypeVar("P", bound=BaseModel)
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
    def platform(self) -> Platform:
        """The environment's tables, tracking and registry, for reading."""

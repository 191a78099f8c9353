"""What every step is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from ml_assets.platforms.base import Platform, Tables
from ml_assets.progress import Progress
from ml_assets.references import Identifier, TableName, TableVersion, TagName, TagValue
from ml_assets.steps.options import Options

GATE_NOT_PASSED = 1
"""Exit code of a step that worked, and whose gate says no."""


class StepParams(Options):
    """Base of what goes into a step."""

    catalog: Identifier = Field(description="Catalog name.")
    schema_name: Identifier = Field(alias="schema", description="Schema name.")
    environment: Identifier = Field(description="Environment (local, dev, aut, prod).")

    def table(self, name: str) -> TableName:
        """``name`` completed with this step's catalog and schema."""
        return TableName.parse(name, catalog=self.catalog, schema_name=self.schema_name)

    def model(self, name: str) -> str:
        """The registered model's full name."""
        return f"{self.catalog}.{self.schema_name}.{name}"

    @property
    def experiment(self) -> str:
        """The MLflow experiment that this catalog and schema's runs belong to."""
        return f"/Shared/{self.catalog}/{self.schema_name}/training"


class TaggedParams(StepParams):
    """Base of what goes into a step that records something in MLflow."""

    tags: dict[TagName, TagValue] = Field(
        default_factory=dict,
        description="Tags for the MLflow run or model version, as key=value.",
    )


class StepResult(BaseModel, ABC):
    """Base of what comes out of a step."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", protected_namespaces=(), defer_build=True
    )

    @abstractmethod
    def summary(self) -> list[str]:
        """What a person reads: a few short lines."""

    @property
    def exit_code(self) -> int:
        """0, or ``GATE_NOT_PASSED``."""
        return 0

    @property
    def outputs(self) -> Mapping[str, str]:
        """``NAME=value`` lines that scripts read."""
        return {}


P = TypeVar("P", bound=StepParams)
R = TypeVar("R", bound=StepResult)


@dataclass(frozen=True)
class Step(Generic[P, R]):
    """One unit of the lifecycle."""

    name: str
    summary: str
    params: type[P]
    result: type[R]
    run: Callable[[P, Platform, Progress], R]


def pinned(tables: Tables, name: TableName, version: int | None) -> TableVersion:
    """This version of the table, or its newest one.

    Raises:
        NotFoundError: there is no such table or version.
    """
    return tables.newest(name) if version is None else tables.at(name, version)

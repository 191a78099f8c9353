"""Everything about one model, and what each step is asked to do for it."""

from __future__ import annotations

import hashlib
import re
from importlib.metadata import version
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ml_assets.environment import Environment, Place
from ml_assets.references import (
    AliasName,
    ColumnName,
    Identifier,
    ModelVersion,
    TableVersion,
    check_identifier,
)
from ml_assets.steps.options import (
    DataSource,
    GateOptions,
    Options,
    SplitOptions,
    TrainingOptions,
    ValidationOptions,
)
from ml_assets.steps.prepare_data import PrepareDataParams
from ml_assets.steps.register_model import RegisterModelParams
from ml_assets.steps.train_model import TrainModelParams
from ml_assets.steps.validate_model import ValidateModelParams

Overrides = dict[str, object]
"""Settings that replace the spec's for one run."""


class ModelSpec(BaseModel):
    """One model."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", protected_namespaces=(), defer_build=True
    )

    name: Identifier = Field(description="Name in the registry, and prefix of the assets.")
    target: ColumnName = Field(description="Column that holds the classes.")
    source: DataSource = Field(description="Where the rows come from.")
    split: SplitOptions = Field(default=SplitOptions(), description="How the rows are divided.")
    training: TrainingOptions = Field(default=TrainingOptions(), description="How to fit.")
    gate: GateOptions = Field(
        default=GateOptions(),
        description="What the model has to beat (the environment's baseline_f1 if left out).",
    )
    alias: AliasName = Field(default="latest-model", description="Alias of a new version.")
    validation: ValidationOptions = Field(
        default=ValidationOptions(), description="How a new version is tried."
    )
    description: str = Field(default="", description="What the model is for.")

    @model_validator(mode="after")
    def _steps_accept_it(self) -> Self:
        self.source.check_target(self.target)
        check_identifier(self.train_table)
        return self

    def code_version(self, *parts: str) -> str:
        """Changes with this package and with these parts of the spec, and with nothing else."""
        said = self.model_dump_json(include={"name", *parts})
        digest = hashlib.sha256(said.encode()).hexdigest()
        return f"{version('ml-assets')}-{digest[:8]}"

    @property
    def train_table(self) -> str:
        """Name of the train set's table."""
        return f"{self.name}_train_set"

    @property
    def test_table(self) -> str:
        """Name of the test set's table."""
        return f"{self.name}_test_set"

    def baseline_f1(self, environment: Environment) -> float:
        """The spec's baseline when it says one, else the environment's."""
        if "baseline_f1" in self.gate.model_fields_set:
            return self.gate.baseline_f1
        return environment.baseline_f1

    def prepare_params(self, place: Place, overrides: Overrides) -> PrepareDataParams:
        """What prepare_data is asked to do."""
        return PrepareDataParams.model_validate(
            {
                **_where(place),
                **self.source.model_dump(),
                **self.split.model_dump(),
                "label_column": self.target,
                "train_table": self.train_table,
                "test_table": self.test_table,
                **overrides,
            }
        )

    def train_params(
        self,
        place: Place,
        train_set: TableVersion,
        test_set: TableVersion,
        overrides: Overrides,
        *,
        baseline_f1: float,
    ) -> TrainModelParams:
        """What train_model is asked to do with exactly these tables."""
        return TrainModelParams.model_validate(
            {
                **_where(place),
                **self.training.model_dump(),
                **self.gate.model_dump(),
                "baseline_f1": baseline_f1,
                "model_name": self.name,
                "target_col": self.target,
                "train_table": train_set.table,
                "train_version": train_set.version,
                "test_table": test_set.table,
                "test_version": test_set.version,
                **overrides,
            }
        )

    def register_params(
        self, place: Place, run_id: str, overrides: Overrides
    ) -> RegisterModelParams:
        """What register_model is asked to do with exactly this run."""
        return RegisterModelParams.model_validate(
            {
                **_where(place),
                "model_name": self.name,
                "alias": self.alias,
                "run_id": run_id,
                **overrides,
            }
        )

    def validate_params(
        self, place: Place, version: ModelVersion, test_set: TableVersion
    ) -> ValidateModelParams:
        """What validate_model is asked to do with exactly this version."""
        return ValidateModelParams.model_validate(
            {
                **_where(place),
                **self.validation.model_dump(),
                "model_name": self.name,
                "version": version.version,
                "test_table": test_set.table,
                "test_version": test_set.version,
            }
        )


def _where(place: Place) -> dict[str, object]:
    return {
        "catalog": place.catalog,
        "schema_name": place.schema_name,
        "environment": place.name,
    }


def in_yaml(message: str) -> str:
    """``message`` with each flag in it as the key of a model's YAML file, where there is one."""
    return re.sub(r"--[a-z][a-z0-9-]+", lambda flag: _key_of(flag[0]) or flag[0], message)


def _key_of(flag: str) -> str | None:
    """``--ignore-columns`` is ``training.ignore_columns``."""
    name = flag.removeprefix("--").replace("-", "_")
    if name in ("label_column", "target_col"):
        return "target"
    for section, field in ModelSpec.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Options) and name in kind.model_fields:
            return f"{section}.{name}"
    return None

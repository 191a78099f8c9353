"""Settings that a command's flags and a model's YAML file share."""

from __future__ import annotations

from collections import Counter
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ml_assets.references import AliasName, ColumnName, TableRef

DEFAULT_THRESHOLD = 0.5
"""Probability from which a row is positive, unless another one is asked for."""

ParamValue = bool | int | float | str | list[float] | list[int] | list[str]
"""What a LightGBM parameter may be."""


class Options(BaseModel):
    """Base of settings."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        protected_namespaces=(),
        defer_build=True,  # Dagster loads all of them and needs few
    )


class DataSource(Options):
    """Where the rows come from. Without a table, synthetic data is made."""

    source_table: TableRef | None = Field(default=None, description="Source Delta table name.")
    feature_store_table: TableRef | None = Field(
        default=None, description="Feature table name (catalog.schema.table)."
    )
    lookup_key: list[ColumnName] = Field(
        default_factory=list, description="Key column(s) for the feature lookup."
    )
    feature_columns: list[ColumnName] | None = Field(
        default=None, description="Features to load (all when left out)."
    )
    label_table: TableRef | None = Field(
        default=None, description="Label table to join with the features (catalog.schema.table)."
    )
    timestamp_key: ColumnName | None = Field(
        default=None, description="Time column of both tables: no label sees later features."
    )
    max_unmatched: float = Field(
        default=0.1, ge=0, le=1, description="Largest share of labels that may lack features."
    )
    key_columns: list[ColumnName] = Field(
        default_factory=list,
        description="Columns that name the entity: its rows stay on one side, and these columns "
        "do not become features.",
    )
    synthetic_rows: int = Field(
        default=10_000, ge=10, le=1_000_000_000, description="Rows of synthetic data."
    )

    @field_validator("lookup_key", "feature_columns", "key_columns")
    @classmethod
    def _named_once(cls, columns: list[str] | None) -> list[str] | None:
        for name, times in Counter(columns).items():
            if times > 1:
                raise ValueError(f"names {name!r} twice")
        return columns

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.source_table and self.feature_store_table:
            raise ValueError("--source-table and --feature-store-table exclude each other")
        if self.feature_store_table and not self.lookup_key:
            raise ValueError("--feature-store-table needs --lookup-key")
        if not self.feature_store_table:
            for flag, value in (
                ("--lookup-key", self.lookup_key),
                ("--feature-columns", self.feature_columns),
                ("--label-table", self.label_table),
                ("--timestamp-key", self.timestamp_key),
            ):
                if value:
                    raise ValueError(f"{flag} needs --feature-store-table")
        if self.key_columns and not self.source_table:
            raise ValueError(
                "--key-columns needs --source-table (a feature table's keys are named "
                "with --lookup-key)"
            )
        if self.timestamp_key and not self.label_table:
            raise ValueError("--timestamp-key needs --label-table")
        return self

    def check_target(self, target: str) -> None:
        """Refuse a target that is one of the key columns or the time column.

        Raises:
            ValueError: it is.
        """
        if target in (*self.lookup_key, *self.key_columns):
            raise ValueError(f"column {target!r} is both the target and a key")
        if target == self.timestamp_key:
            raise ValueError(f"column {target!r} is both the target and the time")

    @property
    def table_refs(self) -> list[str]:
        """The tables that are read; none for synthetic data."""
        named = (self.source_table, self.feature_store_table, self.label_table)
        return [name for name in named if name]


class SplitOptions(Options):
    """How the rows are divided."""

    test_size: float = Field(
        default=0.2, gt=0, lt=1, description="Test set proportion, between 0 and 1."
    )
    random_seed: int = Field(default=42, ge=0, lt=2**31, description="Random seed.")
    allow_schema_change: bool = Field(
        default=False, description="Replace train and test tables that have other columns."
    )


class TrainingOptions(Options):
    """How to fit."""

    max_depth: int = Field(
        default=5, ge=-1, le=1000, description="LightGBM max_depth (-1: no limit)."
    )
    n_estimators: int = Field(default=100, ge=1, le=100_000, description="LightGBM n_estimators.")
    learning_rate: float = Field(default=0.1, gt=0, le=10, description="LightGBM learning_rate.")
    random_seed: int = Field(default=42, ge=0, lt=2**31, description="Random seed.")
    class_weight: Literal["balanced"] | None = Field(
        default=None, description="Weigh each class by the inverse of its share."
    )
    params: dict[str, ParamValue] = Field(
        default_factory=dict, description="Further LightGBM parameters, as key=value."
    )
    threshold: float | Literal["auto"] = Field(
        default=DEFAULT_THRESHOLD,
        description="Probability from which a row is positive (binary only); auto picks the best "
        "F1 on a part of the training set.",
    )
    positive_class: str | None = Field(
        default=None, description="The positive class (binary only; the larger one if left out)."
    )
    ignore_columns: list[ColumnName] = Field(
        default_factory=list, description="Columns that do not become features."
    )
    max_categories: int = Field(
        default=1000,
        ge=2,
        le=1_000_000,
        description="Most different texts that a feature may have.",
    )

    @field_validator("threshold")
    @classmethod
    def _threshold_in_range(cls, value: float | str) -> float | str:
        if isinstance(value, float) and not 0 < value < 1:
            raise ValueError("has to lie between 0 and 1, or be 'auto'")
        return value


class GateOptions(Options):
    """What the model has to beat."""

    baseline_f1: float = Field(default=0.0, ge=0, le=1, description="Baseline F1 score to beat.")
    compare_with: AliasName | None = Field(
        default=None,
        description="Alias of a registered version (champion, say) to beat too, on this test set.",
    )
    min_improvement: float = Field(
        default=0.0, ge=0, le=1, description="By how much F1 has to be above the compared version."
    )

    @model_validator(mode="after")
    def _improvement_on_something(self) -> Self:
        if self.min_improvement and self.compare_with is None:
            raise ValueError("--min-improvement needs --compare-with")
        return self


class ValidationOptions(Options):
    """How much to try."""

    sample_size: int = Field(default=5, ge=1, le=100_000, description="Number of test samples.")

"""Small typed values that name an artefact exactly; what one step hands to the next."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from ml_assets.errors import UsageError

_PART = r"[A-Za-z0-9_][A-Za-z0-9_\-]{0,254}"
_IDENTIFIER = re.compile(_PART)

_VERSION_LIKE = re.compile(r"[vV][0-9]+")


def check_identifier(value: str) -> str:
    """Return ``value`` when it is one part of a three-level name.

    Raises:
        ValueError: for anything but letters, digits, ``_`` and ``-`` (at most 255).
    """
    if not _IDENTIFIER.fullmatch(value):
        raise ValueError(
            f"{value!r} is not a valid name: use letters, digits, '_' and '-' (at most 255)"
        )
    return value


def check_alias(value: str) -> str:
    """Return ``value`` when a model version may be called so.

    Raises:
        ValueError: an invalid name, or one that registries keep for themselves.
    """
    if value.lower() == "latest" or _VERSION_LIKE.fullmatch(value):
        raise ValueError(f"{value!r} is reserved by model registries: choose another alias")
    return check_identifier(value)


def check_table_name(value: str) -> str:
    """Return ``value`` when it is ``table``, ``schema.table`` or ``catalog.schema.table``.

    Raises:
        ValueError: for another number of parts or an invalid part.
    """
    parts = value.split(".")
    if len(parts) > 3:
        raise ValueError(
            f"{value!r} is not a table: write 'table', 'schema.table' or 'catalog.schema.table'"
        )
    for part in parts:
        check_identifier(part)
    return value


def _pattern(expression: str) -> WithJsonSchema:
    # The checkers above say more; a schema is what editors and `dg check yaml` go by.
    return WithJsonSchema({"type": "string", "pattern": f"^{expression}$"})


Identifier = Annotated[str, AfterValidator(check_identifier), _pattern(_PART)]
"""One part of a three-level name."""

AliasName = Annotated[str, AfterValidator(check_alias), _pattern(_PART)]
"""A movable name of one version of a model."""

TableRef = Annotated[str, AfterValidator(check_table_name), _pattern(rf"{_PART}(\.{_PART}){{0,2}}")]
"""A table's name, alone, with its schema, or with catalog and schema."""

ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=255)]


def check_tag_name(value: str) -> str:
    """Return ``value`` when a user may name a tag so.

    Raises:
        ValueError: a name with which MLflow means something of its own.
    """
    if value.startswith("mlflow."):
        raise ValueError(f"{value!r} is one of MLflow's own tags: choose another name")
    return value


TagName = Annotated[
    str,
    StringConstraints(pattern=r"^\w[\w. :-]*$", max_length=250),
    AfterValidator(check_tag_name),
]
"""What MLflow takes as the name of a tag of ours."""

TagValue = Annotated[str, StringConstraints(max_length=5000)]


class Reference(BaseModel):
    """Base of the references: immutable, and strict about what it is read from."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", protected_namespaces=(), defer_build=True
    )


class TableName(Reference):
    """A table's full name."""

    catalog: Identifier
    schema_name: Identifier
    table: Identifier

    @classmethod
    def parse(cls, name: str, *, catalog: str, schema_name: str) -> TableName:
        """Read a name, completed with ``catalog`` and ``schema_name`` where it lacks them.

        Raises:
            UsageError: ``name`` is no table's name.
        """
        try:
            parts = check_table_name(name).split(".")
        except ValueError as error:
            raise UsageError(str(error)) from error
        catalog, schema_name, table = [*(catalog, schema_name)[: 3 - len(parts)], *parts]
        return cls(catalog=catalog, schema_name=schema_name, table=table)

    def __str__(self) -> str:
        return f"{self.catalog}.{self.schema_name}.{self.table}"


class TableVersion(Reference):
    """One version of one table, as committed."""

    table: str = Field(description="Full name, catalog.schema.table.")
    version: int = Field(ge=0, description="Delta version.")
    rows: int = Field(ge=0, description="Rows in this version.")
    table_id: str = Field(description="The table's id; another one means it was recreated.")
    batch_id: str | None = Field(
        default=None, description="Preparation that wrote it; shared by a train and test pair."
    )

    @property
    def name(self) -> TableName:
        """The table's name in its parts."""
        catalog, schema_name, table = self.table.split(".")
        return TableName(catalog=catalog, schema_name=schema_name, table=table)

    def __str__(self) -> str:
        return f"{self.table}@v{self.version}"


class TrainedModel(Reference):
    """A model as logged by one MLflow run, with what its gate decided."""

    run_id: str
    model_uri: str
    model_name: str
    metrics: dict[str, float]
    f1: float
    baseline_f1: float = Field(description="The F1 that had to be beaten.")
    baseline: str = Field(description="Where the baseline came from.")
    beats_baseline: bool
    threshold: float | None = Field(description="Decision threshold; none for multiclass.")
    train_set: TableVersion
    test_set: TableVersion


class ModelVersion(Reference):
    """A registered model version."""

    name: str = Field(description="Full name, catalog.schema.model.")
    version: int = Field(ge=1)
    run_id: str
    alias: str | None = Field(default=None, description="Alias moved to this version.")

    @property
    def uri(self) -> str:
        """The address MLflow loads this version from."""
        return f"models:/{self.name}/{self.version}"

    def __str__(self) -> str:
        return f"{self.name} version {self.version}"

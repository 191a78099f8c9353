"""Which environment this is, and what it binds. The one place that asks."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ml_assets.errors import ConfigurationError, UsageError
from ml_assets.references import Identifier

PlatformName = Literal["local", "databricks"]


class Place(BaseModel):
    """Where a run's tables and models belong."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: Identifier = Field(description="local, dev, aut, prod or a name of your own.")
    catalog: Identifier
    schema_name: Identifier = Field(alias="schema")


class Environment(Place):
    """What one environment binds."""

    platform: PlatformName = Field(description="Where tables, registry and endpoints live.")
    baseline_f1: float = Field(ge=0, le=1, description="The F1 a candidate has to beat.")
    automation: Literal["running", "stopped"] = Field(
        default="stopped", description="Whether schedules and sensors run without being asked."
    )


class _ConfigFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    environments: dict[str, Environment]

    @field_validator("environments", mode="before")
    @classmethod
    def _named_by_their_keys(cls, bindings: object) -> object:
        if not isinstance(bindings, dict):
            return bindings
        return {
            name: {**binding, "name": name} if isinstance(binding, dict) else binding
            for name, binding in bindings.items()
        }


def load_environments(path: Path | None = None) -> dict[str, Environment]:
    """Read every environment from ``path``, ``ML_ASSETS_CONFIG`` or the packaged file.

    Raises:
        ConfigurationError: the file is missing, is not YAML or has a wrong key or value.
    """
    chosen = path or (Path(own) if (own := os.environ.get("ML_ASSETS_CONFIG")) else None)
    text, origin = _read_config(chosen)
    try:
        loaded = _ConfigFile.model_validate(yaml.safe_load(text)).environments
    except yaml.YAMLError as error:
        raise ConfigurationError(
            f"{origin} is not valid YAML: {error}", hint="Correct it at the line that is named."
        ) from error
    except ValidationError as error:
        raise ConfigurationError(
            f"{origin} is not a valid configuration: {_first_problem(error)}",
            hint="Each environment takes platform, catalog, schema, baseline_f1 and automation.",
        ) from error
    if not loaded:
        raise ConfigurationError(
            f"{origin} names no environment.",
            hint="Name one under environments, with platform, catalog, schema and baseline_f1.",
        )
    override = os.environ.get("ML_ASSETS_PLATFORM")
    if not override:
        return loaded
    if override not in ("local", "databricks"):
        raise ConfigurationError(
            f"ML_ASSETS_PLATFORM is {override!r}.", hint="Set it to 'local' or 'databricks'."
        )
    return {
        name: environment.model_copy(update={"platform": override})
        for name, environment in loaded.items()
    }


def _read_config(path: Path | None) -> tuple[str, str]:
    if path is None:
        packaged = files("ml_assets").joinpath("monitoring_config.yml")
        if packaged.is_file():
            return packaged.read_text(encoding="utf-8"), "the packaged configuration"
        path = Path(__file__).parent.parent / "config" / "monitoring_config.yml"
    try:
        return path.read_text(encoding="utf-8"), str(path)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"The configuration file {path} cannot be read: {error}",
            hint="Check --config or ML_ASSETS_CONFIG.",
        ) from error


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg']}" if where else str(problem["msg"])


def named_environment(variables: Mapping[str, str] | None = None) -> str | None:
    """The environment that the process's variables name, or nothing when none does.

    ``ML_ASSETS_ENV`` wins; then a Dagster+ branch deployment (``dev``); then the name of the
    Dagster+ deployment.
    """
    variables = os.environ if variables is None else variables
    if own := variables.get("ML_ASSETS_ENV"):
        return own
    if variables.get("DAGSTER_CLOUD_IS_BRANCH_DEPLOYMENT") == "1":
        return "dev"
    return variables.get("DAGSTER_CLOUD_DEPLOYMENT_NAME") or None


def current_environment(
    environments: Mapping[str, Environment], variables: Mapping[str, str] | None = None
) -> Environment:
    """The environment this process runs in: the named one, else ``local``.

    On a branch deployment the schema is the pull request's own, so that branches do not write
    into each other's tables.

    Raises:
        ConfigurationError: the name is not configured; nothing is ever guessed.
    """
    variables = os.environ if variables is None else variables
    environment = pick_environment(environments, named_environment(variables) or "local")
    on_branch = variables.get("DAGSTER_CLOUD_IS_BRANCH_DEPLOYMENT") == "1"
    if on_branch and not variables.get("ML_ASSETS_ENV"):
        branch = variables.get("DAGSTER_CLOUD_PULL_REQUEST_ID") or "branch"
        return environment.model_copy(update={"schema_name": f"ml_pr_{branch}"})
    return environment


def pick_environment(environments: Mapping[str, Environment], name: str) -> Environment:
    """The environment called ``name``.

    Raises:
        ConfigurationError: there is none.
    """
    if name not in environments:
        raise ConfigurationError(
            f"There is no environment {name!r}.",
            hint=f"Configured are: {', '.join(environments)}. Check ML_ASSETS_ENV, --environment "
            "or the name of the deployment, or add it to the configuration file.",
        )
    return environments[name]


def check_catalog(
    environments: Mapping[str, Environment], environment: Environment, catalog: str
) -> None:
    """Refuse a catalog that is configured as another environment's.

    Raises:
        UsageError: it is, so a run meant for one environment would touch the other.
    """
    owners = [other.name for other in environments.values() if other.catalog == catalog]
    if owners and environment.name not in owners:
        raise UsageError(
            f"Catalog {catalog} belongs to environment {owners[0]}, not to {environment.name}.",
            hint=f"Use --environment {owners[0]} or --catalog {environment.catalog}.",
        )

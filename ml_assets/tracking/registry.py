"""Registered model versions: found, and never confused with an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ml_assets.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlflow import MlflowClient
    from mlflow.entities import Run
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.exceptions import MlflowException


def find_alias(client: MlflowClient, name: str, alias: str) -> ModelVersion | None:
    """The version under ``alias``, or nothing when there is no such model or alias."""
    from mlflow.exceptions import MlflowException

    try:
        return client.get_model_version_by_alias(name, alias)
    except MlflowException as error:
        if _is_absent(error):
            return None
        raise


def find_version(client: MlflowClient, name: str, version: int) -> ModelVersion | None:
    """Version ``version``, or nothing when there is none."""
    from mlflow.exceptions import MlflowException

    try:
        return client.get_model_version(name, str(version))
    except MlflowException as error:
        if _is_absent(error):
            return None
        raise


def get_version(
    client: MlflowClient, name: str, *, version: int | None, alias: str
) -> ModelVersion:
    """The version of this number, or the one under ``alias``.

    Raises:
        NotFoundError: there is none.
    """
    if version is not None:
        found, wanted = find_version(client, name, version), f"version {version}"
    else:
        found, wanted = find_alias(client, name, alias), f"alias {alias!r}"
    if found is None:
        raise NotFoundError(
            f"Registered model {name} has no {wanted}.",
            hint="Check --catalog, --schema, --model-name and the version or alias; "
            "register_model makes a version.",
        )
    return found


def version_of_run(client: MlflowClient, name: str, run_id: str) -> ModelVersion | None:
    """The usable version that was made from this run, or nothing."""
    found = [
        version
        for version in client.search_model_versions(f"run_id='{run_id}'")
        if version.name == name and version.status == "READY"
    ]
    return min(found, key=lambda version: int(version.version), default=None)


def create_version(
    client: MlflowClient, name: str, trained: Run, *, description: str, tags: Mapping[str, str]
) -> int:
    """Make a version of the model that ``trained`` logged, tags and description in the same call.

    Raises:
        NotFoundError: the run's model is gone.
    """
    from mlflow.exceptions import MlflowException

    source = trained.data.tags["model_uri"]
    model_id = source.removeprefix("models:/")
    try:
        client.get_logged_model(model_id)
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        raise NotFoundError(
            f"The model {source} of run {trained.info.run_id} does not exist any more.",
            hint="Train it again.",
        ) from error
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    version = client.create_model_version(
        name,
        source,
        run_id=trained.info.run_id,
        tags=dict(tags),
        description=description,
        model_id=model_id,
    )
    return int(version.version)


def move_alias(client: MlflowClient, name: str, alias: str, version: int) -> None:
    """Have ``alias`` name this version, in one call that leaves no moment without it."""
    current = find_alias(client, name, alias)
    if current is None or int(current.version) != version:
        client.set_registered_model_alias(name, alias, str(version))


def _is_absent(error: MlflowException) -> bool:
    # A missing alias is an invalid parameter to MLflow's own store, absent to Unity Catalog.
    return error.error_code == "RESOURCE_DOES_NOT_EXIST" or (
        error.error_code == "INVALID_PARAMETER_VALUE" and "alias" in str(error).lower()
    )

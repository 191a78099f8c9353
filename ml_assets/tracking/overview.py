"""What an environment's registry holds, at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from ml_assets.environment import Environment
from ml_assets.platforms.base import Platform
from ml_assets.tracking.runs import connect

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion


class ModelStatus(BaseModel):
    """The newest version of one model."""

    model_config = ConfigDict(frozen=True)

    environment: str
    model: str
    version: int
    aliases: list[str]
    f1: float
    baseline_f1: float
    validation: str
    registered_at: str
    train_set: str
    test_set: str


def models_of(environment: Environment, platform: Platform) -> list[ModelStatus]:
    """The models registered in this environment's catalog, by name.

    Versions that register_model did not make are passed over.
    """
    client = connect(platform)
    prefix = f"{environment.catalog}."
    found: list[ModelStatus] = []
    for model in _all_models(client, prefix):
        versions = [
            version
            for version in client.search_model_versions(f"name='{model}'")
            if "f1_score" in version.tags
        ]
        if versions:
            newest = max(versions, key=lambda version: int(version.version))
            aliases = client.get_registered_model(model).aliases
            found.append(_status(environment.name, newest, aliases))
    return found


def _all_models(client: MlflowClient, prefix: str) -> list[str]:
    names: list[str] = []
    token: str | None = None
    while True:
        page = client.search_registered_models(page_token=token)
        names.extend(model.name for model in page if model.name.startswith(prefix))
        token = page.token
        if not token:
            return sorted(names)


def _status(environment: str, newest: ModelVersion, aliases: dict[str, str]) -> ModelStatus:
    tags = newest.tags
    return ModelStatus(
        environment=environment,
        model=newest.name,
        version=int(newest.version),
        aliases=sorted(
            alias for alias, version in aliases.items() if int(version) == int(newest.version)
        ),
        f1=float(tags["f1_score"]),
        baseline_f1=float(tags["baseline_f1"]),
        validation=tags.get("validation", "not yet"),
        registered_at=tags["registered_at"],
        train_set=tags["train_set"],
        test_set=tags["test_set"],
    )

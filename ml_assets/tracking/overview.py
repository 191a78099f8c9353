"""What an environment's registry holds, at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from ml_assets.environment import Environment
from ml_assets.platforms.base import Platform
from ml_assets.tracking.failures import explained_store
from ml_assets.tracking.runs import connect

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion


_REQUIRED_TAGS = frozenset({"f1_score", "baseline_f1", "registered_at", "train_set", "test_set"})


class ModelStatus(BaseModel):
    """One version of a model: the newest one, or one that an alias names."""

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
    """The models registered in this environment's catalog, by name, newest version first.

    Versions that register_model did not make are passed over.
    """
    client = connect(platform)
    prefix = f"{environment.catalog}."
    with explained_store(platform):
        return [
            _status(environment.name, version, aliases)
            for model in _all_models(client, prefix)
            for version, aliases in _shown_versions(client, model)
        ]


def _shown_versions(client: MlflowClient, model: str) -> list[tuple[ModelVersion, list[str]]]:
    """The newest version and those that an alias names, each with its aliases."""
    names: dict[int, list[str]] = {}
    for alias, version in sorted(client.get_registered_model(model).aliases.items()):
        names.setdefault(int(version), []).append(alias)
    made_here = [
        version
        for version in client.search_model_versions(f"name='{model}'")
        if version.tags.keys() >= _REQUIRED_TAGS
    ]
    newest_first = sorted(made_here, key=lambda version: int(version.version), reverse=True)
    return [
        (version, names.get(int(version.version), []))
        for version in newest_first
        if version is newest_first[0] or int(version.version) in names
    ]


def _all_models(client: MlflowClient, prefix: str) -> list[str]:
    names: list[str] = []
    token: str | None = None
    while True:
        page = client.search_registered_models(page_token=token)
        names.extend(model.name for model in page if model.name.startswith(prefix))
        token = page.token
        if not token:
            return sorted(names)


def _status(environment: str, version: ModelVersion, aliases: list[str]) -> ModelStatus:
    tags = version.tags
    return ModelStatus(
        environment=environment,
        model=version.name,
        version=int(version.version),
        aliases=aliases,
        f1=float(tags["f1_score"]),
        baseline_f1=float(tags["baseline_f1"]),
        validation=tags.get("validation", "not yet"),
        registered_at=tags["registered_at"],
        train_set=tags["train_set"],
        test_set=tags["test_set"],
    )

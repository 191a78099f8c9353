"""Pages of MLflow's UI."""

from __future__ import annotations

from ml_assets.platforms.base import Platform
from ml_assets.references import ModelVersion
from ml_assets.tracking.failures import shown


def run_page(platform: Platform, experiment_id: str, run_id: str) -> str:
    """The page of a run."""
    return f"{shown(platform.tracking_ui)}/#/experiments/{experiment_id}/runs/{run_id}"


def model_version_page(platform: Platform, version: ModelVersion) -> str:
    """The page of a model version."""
    return f"{shown(platform.tracking_ui)}/#/models/{version.name}/versions/{version.version}"

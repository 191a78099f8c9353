"""The platform that an environment names."""

from __future__ import annotations

from ml_assets.environment import Environment
from ml_assets.errors import ConfigurationError
from ml_assets.platforms.base import Platform


def connect_platform(environment: Environment) -> Platform:
    """Open the platform of ``environment``.

    Raises:
        ConfigurationError: it cannot be reached from here.
    """
    if environment.platform == "local":
        from ml_assets.platforms.local import LocalPlatform

        return LocalPlatform()
    raise ConfigurationError(
        f"Environment {environment.name} runs on Databricks, which this version cannot reach yet.",
        hint=f"Set ML_ASSETS_PLATFORM=local to run environment {environment.name} embedded.",
    )

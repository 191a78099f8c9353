"""The platform that an environment names."""

from __future__ import annotations

from ml_assets.environment import PlatformName
from ml_assets.errors import ConfigurationError
from ml_assets.platforms.base import Platform


def connect_platform(platform: PlatformName, *, environment: str) -> Platform:
    """Open the platform of the environment called ``environment``.

    Raises:
        ConfigurationError: it cannot be reached from here.
    """
    if platform == "local":
        from ml_assets.platforms.local import LocalPlatform

        return LocalPlatform()
    raise ConfigurationError(
        f"Environment {environment} runs on Databricks, which this version cannot reach yet.",
        hint=f"Set ML_ASSETS_PLATFORM=local to run environment {environment} embedded.",
    )

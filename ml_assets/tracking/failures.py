"""What MLflow raises, as errors that name the store and say what to do."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager

from ml_assets.errors import StoreError
from ml_assets.platforms.base import Platform

_CREDENTIALS = re.compile(r"(?<=://)[^/@]+@")


@contextmanager
def explained_store(platform: Platform) -> Generator[None, None, None]:
    """Explain why MLflow did not do what it was asked.

    Raises:
        StoreError: the store does not answer, is full, is of another version or refuses a value.
    """
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError) as error:
        raise StoreError(
            f"MLflow at {shown(platform.tracking_uri)} cannot be used: {_said(error)}",
            hint="Check MLFLOW_TRACKING_URI and MLFLOW_REGISTRY_URI, that the server runs, and the "
            "space and permissions of its folder.",
        ) from error


def shown(uri: str) -> str:
    """``uri`` without the name and password of whoever may use it."""
    return _CREDENTIALS.sub("", uri)


def _said(error: Exception) -> str:
    """The message without the statement that a database was given."""
    return str(error).split("\n[SQL:", maxsplit=1)[0].strip()

"""The embedded platform: delta-rs tables, MLflow on SQLite, no server and no account."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ml_assets.errors import ConfigurationError, ConflictError
from ml_assets.platforms.local.tables import LocalTables
from ml_assets.references import TableVersion

if TYPE_CHECKING:
    from filelock import BaseFileLock
    from mlflow.data.delta_dataset_source import DeltaDatasetSource

_log = logging.getLogger(__name__)

_LONGEST = 200  # of 255, so that an ending fits

_MEANS_SOMETHING = re.compile(r"[?#\\\[\]|^\x00-\x1f\x7f]|%[0-9A-Fa-f]{2}")

_LOCAL_UI = "http://127.0.0.1:5000"
"""Where ``mlflow ui`` shows a store that has no server of its own."""


def default_root() -> Path:
    """``ML_ASSETS_HOME``, else ``.ml_assets`` in the working directory.

    Raises:
        ConfigurationError: that directory was deleted.
    """
    root = Path(os.environ.get("ML_ASSETS_HOME") or ".ml_assets")
    try:
        return root.absolute()
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"The folder {root} cannot be found: the working folder does not exist any more.",
            hint="Change into another folder, or set ML_ASSETS_HOME to an absolute path.",
        ) from error


class LocalPlatform:
    """Everything under one folder: ``warehouse/``, ``mlflow.db``, ``mlartifacts/``, ``locks/``.

    Args:
        root: that folder; made when something is first written.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = _fit_for_tables(default_root() if root is None else root.absolute())
        self.tables = LocalTables(self.root / "warehouse")
        self.tracking_uri = (
            os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{self.root / 'mlflow.db'}"
        )
        self.tracking_ui = (
            self.tracking_uri.rstrip("/") if self.tracking_uri.startswith("http") else _LOCAL_UI
        )
        self.registry_uri = os.environ.get("MLFLOW_REGISTRY_URI") or self.tracking_uri

    @contextmanager
    def lock(
        self, name: str, *, wait_seconds: float, once: bool = False
    ) -> Generator[None, None, None]:
        """Hold ``name`` with a lock of the operating system, which ends with the process."""
        from filelock import FileLock

        folder = self.root / "locks"
        file = folder / f"{_file_name(name)}.lock"
        lock = FileLock(file, is_singleton=False)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _acquire(lock, name, wait_seconds)
        except OSError as error:
            raise ConfigurationError(
                f"The folder {self.root} cannot be written: {error}",
                hint="Set ML_ASSETS_HOME to a folder of your own.",
            ) from error
        try:
            yield
        finally:
            if once:
                file.unlink(missing_ok=True)
            lock.release()

    def artifact_location(self, experiment: str) -> str | None:
        """A folder under ``mlartifacts/``; nothing when a server of the user's own decides."""
        if not self.tracking_uri.startswith("sqlite:///"):
            return None
        folder = _file_name(experiment.strip("/").replace("/", "."))
        return (self.root / "mlartifacts" / folder).as_uri()

    def dataset_source(self, table: TableVersion) -> DeltaDatasetSource:
        """``table`` by its path: a three-level name would be looked up in Unity Catalog."""
        from mlflow.data.delta_dataset_source import DeltaDatasetSource

        # As text, because MLflow leaves out a version that is the number 0.
        return DeltaDatasetSource(
            path=str(self.tables.path(table.name)),
            delta_table_version=str(table.version),  # pyright: ignore[reportArgumentType]
        )


def _fit_for_tables(root: Path) -> Path:
    """``root``, when delta-rs and MLflow, to whom it is part of an address, find it again.

    Raises:
        ConfigurationError: it has a character with a meaning in addresses.
    """
    if found := _MEANS_SOMETHING.search(str(root)):
        raise ConfigurationError(
            f"The folder {root} cannot hold tables: {found[0]!r} is in its path.",
            hint="Set ML_ASSETS_HOME to a folder without it, of letters and digits for example.",
        )
    return root


def _file_name(name: str) -> str:
    """``name``, cut and told apart by a digest where it is longer than a file's name may be."""
    if len(name) <= _LONGEST:
        return name
    return f"{name[:_LONGEST]}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _acquire(lock: BaseFileLock, name: str, wait_seconds: float) -> None:
    from filelock import Timeout

    try:
        lock.acquire(timeout=0)
    except Timeout:
        if wait_seconds:
            _log.warning("waiting for another process, which holds %s", name)
    else:
        return
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout as error:
        raise ConflictError(
            f"Another process has held {name} for {wait_seconds:.0f} s.",
            hint="Wait for it to end, then run this again.",
        ) from error

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from ml_assets.platforms.local import LocalPlatform
from ml_assets.tracking.runs import connect

# As Python does by itself, so that a test can see whether a model's folder changes.
sys.dont_write_bytecode = False

# Whoever starts the tests in the background has them, and what they start, ignore interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def own_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of whoever starts it."""
    for name in list(os.environ):
        if name.startswith(("ML_ASSETS_", "MLFLOW_T", "MLFLOW_R", "DAGSTER_CLOUD_")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MLflow store without a run; making one costs seconds, copying it none."""
    root = tmp_path_factory.mktemp("empty_store")
    connect(LocalPlatform(root))
    return root / "mlflow.db"


@pytest.fixture
def home(tmp_path: Path, empty_store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An embedded platform for commands in this process, in a working folder of its own."""
    root = tmp_path / "home"
    root.mkdir()
    shutil.copy(empty_store, root / "mlflow.db")
    monkeypatch.setenv("ML_ASSETS_HOME", str(root))
    monkeypatch.setenv("ML_ASSETS_PLATFORM", "local")
    monkeypatch.chdir(tmp_path)
    return root

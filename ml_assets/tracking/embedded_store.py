"""MLflow's store in an SQLite file: made whole or not at all."""

from __future__ import annotations

import uuid
from pathlib import Path

_PREFIX = "sqlite:///"


def make_embedded_store(uri: str) -> None:
    """Make the file that ``uri`` names, unless it is there; a server's address is left alone.

    MLflow makes its tables in many steps and cannot go on from the middle, so a process that is
    killed there must not leave the file under its name. For one process at a time.
    """
    file = Path(uri.removeprefix(_PREFIX))
    if not uri.startswith(_PREFIX) or file.exists():
        return
    import mlflow

    file.parent.mkdir(parents=True, exist_ok=True)
    for left_over in file.parent.glob(f"{file.name}.unfinished-*"):
        left_over.unlink()
    unfinished = file.with_name(f"{file.name}.unfinished-{uuid.uuid4().hex}")
    address = f"{_PREFIX}{unfinished}"
    mlflow.MlflowClient(address, address).get_experiment_by_name("Default")
    unfinished.replace(file)

"""Doors that tests of all packages go through: the commands, the tables, the MLflow store."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from mlflow import MlflowClient
from mlflow.entities import Run

from ml_assets.cli.app import dispatch

_NOT_HANDED_ON = ("ML_ASSETS_", "MLFLOW_", "PYTHONDONTWRITEBYTECODE")

DEV = ("--catalog", "mlops_dev", "--schema", "fraud_detection", "--environment", "dev")


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


def clean_environment(home: Path, **variables: str) -> dict[str, str]:
    """This process's variables without any of ours, and with an embedded platform at ``home``."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_NOT_HANDED_ON)}
    return {**kept, "ML_ASSETS_HOME": str(home), "ML_ASSETS_PLATFORM": "local", **variables}


def run(*argv: str, home: Path, **variables: str) -> Done:
    """``python -m ml_assets COMMAND ...`` in a process of its own, in the folder of ``home``."""
    done = subprocess.run(
        [sys.executable, "-m", "ml_assets", *argv],
        capture_output=True,
        text=True,
        check=False,
        cwd=home.parent,
        env=clean_environment(home, **variables),
        timeout=300,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def call(*argv: str) -> Done:
    """The same command in this process, whose variables say where (see the fixture ``home``)."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = dispatch(argv)
        except SystemExit as exit_:
            code = exit_.code if isinstance(exit_.code, int) else 1
    return Done(code, out.getvalue(), err.getvalue())


def put_table(home: Path, name: str, rows: pa.Table | dict[str, Any], **options: Any) -> Path:
    """Write a table of the warehouse without this package's help."""
    path = home / "warehouse" / name.replace(".", "/")
    path.mkdir(parents=True, exist_ok=True)
    table: pa.Table = rows if isinstance(rows, pa.Table) else pa.table(rows)
    write_deltalake(path, table, **options)
    return path


def read_table(home: Path, name: str, version: int | None = None) -> pa.Table:
    """Every row of a table, read without this package's help."""
    path = home / "warehouse" / name.replace(".", "/")
    return pa.table(DeltaTable(path, version=version).to_pyarrow_table())


def client_of(home: Path) -> MlflowClient:
    """MLflow's own client of the embedded store."""
    uri = f"sqlite:///{home / 'mlflow.db'}"
    return MlflowClient(tracking_uri=uri, registry_uri=uri)


def runs_of(home: Path, step: str) -> list[Run]:
    """Every MLflow run of a step, the newest first."""
    client = client_of(home)
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    return list(client.search_runs(experiments, f"tags.step = '{step}'"))


def everything_in(home: Path) -> dict[str, Any]:
    """What the warehouse and the MLflow store hold, to be compared with later."""
    found: dict[str, Any] = {
        "files": sorted(str(f) for f in (home / "warehouse").rglob("*") if f.is_file()),
        "runs": [],
        "versions": [],
    }
    if (home / "mlflow.db").exists():
        client = client_of(home)
        experiments = [e.experiment_id for e in client.search_experiments()]
        found["runs"] = [dict(r.data.tags) for r in client.search_runs(experiments)]
        found["versions"] = [
            (v.name, v.version, dict(v.tags), v.description) for v in client.search_model_versions()
        ]
        found["aliases"] = [(m.name, dict(m.aliases)) for m in client.search_registered_models()]
    return found

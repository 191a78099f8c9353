"""Steps run through their commands, and the tables and models that they leave."""

from __future__ import annotations

import decimal
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from tests.support import call, clean_environment, client_of, put_table, read_table

SCHEMA = "mlops_local.ml"
PLACE = ("--catalog", "mlops_local", "--schema", "ml", "--environment", "local")
MODEL = ("--model-name", "m")
QUICK = ("--n-estimators", "10", "--params", "num_threads=1")


def mixed(rows: int = 400, seed: int = 3) -> pa.Table:
    """Columns of every kind that can be learned from, most with missing values."""
    random = np.random.default_rng(seed)

    def some(values: Any, kind: pa.DataType | None = None) -> pa.Array[Any]:
        return pa.array(values, kind, mask=random.random(rows) < 0.1)

    cents = [decimal.Decimal(int(value)) / 100 for value in random.integers(-9999, 9999, rows)]
    return pa.table(
        {
            "signal": random.normal(size=rows),
            "ratio": some(random.random(rows).astype(np.float32)),
            "small": some(random.integers(-128, 128, rows), pa.int8()),
            "count": random.integers(0, 50, rows),
            "big": random.choice([-(2**63), 2**63 - 1, 0, 2**53 + 1], rows),
            "price": some(cents, pa.decimal128(10, 2)),
            "member": some(random.random(rows) < 0.4),
            "city": some(random.choice(["Rome", "Lyon", "Graz", ""], rows)),
        }
    )


def margin(rows: pa.Table) -> npt.NDArray[np.float64]:
    """What the labels of :func:`mixed` follow from."""
    city = np.asarray([{"Rome": 0.8, "Lyon": -0.8}.get(c, 0.0) for c in rows["city"].to_pylist()])
    return np.asarray(rows["signal"]) + city + np.asarray(rows["count"]) / 50 - 0.5


def two_classes(rows: pa.Table, negative: Any, positive: Any) -> pa.Table:
    """``rows`` with a target of two classes."""
    labels = [positive if value > 0.0 else negative for value in margin(rows)]
    return rows.append_column("target", pa.array(labels))


def three_classes(rows: pa.Table, *labels: Any) -> pa.Table:
    """``rows`` with a target of three classes."""
    positions = np.digitize(margin(rows), [-0.6, 0.6])
    return rows.append_column("target", pa.array([labels[position] for position in positions]))


def prepare(home: Path, rows: pa.Table, *options: str) -> None:
    """Make ``rows`` the source and split them."""
    put_table(home, f"{SCHEMA}.source", rows, mode="overwrite", schema_mode="overwrite")
    wanted = ("--source-table", "source", "--label-column", "target", "--allow-schema-change")
    done = call("prepare_data", *PLACE, *wanted, *options)
    assert done.code == 0, done.err


def train(*options: str, code: int = 0) -> dict[str, Any]:
    """Train, and return the result."""
    done = call("train_model", *PLACE, *MODEL, *QUICK, "--json", *options)
    assert done.code == code, done.err
    result: dict[str, Any] = json.loads(done.out)
    return result


def register(*options: str, code: int = 0) -> dict[str, Any]:
    """Register, and return the result."""
    done = call("register_model", *PLACE, *MODEL, "--json", *options)
    assert done.code == code, done.err
    result: dict[str, Any] = json.loads(done.out)
    return result


def sent_rows(home: Path) -> tuple[pd.DataFrame, list[Any]]:
    """The test set as a caller of the model would have it, and its labels."""
    rows = read_table(home, f"{SCHEMA}.test_set")
    labels = rows["target"].to_pylist()
    return raw(rows.drop_columns("target")), labels


def raw(rows: pa.Table) -> pd.DataFrame:
    """``rows`` in pandas; decimals as numbers, as MLflow takes them."""
    fields = [
        field.with_type(pa.float64()) if pa.types.is_decimal(field.type) else field
        for field in rows.schema
    ]
    return rows.cast(pa.schema(fields)).to_pandas()


def predict(uri: str, rows: pd.DataFrame) -> pd.DataFrame:
    """What the logged model says of raw rows."""
    answer: pd.DataFrame = mlflow.pyfunc.load_model(uri).predict(rows)
    return answer


def start(home: Path, *argv: str) -> subprocess.Popen[str]:
    """A command in a process of its own, not waited for."""
    return subprocess.Popen(
        [sys.executable, "-m", "ml_assets", *argv],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home.parent,
        env=clean_environment(home),
    )


def statuses(home: Path) -> list[str]:
    """How every MLflow run of the home stands."""
    client = client_of(home)
    experiments = [e.experiment_id for e in client.search_experiments()]
    return [run.info.status for run in client.search_runs(experiments)]

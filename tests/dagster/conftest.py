from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pytest
from deltalake import write_deltalake
from sklearn.datasets import load_breast_cancer

TABLE = Path("mlops_local/ml_models/breast_cancer")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty embedded platform, and the environment local."""
    root = tmp_path / "home"
    monkeypatch.setenv("ML_ASSETS_HOME", str(root))
    for name in ("ML_ASSETS_ENV", "ML_ASSETS_PLATFORM", "ML_ASSETS_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    return root


@pytest.fixture
def source(home: Path) -> Path:
    """The table that the shipped model is trained on."""
    path = home / "warehouse" / TABLE
    path.mkdir(parents=True)
    write_deltalake(path, breast_cancer())
    return path


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def breast_cancer() -> pa.Table:
    bunch = load_breast_cancer()
    columns = {
        name.replace(" ", "_"): bunch.data[:, position]
        for position, name in enumerate(bunch.feature_names)
    }
    return pa.table({**columns, "diagnosis": [str(bunch.target_names[t]) for t in bunch.target]})

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from tests.dagster.support import breast_cancer
from tests.support import put_table


@pytest.fixture
def source(home: Path) -> Path:
    """The table that the shipped model is trained on."""
    return put_table(home, "mlops_local.ml_models.breast_cancer", breast_cancer())


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance

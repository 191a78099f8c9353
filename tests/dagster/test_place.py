"""The runner's resource says where a run's tables and models belong."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from tests.dagster.support import failure_text, run_job, shipped
from tests.support import client_of

LOCAL = {
    "environment": "local",
    "platform_name": "local",
    "catalog": "mlops_local",
    "schema_name": "ml_models",
}


def _at(**place: str) -> dict[str, object]:
    return {"resources": {"runner": {"config": {**LOCAL, **place}}}}


def test_another_schema_for_one_run(home: Path, source: Path, instance: dg.DagsterInstance) -> None:
    features = "mlops_local.ml_models.breast_cancer"
    defs = shipped(source={"source_table": features})

    result = run_job(defs, instance, run_config=_at(schema_name="trial"))

    assert result.success
    tables = home / "warehouse/mlops_local"
    assert (tables / "trial/breast_cancer_train_set/_delta_log").is_dir()
    assert not (tables / "ml_models/breast_cancer_train_set").exists()
    names = [model.name for model in client_of(home).search_registered_models()]
    assert names == ["mlops_local.trial.breast_cancer"]


def test_another_environments_catalog_is_refused(
    home: Path, source: Path, instance: dg.DagsterInstance
) -> None:
    result = run_job(shipped(), instance, run_config=_at(catalog="mlops_prod"))

    assert not result.success
    assert "Catalog mlops_prod belongs to environment prod, not to local" in failure_text(result)
    assert not (home / "warehouse/mlops_prod").exists()

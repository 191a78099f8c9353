"""The code location in every environment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from ml_assets.errors import ConfigurationError
from tests.dagster import snapshot
from tests.dagster.support import MODEL, key, location
from tests.support import clean_environment

LOAD = """
import json, sys
import dagster as dg
from ml_assets.definitions import defs
dg.Definitions.validate_loadable(defs())
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
HEAVY = {
    "databricks",
    "deltalake",
    "lightgbm",
    "matplotlib",
    "mlflow",
    "numpy",
    "pandas",
    "pyarrow",
    "pyspark",
    "rich",
    "scipy",
    "sklearn",
}


@pytest.mark.parametrize("environment", ["local", "dev", "aut", "prod"])
def test_definitions_load_without_a_heavy_library(tmp_path: Path, environment: str) -> None:
    variables = clean_environment(tmp_path, ML_ASSETS_ENV=environment)
    del variables["ML_ASSETS_PLATFORM"]

    done = subprocess.run(
        [sys.executable, "-c", LOAD], env=variables, capture_output=True, text=True, check=True
    )

    loaded = set(json.loads(done.stdout))
    assert "dagster" in loaded
    assert loaded & HEAVY == set()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("variables", "table"),
    [
        ({}, "mlops_local.ml_models"),
        ({"ML_ASSETS_ENV": "dev"}, "mlops_dev.fraud_detection"),
        ({"DAGSTER_CLOUD_DEPLOYMENT_NAME": "aut"}, "mlops_aut.fraud_detection"),
        ({"DAGSTER_CLOUD_DEPLOYMENT_NAME": "prod"}, "mlops_prod.fraud_detection"),
        (
            {"ML_ASSETS_ENV": "aut", "DAGSTER_CLOUD_DEPLOYMENT_NAME": "prod"},
            "mlops_aut.fraud_detection",
        ),
        (
            {
                "DAGSTER_CLOUD_DEPLOYMENT_NAME": "3f9a2c71",
                "DAGSTER_CLOUD_IS_BRANCH_DEPLOYMENT": "1",
                "DAGSTER_CLOUD_PULL_REQUEST_ID": "12",
            },
            "mlops_dev.ml_pr_12",
        ),
    ],
)
def test_tables_are_those_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], table: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    specs = {spec.key: spec for spec in location().resolve_all_asset_specs()}

    assert specs[key(MODEL, "train_set")].metadata["dagster/table_name"] == (
        f"{table}.breast_cancer_train_set"
    )


@pytest.mark.parametrize("variable", ["ML_ASSETS_ENV", "DAGSTER_CLOUD_DEPLOYMENT_NAME"])
def test_an_unknown_name_is_never_guessed(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "production")

    with pytest.raises(ConfigurationError, match="no environment 'production'") as refusal:
        location()

    assert "local, dev, aut, prod" in str(refusal.value)


@pytest.mark.parametrize(
    ("environment", "status"),
    [("local", "STOPPED"), ("dev", "STOPPED"), ("aut", "RUNNING"), ("prod", "RUNNING")],
)
def test_automation_runs_by_itself_in_aut_and_prod_only(
    monkeypatch: pytest.MonkeyPatch, environment: str, status: str
) -> None:
    monkeypatch.setenv("ML_ASSETS_ENV", environment)
    repository = location().get_repository_def()

    assert {sensor.default_status.value for sensor in repository.sensor_defs} == {status}
    assert {schedule.default_status.value for schedule in repository.schedule_defs} == {status}


def test_keys_are_the_same_in_every_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[set[dg.AssetKey]] = []
    for environment in ("local", "dev", "aut", "prod"):
        monkeypatch.setenv("ML_ASSETS_ENV", environment)
        keys.append({spec.key for spec in location().resolve_all_asset_specs()})

    assert keys[0] >= {
        key("tables", MODEL),
        *(
            key(MODEL, name)
            for name in ("train_set", "test_set", "trained_model", "registered_model")
        ),
    }
    assert keys == [keys[0]] * 4


def test_nothing_changed_unnoticed() -> None:
    expected = json.loads(snapshot.FILE.read_text(encoding="utf-8"))

    assert snapshot.described(location(), MODEL) == expected, (
        "If this change is meant: python -m tests.dagster.snapshot"
    )

"""From a source table to a validated version, as one job and asset by asset."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import dagster as dg
import numpy as np
import pyarrow as pa
import pytest
from sklearn.datasets import load_wine

from tests.dagster.support import (
    MODEL,
    checks,
    definitions_of,
    failure_text,
    key,
    metadata,
    run_assets,
    run_job,
    shipped,
    shipped_job,
)
from tests.support import client_of, put_table

REGISTERED = "mlops_local.ml_models.breast_cancer"


def test_the_job_ends_with_a_validated_version(
    home: Path, source: Path, instance: dg.DagsterInstance
) -> None:
    result = run_job(shipped(), instance)

    assert result.success
    assert checks(result) == {
        "f1_beats_baseline": True,
        "model_loads": True,
        "signature_valid": True,
        "inference_works": True,
        "metadata_retrievable": True,
        "validation_passed": True,
    }
    version = client_of(home).get_model_version_by_alias(REGISTERED, "latest-model")
    assert version.run_id == metadata(instance, MODEL, "trained_model")["mlflow_run_id"]
    assert version.tags["validation"] == "passed"


def test_assets_materialized_one_by_one_pass_references_on(
    home: Path, source: Path, instance: dg.DagsterInstance
) -> None:
    defs = shipped()

    for names in (["train_set", "test_set"], ["trained_model"], ["registered_model"]):
        assert run_assets(defs, instance, *names).success

    registered = metadata(instance, MODEL, "registered_model")
    trained = metadata(instance, MODEL, "trained_model")
    assert registered["mlflow_run_id"] == trained["mlflow_run_id"]
    assert registered["version"] == 1


def test_a_run_passes_on_its_own_tables_not_the_newest_ones(
    home: Path, source: Path, instance: dg.DagsterInstance
) -> None:
    defs = shipped()
    run_job(defs, instance)
    put_table(home, f"{REGISTERED}_train_set", {"written": ["by", "somebody", "else"]},
              mode="overwrite", schema_mode="overwrite")  # fmt: skip

    assert run_assets(defs, instance, "trained_model").success

    assert metadata(instance, MODEL, "trained_model")["train_set"] == f"{REGISTERED}_train_set@v0"


def test_a_run_that_goes_on_after_a_failure_keeps_to_its_own_model(
    home: Path, source: Path, instance: dg.DagsterInstance
) -> None:
    job = dg.reconstructable(shipped_job)
    with sqlite3.connect(home / "mlflow.db") as store:
        store.execute(
            "create trigger t before insert on model_versions begin select raise(abort, 'no'); end"
        )
    with dg.execute_job(job, instance) as failed:
        assert not failed.success
    own = metadata(instance, MODEL, "trained_model")["mlflow_run_id"]
    with sqlite3.connect(home / "mlflow.db") as store:
        store.execute("drop trigger t")
    assert run_assets(shipped(), instance, "train_set", "test_set", "trained_model").success
    assert metadata(instance, MODEL, "trained_model")["mlflow_run_id"] != own

    rest = dg.ReexecutionOptions.from_failure(failed.run_id, instance)
    with dg.execute_job(job, instance, reexecution_options=rest) as done:
        assert done.success

    assert metadata(instance, MODEL, "registered_model")["mlflow_run_id"] == own


def test_an_asset_whose_upstream_was_never_made_says_so(
    home: Path, source: Path, instance: dg.DagsterInstance
) -> None:
    result = run_assets(shipped(), instance, "trained_model")

    assert not result.success
    assert "_set was never materialized" in failure_text(result)
    assert "Materialize it first" in failure_text(result)


def test_the_launchpad_changes_one_run(
    home: Path, source: Path, instance: dg.DagsterInstance
) -> None:
    config = {"ops": {"breast_cancer__trained_model": {"config": {"n_estimators": 3}}}}

    result = run_job(shipped(), instance, run_config=config)

    trained = metadata(instance, MODEL, "trained_model")
    assert trained["rounds"] == 3
    assert result.success == (trained["test_f1"] > 0.9)


@pytest.mark.parametrize(
    ("op", "config", "words"),
    [
        ("prepare_data", {"test_size": 2.0}, "should be less than 1"),
        ("prepare_data", {"random_seed": -1}, "should be greater than or equal to 0"),
        ("trained_model", {"n_estimators": 0}, "should be greater than or equal to 1"),
        ("trained_model", {"baseline_f1": 1.5}, "should be less than or equal to 1"),
        ("trained_model", {"n_estimators": "many"}, "Invalid scalar"),
        ("trained_model", {"n_estimator": 5}, 'unexpected config entry "n_estimator"'),
        ("registered_model", {"alias": "latest"}, "reserved by model registries"),
    ],
)
def test_a_setting_out_of_bounds_is_refused_before_any_step_starts(
    home: Path,
    source: Path,
    instance: dg.DagsterInstance,
    op: str,
    config: dict[str, object],
    words: str,
) -> None:
    run_config = {"ops": {f"breast_cancer__{op}": {"config": config}}}

    with pytest.raises(dg.DagsterInvalidConfigError) as refusal:
        run_job(shipped(), instance, run_config=run_config)

    assert words in str(refusal.value)
    assert next(iter(config)) in str(refusal.value)
    assert instance.get_runs() == []
    assert not (home / "warehouse/mlops_local/ml_models/breast_cancer_train_set").exists()


def test_a_missing_source_fails_with_a_hint_and_writes_nothing(
    home: Path, instance: dg.DagsterInstance
) -> None:
    result = run_job(shipped(), instance)

    assert not result.success
    assert "Table mlops_local.ml_models.breast_cancer does not exist" in failure_text(result)
    assert "import_table" in failure_text(result)
    assert not (home / "warehouse").exists()


def test_a_wrong_lightgbm_parameter_fails_with_the_nearest_name(
    home: Path, source: Path, instance: dg.DagsterInstance
) -> None:
    defs = shipped(training={"params": {"num_leafs": 7}})

    result = run_job(defs, instance)

    assert not result.success
    assert "LightGBM has no parameter 'num_leafs'" in failure_text(result)
    assert "Did you mean 'num_leaf'?" in failure_text(result)


def test_a_feature_store_model_with_several_classes(
    home: Path, instance: dg.DagsterInstance
) -> None:
    bottles, features = wine_tables()
    put_table(home, "mlops_local.features.wine_measurements", features)
    put_table(home, "mlops_local.labels.wine_labels", bottles)
    defs = definitions_of(
        {
            "name": "wine",
            "target": "cultivar",
            "source": {
                "feature_store_table": "mlops_local.features.wine_measurements",
                "lookup_key": ["bottle"],
                "label_table": "mlops_local.labels.wine_labels",
            },
            "gate": {"baseline_f1": 0.5},
        }
    )

    result = run_job(defs, instance, "wine")

    assert result.success
    sources = {dep.asset_key for spec in defs.resolve_all_asset_specs() for dep in spec.deps}
    assert {
        key("tables", "features", "wine_measurements"),
        key("tables", "labels", "wine_labels"),
    } <= sources
    version = client_of(home).get_model_version_by_alias(
        "mlops_local.ml_models.wine", "latest-model"
    )
    assert version.tags["validation_checks"] == "4/4"


def wine_tables() -> tuple[pa.Table, pa.Table]:
    """Labels and features of the same bottles."""
    bunch = load_wine(as_frame=True).frame
    ids = np.arange(len(bunch))
    labels = pa.table({"bottle": ids, "cultivar": [f"class_{t}" for t in bunch["target"]]})
    features = pa.table(
        {"bottle": ids, "alcohol": bunch["alcohol"], "flavanoids": bunch["flavanoids"]}
    )
    return labels, features

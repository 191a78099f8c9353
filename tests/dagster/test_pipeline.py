from __future__ import annotations

from pathlib import Path

import dagster as dg
import mlflow
import pytest
from deltalake import DeltaTable

from tests.dagster.support import definitions_of, key, run_job, shipped

MODEL = "mlops_local.ml_models.breast_cancer"


def _client(home: Path) -> mlflow.MlflowClient:
    uri = f"sqlite:///{home / 'mlflow.db'}"
    return mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)


def _checks(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {check.check_name: check.passed for check in result.get_asset_check_evaluations()}


def _metadata(instance: dg.DagsterInstance, *path: str) -> dict[str, object]:
    event = instance.get_latest_materialization_event(key(*path))
    assert event is not None
    assert event.asset_materialization is not None
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def test_the_job_ends_with_a_validated_version(
    home: Path, source: Path, instance: dg.DagsterInstance
) -> None:
    result = run_job(shipped(), instance, "breast_cancer")

    assert result.success
    assert _checks(result) == {
        "f1_beats_baseline": True,
        "model_loads": True,
        "signature_valid": True,
        "inference_works": True,
        "metadata_retrievable": True,
        "validation_passed": True,
    }
    train_set = _metadata(instance, "breast_cancer", "train_set")
    table = DeltaTable(home / "warehouse/mlops_local/ml_models/breast_cancer_train_set")
    assert train_set["dagster/row_count"] == table.count()
    assert train_set["dagster/table_name"] == "mlops_local.ml_models.breast_cancer_train_set"
    assert train_set["delta_version"] == table.version()
    trained = _metadata(instance, "breast_cancer", "trained_model")
    run = _client(home).get_run(str(trained["mlflow_run_id"]))
    assert run.info.status == "FINISHED"
    assert trained["test_f1"] == run.data.metrics["test_f1"]
    assert str(trained["confusion_matrix"]).startswith("![confusion_matrix](data:image/png;base64,")
    version = _client(home).get_model_version_by_alias(MODEL, "latest-model")
    assert version.run_id == run.info.run_id
    assert version.tags["validation"] == "passed"


def test_a_model_that_is_not_better_is_never_registered(
    home: Path, source: Path, instance: dg.DagsterInstance
) -> None:
    defs = shipped(gate={"baseline_f1": 1.0})

    result = run_job(defs, instance, "breast_cancer")

    assert not result.success
    assert _checks(result) == {"f1_beats_baseline": False}
    assert _client(home).search_model_versions(f"name='{MODEL}'") == []

    alone = run_job(
        defs, instance, "breast_cancer", asset_selection=[key("breast_cancer", "registered_model")]
    )

    assert not alone.success
    failure = alone.failure_data_for_node("breast_cancer__registered_model")
    assert failure is not None
    assert "does not beat" in str(failure.user_failure_data)
    assert _client(home).search_model_versions(f"name='{MODEL}'") == []


def test_assets_materialized_one_by_one_pass_references_on(
    home: Path, source: Path, instance: dg.DagsterInstance
) -> None:
    defs = shipped()
    for selection in (["train_set", "test_set"], ["trained_model"], ["registered_model"]):
        keys = [key("breast_cancer", name) for name in selection]
        assert run_job(defs, instance, "breast_cancer", asset_selection=keys).success

    registered = _metadata(instance, "breast_cancer", "registered_model")
    trained = _metadata(instance, "breast_cancer", "trained_model")
    assert registered["mlflow_run_id"] == trained["mlflow_run_id"]
    assert registered["version"] == 1


def test_an_asset_whose_upstream_was_never_made_says_so(
    home: Path, source: Path, instance: dg.DagsterInstance
) -> None:
    result = run_job(
        shipped(),
        instance,
        "breast_cancer",
        asset_selection=[key("breast_cancer", "trained_model")],
    )

    assert not result.success
    text = str([event.event_specific_data for event in result.all_events if event.is_step_failure])
    assert "was never materialized" in text


def test_the_launchpad_changes_one_run(
    home: Path, source: Path, instance: dg.DagsterInstance
) -> None:
    config = {"ops": {"breast_cancer__trained_model": {"config": {"n_estimators": 3}}}}

    result = run_job(shipped(), instance, "breast_cancer", run_config=config)

    trained = _metadata(instance, "breast_cancer", "trained_model")
    assert trained["rounds"] == 3
    assert result.success == (trained["test_f1"] > 0.9)


@pytest.mark.parametrize(
    ("op", "config", "words"),
    [
        ("prepare_data", {"test_size": 2.0}, "test_size: Input should be less than 1"),
        ("trained_model", {"n_estimators": 0}, "n_estimators: Input should be greater than"),
    ],
)
def test_a_setting_out_of_bounds_is_refused(
    home: Path,
    source: Path,
    instance: dg.DagsterInstance,
    op: str,
    config: dict[str, object],
    words: str,
) -> None:
    result = run_job(
        shipped(),
        instance,
        "breast_cancer",
        run_config={"ops": {f"breast_cancer__{op}": {"config": config}}},
    )

    assert not result.success
    failures = [event for event in result.all_events if event.is_step_failure]
    assert words in str([event.event_specific_data for event in failures])


def test_a_missing_source_fails_with_a_hint_and_writes_nothing(
    home: Path, instance: dg.DagsterInstance
) -> None:
    result = run_job(shipped(), instance, "breast_cancer")

    assert not result.success
    failure = result.failure_data_for_node("breast_cancer__prepare_data")
    assert failure is not None
    assert "does not exist" in str(failure.user_failure_data)
    assert "import_table" in str(failure.user_failure_data)
    assert not (home / "warehouse").exists()


def test_a_feature_store_model_with_several_classes(
    home: Path, instance: dg.DagsterInstance
) -> None:
    import numpy as np
    import pyarrow as pa
    from deltalake import write_deltalake
    from sklearn.datasets import load_wine

    bunch = load_wine()
    ids = np.arange(len(bunch.target))
    warehouse = home / "warehouse/mlops_local"
    tables = {
        "features/wine_measurements": pa.table(
            {"bottle": ids, "alcohol": bunch.data[:, 0], "flavanoids": bunch.data[:, 6]}
        ),
        "labels/wine_labels": pa.table(
            {"bottle": ids, "cultivar": [f"class_{t}" for t in bunch.target]}
        ),
    }
    for name, table in tables.items():
        (warehouse / name).mkdir(parents=True)
        write_deltalake(warehouse / name, table)
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
    version = _client(home).get_model_version_by_alias("mlops_local.ml_models.wine", "latest-model")
    assert version.tags["validation_checks"] == "4/4"

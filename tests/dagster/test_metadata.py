"""What each asset shows in the UI, and which versions it names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from deltalake import DeltaTable

from ml_assets.platforms.local import LocalPlatform
from tests.dagster.support import MODEL, breast_cancer, materialization, metadata, run_job, shipped
from tests.support import client_of, put_table

SCHEMA = "mlops_local.ml_models"
METRICS = ("test_f1", "test_accuracy", "test_precision", "test_recall", "test_roc_auc")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dg.DagsterInstance]]:
    """A home and an event log after two runs of the shipped model at a known commit."""
    home = tmp_path_factory.mktemp("ran") / "home"
    put_table(home, f"{SCHEMA}.{MODEL}", breast_cancer())
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.ephemeral() as instance:
        patch.setenv("ML_ASSETS_HOME", str(home))
        patch.setenv("GIT_SHA", "0123abc")
        for _ in range(2):
            assert run_job(shipped(), instance).success
        yield home, instance


Ran = tuple[Path, dg.DagsterInstance]


@pytest.mark.parametrize("side", ["train_set", "test_set"])
def test_a_table_shows_its_size_its_columns_and_its_version(ran: Ran, side: str) -> None:
    home, instance = ran
    shown = metadata(instance, MODEL, side)
    table = DeltaTable(home / f"warehouse/mlops_local/ml_models/{MODEL}_{side}")

    assert shown["dagster/row_count"] == table.count()
    assert shown["dagster/table_name"] == f"{SCHEMA}.{MODEL}_{side}"
    assert shown["delta_version"] == table.version() == 1
    columns = {column.name: column.type for column in shown["dagster/column_schema"].columns}
    assert columns["mean_radius"] == "double"
    assert columns["diagnosis"] == "string"
    assert sum(shown["classes"].values()) == table.count()
    assert shown["sources"] == {"source": f"{SCHEMA}.{MODEL}@v0"}
    assert shown["warnings"] == 0
    assert _tags(instance, side)["dagster/data_version"] == (f"v1-{str(table.metadata().id)[:8]}")


def test_a_model_shows_plain_numbers_and_leads_to_its_mlflow_run(ran: Ran) -> None:
    home, instance = ran
    shown = materialization(instance, MODEL, "trained_model").metadata
    values = metadata(instance, MODEL, "trained_model")

    run = client_of(home).get_run(values["mlflow_run_id"])
    assert run.info.status == "FINISHED"
    for name in METRICS:
        assert isinstance(shown[name], dg.FloatMetadataValue)
        assert values[name] == run.data.metrics[name]
    for name in ("rows", "features", "rounds", "warnings"):
        assert isinstance(shown[name], dg.IntMetadataValue)
    assert values["features"] == 30
    assert values["baseline_f1"] == 0.9
    page = f"{LocalPlatform(home).tracking_ui}/#/experiments/{run.info.experiment_id}/runs/"
    assert isinstance(shown["mlflow_run"], dg.UrlMetadataValue)
    assert values["mlflow_run"] == page + run.info.run_id
    assert _tags(instance, "trained_model")["dagster/data_version"] == run.info.run_id


@pytest.mark.parametrize(
    "picture", ["confusion_matrix", "feature_importance", "roc_curve", "precision_recall_curve"]
)
def test_a_model_shows_its_pictures(ran: Ran, picture: str) -> None:
    shown = materialization(ran[1], MODEL, "trained_model").metadata[picture]

    assert isinstance(shown, dg.MarkdownMetadataValue)
    assert str(shown.value).startswith(f"![{picture}](data:image/png;base64,iVBORw0KGgo")


def test_a_version_shows_its_number_its_commit_and_its_page(ran: Ran) -> None:
    home, instance = ran
    shown = metadata(instance, MODEL, "registered_model")

    version = client_of(home).get_model_version(f"{SCHEMA}.{MODEL}", "2")
    assert shown["version"] == 2
    assert shown["model"] == f"{SCHEMA}.{MODEL}"
    assert shown["alias"] == "latest-model"
    assert shown["f1"] == pytest.approx(float(version.tags["f1_score"]), abs=1e-4)
    assert shown["git_sha"] == version.tags["git_sha"] == "0123abc"
    assert shown["mlflow_run_id"] == version.run_id
    assert shown["model_version"].endswith(f"/#/models/{SCHEMA}.{MODEL}/versions/2")
    assert _tags(instance, "registered_model")["dagster/data_version"] == "2"


def test_what_a_model_was_made_from_is_recorded_with_it(ran: Ran) -> None:
    instance = ran[1]
    tags = _tags(instance, "trained_model")

    for side in ("train_set", "test_set"):
        assert (
            tags[f"dagster/input_data_version/{MODEL}/{side}"]
            == (_tags(instance, side)["dagster/data_version"])
        )


def test_keys_are_the_same_in_every_run(ran: Ran) -> None:
    instance = ran[1]
    for name in ("train_set", "test_set", "trained_model", "registered_model"):
        records = instance.fetch_materializations(dg.AssetKey([MODEL, name]), limit=10).records
        shown = [r.asset_materialization.metadata for r in records if r.asset_materialization]
        assert len(shown) == 2
        assert list(shown[0]) == list(shown[1])


@pytest.mark.parametrize(
    ("changes", "touched"),
    [
        ({}, set()),
        ({"owners": ["team:other"]}, set()),
        ({"split": {"test_size": 0.3}}, {"train_set", "test_set"}),
        ({"gate": {"baseline_f1": 0.5}}, {"trained_model"}),
        ({"training": {"n_estimators": 7}}, {"trained_model"}),
        ({"alias": "candidate"}, {"registered_model"}),
        ({"target": "mean_area"}, {"train_set", "test_set", "trained_model"}),
    ],
)
def test_a_code_version_follows_what_its_asset_is_made_by(
    changes: dict[str, Any], touched: set[str]
) -> None:
    def code_versions(**changes: Any) -> dict[str, str | None]:
        specs = shipped(**changes).resolve_all_asset_specs()
        return {s.key.path[-1]: s.code_version for s in specs if s.key.path[0] == MODEL}

    before, after = code_versions(), code_versions(**changes)

    assert {name for name in before if before[name] != after[name]} == touched


def test_warnings_are_counted_and_shown(home: Path, instance: dg.DagsterInstance) -> None:
    rows = breast_cancer().to_pandas()
    rows.loc[:4, "diagnosis"] = None
    put_table(home, f"{SCHEMA}.{MODEL}", {name: list(rows[name]) for name in rows})

    assert run_job(shipped(gate={"baseline_f1": 0.1}), instance).success

    shown = metadata(instance, MODEL, "train_set")
    assert shown["warnings"] == 1
    assert shown["warning_texts"].startswith("- ")


def _tags(instance: dg.DagsterInstance, name: str) -> dict[str, str]:
    return dict(materialization(instance, MODEL, name).tags or {})

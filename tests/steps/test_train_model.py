"""train_model: what a run holds, when the gate says no, and which pairs are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pyarrow as pa
import pytest
from deltalake import DeltaTable
from mlflow.entities import Run

from tests.lifecycle import MODEL, PLACE, SCHEMA, mixed, prepare, three_classes, train, two_classes
from tests.support import call, client_of, everything_in, put_table, read_table

PICTURES = {"confusion_matrix", "feature_importance", "precision_recall_curve", "roc_curve"}


@pytest.fixture
def trained(home: Path) -> dict[str, Any]:
    prepare(home, two_classes(mixed(), 0, 1))
    return train("--baseline-f1", "0.5", "--tags", "ticket=ML-7")


def run_of(home: Path, result: dict[str, Any]) -> Run:
    return client_of(home).get_run(result["model"]["run_id"])


def test_the_run(home: Path, trained: dict[str, Any]) -> None:
    run = run_of(home, trained)
    experiment = client_of(home).get_experiment(run.info.experiment_id)
    assert experiment.name == "/Shared/mlops_local/ml/training"
    assert (run.info.run_name, run.info.status) == ("training_local", "FINISHED")
    assert run.data.params["max_depth"] == "5"
    assert run.data.params["n_estimators"] == "10"
    assert run.data.params["learning_rate"] == "0.1"
    assert run.data.params["random_seed"] == "42"
    assert run.data.tags["ticket"] == "ML-7"
    assert run.data.tags["should_register"] == "True"
    assert run.data.metrics["baseline_f1"] == 0.5
    assert run.data.metrics["rounds"] == 10


def test_both_datasets_with_their_versions(home: Path, trained: dict[str, Any]) -> None:
    found: dict[str, Any] = {}
    inputs = run_of(home, trained).inputs
    assert inputs is not None
    for entry in inputs.dataset_inputs:
        tags = {tag.key: tag.value for tag in entry.tags}
        found[tags["mlflow.data.context"]] = (entry.dataset, tags)
    assert found.keys() == {"training", "testing"}
    for context, table in (("training", "train_set"), ("testing", "test_set")):
        dataset, tags = found[context]
        delta = DeltaTable(home / "warehouse" / "mlops_local/ml" / table)
        assert dataset.name == f"{SCHEMA}.{table}"
        assert json.loads(dataset.source)["delta_table_version"] == str(delta.version())
        assert tags["version"] == str(delta.version())
        assert tags["rows"] == str(read_table(home, f"{SCHEMA}.{table}").num_rows)


@pytest.mark.parametrize("classes", [2, 3])
def test_pictures(home: Path, tmp_path: Path, classes: int) -> None:
    rows = two_classes(mixed(), 0, 1) if classes == 2 else three_classes(mixed(), 0, 1, 2)
    prepare(home, rows)
    result = train()
    client = client_of(home)
    run_id = result["model"]["run_id"]
    folder = Path(client.download_artifacts(run_id, "plots", str(tmp_path)))
    drawn = {file.stem: file.read_bytes() for file in folder.iterdir()}
    assert drawn.keys() == PICTURES
    assert all(picture.startswith(b"\x89PNG") and len(picture) > 3000 for picture in drawn.values())


def test_signature_example_and_no_pickle(home: Path, trained: dict[str, Any]) -> None:
    uri = trained["model"]["model_uri"]
    info = mlflow.models.get_model_info(uri)
    assert info.signature is not None
    assert info.signature.inputs.input_names() == trained["features"]
    assert info.signature.outputs.input_names() == ["prediction", "probability"]
    folder = Path(mlflow.artifacts.download_artifacts(uri))
    example = mlflow.models.Model.load(str(folder)).load_input_example(str(folder))
    assert isinstance(example, pd.DataFrame)
    assert len(example) == 5
    assert list(example.columns) == trained["features"]
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert {file.name for file in files if file.suffix in (".txt", ".json")} >= {
        "booster.txt", "description.json", "requirements.txt", "input_example.json",
    }  # fmt: skip
    for file in files:
        assert file.suffix not in {".pkl", ".pickle", ".joblib"}
        assert not file.read_bytes().startswith(b"\x80"), f"{file} looks like a pickle"
        file.read_text(encoding="utf-8")


def test_a_baseline_that_is_only_equalled_is_not_beaten(home: Path) -> None:
    prepare(home, two_classes(mixed(), 0, 1))
    f1 = train()["model"]["f1"]
    result = train("--baseline-f1", repr(f1), code=1)
    assert result["model"]["beats_baseline"] is False
    run = run_of(home, result)
    assert run.info.status == "FINISHED"
    assert run.data.tags["should_register"] == "False"


def test_sets_of_two_preparations_are_refused(home: Path) -> None:
    prepare(home, two_classes(mixed(), 0, 1))
    prepare(home, two_classes(mixed(), 0, 1), "--random-seed", "7")
    before = everything_in(home)
    done = call("train_model", *PLACE, *MODEL, "--train-version", "0")
    assert done.code == 3
    assert "different preparations" in done.err
    assert "Run prepare_data again" in done.err
    assert everything_in(home) == before
    older = train("--train-version", "0", "--test-version", "0")["model"]
    assert (older["train_set"]["version"], older["test_set"]["version"]) == (0, 0)


def test_a_pair_stays_a_pair_when_a_table_is_optimized(home: Path) -> None:
    prepare(home, two_classes(mixed(), 0, 1))
    delta = DeltaTable(home / "warehouse" / "mlops_local/ml/train_set")
    delta.optimize.z_order(["count"])
    delta.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
    model = train()["model"]
    assert model["train_set"]["version"] == DeltaTable(delta.table_uri).version() > 0
    assert model["train_set"]["batch_id"] == model["test_set"]["batch_id"]
    DeltaTable(delta.table_uri).delete('"count" < 5')
    done = call("train_model", *PLACE, *MODEL)
    assert done.code == 3
    assert "different preparations" in done.err


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["0", "1"] * 40, "another type: target"),
        ([None] * 80, "'target' has no value in any row of the test table"),
    ],
    ids=["texts for integers", "no label at all"],
)
def test_test_sets_that_do_not_fit(home: Path, labels: list[Any], said: str) -> None:
    put_table(home, f"{SCHEMA}.train_set", two_classes(mixed(200), 0, 1))
    kind = pa.string() if labels[0] else pa.int64()
    rows = mixed(80).append_column("target", pa.array(labels, kind))
    put_table(home, f"{SCHEMA}.test_set", rows)
    before = everything_in(home)
    done = call("train_model", *PLACE, *MODEL)
    assert done.code == 3
    assert said in done.err
    assert everything_in(home) == before


@pytest.mark.parametrize("label", [0, 1])
def test_a_test_set_of_one_class(home: Path, label: int) -> None:
    put_table(home, f"{SCHEMA}.train_set", two_classes(mixed(200), 0, 1))
    rows = mixed(80).append_column("target", pa.array([label] * 80))
    put_table(home, f"{SCHEMA}.test_set", rows)
    result = train(code=1 - label)
    assert result["model"]["metrics"].keys() == {
        "test_f1", "test_accuracy", "test_precision", "test_recall",
    }  # fmt: skip


def test_a_class_that_only_the_test_set_has(home: Path) -> None:
    put_table(home, f"{SCHEMA}.train_set", two_classes(mixed(200), "a", "b"))
    rows = mixed(80).append_column("target", pa.array(["a", "b", "c", "c"] * 20))
    put_table(home, f"{SCHEMA}.test_set", rows)
    result = train()
    assert result["classes"] == ["a", "b", "c"]
    assert any("only the test set has class 'c'" in warning for warning in result["warnings"])
    assert result["model"]["metrics"]["test_accuracy"] <= 0.5


def test_a_positive_class_that_cannot_be(home: Path) -> None:
    prepare(home, three_classes(mixed(), "a", "b", "c"))
    before = everything_in(home)
    for given in ("a", "z"):
        done = call("train_model", *PLACE, *MODEL, "--positive-class", given)
        assert done.code == 2
        assert f"'{given}' cannot be the positive class" in done.err
    assert everything_in(home) == before

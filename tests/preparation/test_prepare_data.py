from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from deltalake import DeltaTable
from hypothesis import HealthCheck, given, settings

from tests.data import transactions
from tests.preparation.support import ROWS, Row, table_of
from tests.support import DEV, call, client_of, everything_in, put_table, read_table

PLACE = "mlops_dev.fraud_detection"


def prepared(*argv: str) -> dict[str, Any]:
    done = call("prepare_data", *DEV, "--json", *argv)
    assert done.code == 0, done.err
    result: dict[str, Any] = json.loads(done.out)
    return result


def both_sets(home: Path) -> tuple[pa.Table, pa.Table]:
    return read_table(home, f"{PLACE}.train_set"), read_table(home, f"{PLACE}.test_set")


def content(*tables: pa.Table) -> Counter[str]:
    return Counter(repr(sorted(row.items())) for table in tables for row in table.to_pylist())


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=ROWS)
def test_both_sets_together_are_the_source(home: Path, rows: list[Row]) -> None:
    source = pa.concat_tables([table_of(rows)] * 20)
    source = source.append_column("id", [list(range(source.num_rows))])
    put_table(home, f"{PLACE}.everything", source, mode="overwrite", schema_mode="overwrite")

    prepared("--source-table", "everything", "--test-size", "0.5")

    train, test = both_sets(home)
    assert train.schema.equals(test.schema)
    assert content(train, test) == content(source)
    assert not content(train) & content(test)


def test_a_pinned_source_is_recorded_with_versions_and_one_batch(home: Path) -> None:
    put_table(home, f"{PLACE}.raw", transactions(300))
    put_table(home, f"{PLACE}.raw", transactions(300), mode="append")

    result = prepared("--source-table", "raw", "--label-column", "is_fraud", "--tags", "ticket=42")

    assert result["sources"]["source"]["version"] == 1
    assert result["sources"]["source"]["rows"] == 600
    for side in ("train_set", "test_set"):
        table = DeltaTable(home / "warehouse/mlops_dev/fraud_detection" / side)
        commit = table.history(1)[0]
        assert commit["ml_assets.batch_id"] == result["batch_id"] == result[side]["batch_id"]
        assert commit["ml_assets.source"] == f"{PLACE}.raw@v1"
        assert result[side]["version"] == table.version() == 0
        assert result[side]["rows"] == table.count()
    run = client_of(home).get_run(result["run_id"])
    assert run.info.run_name == "data_prep_dev"
    assert run.info.status == "FINISHED"
    assert run.data.tags["ticket"] == "42"
    assert run.data.tags["ml_assets.batch_id"] == result["batch_id"]
    assert run.data.params["test_size"] == "0.2"
    assert run.inputs is not None
    logged = {
        (tag_of(entry, "mlflow.data.context"), entry.dataset.name, tag_of(entry, "version"))
        for entry in run.inputs.dataset_inputs
    }
    assert logged == {
        ("source", f"{PLACE}.raw", "1"),
        ("training", f"{PLACE}.train_set", "0"),
        ("testing", f"{PLACE}.test_set", "0"),
    }


def tag_of(entry: Any, key: str) -> str:
    return str(next(tag.value for tag in entry.tags if tag.key == key))


def test_the_same_source_is_split_alike_again_and_versions_go_on(home: Path) -> None:
    put_table(home, f"{PLACE}.raw", transactions(300))
    first = prepared("--source-table", "raw", "--label-column", "is_fraud")
    before = both_sets(home)

    second = prepared("--source-table", "raw", "--label-column", "is_fraud")

    assert second["batch_id"] != first["batch_id"]
    assert [second[side]["version"] for side in ("train_set", "test_set")] == [1, 1]
    after = both_sets(home)
    assert [content(table) for table in after] == [content(table) for table in before]


def test_rows_of_one_key_stay_together_and_the_key_is_no_feature(home: Path) -> None:
    rows = transactions(600)
    users = pa.array(np.arange(600) % 60)
    put_table(home, f"{PLACE}.raw", rows.set_column(0, "user_id", users))

    prepared("--source-table", "raw", "--label-column", "is_fraud", "--key-columns", "user_id")

    amounts = dict(zip(rows["transaction_amount"].to_pylist(), users.to_pylist(), strict=True))
    train, test = both_sets(home)
    assert "user_id" not in train.column_names
    sides = [
        {amounts[a] for a in table["transaction_amount"].to_pylist()} for table in both_sets(home)
    ]
    assert not sides[0] & sides[1]
    assert len(sides[0]) + len(sides[1]) == 60
    assert train.num_rows + test.num_rows == 600


@pytest.mark.parametrize(
    ("labels", "kept"),
    [
        (pa.array([0, 1, None, 1] * 50), {"0": 50, "1": 100}),
        (pa.array([0.0, 1.0, float("nan"), None] * 50), {"0": 50, "1": 50}),
        (pa.array(["no", "yes", None, "yes"] * 50), {"no": 50, "yes": 100}),
        (pa.array([False, True, None, True] * 50), {"False": 50, "True": 100}),
        (pa.array([0.0, 1.0, -0.0, 1.0] * 50), {"0": 100, "1": 100}),
    ],
    ids=["int", "float", "str", "bool", "minus zero"],
)
def test_rows_without_a_label_are_dropped_and_counted(
    home: Path, labels: pa.Array[Any], kept: dict[str, int]
) -> None:
    put_table(home, f"{PLACE}.raw", {"x": list(range(200)), "y": labels})

    result = prepared("--source-table", "raw", "--label-column", "y")

    missing = 200 - sum(kept.values())
    assert result["missing_labels"] == missing
    assert (f"dropped {missing} rows without a label" in result["warnings"]) == (missing > 0)
    train, test = result["train_classes"], result["test_classes"]
    assert {label: train[label] + test[label] for label in train} == kept
    assert sum(table.num_rows for table in both_sets(home)) == 200 - missing


def test_minus_zero_is_the_class_zero(home: Path) -> None:
    labels = [0.0, 1.0, -0.0, 1.0] * 100
    put_table(home, f"{PLACE}.raw", {"x": [y + i / 1e6 for i, y in enumerate(labels)], "y": labels})
    prepared("--source-table", "raw", "--label-column", "y")

    done = call("train_model", *DEV, "--model-name", "m", "--target-col", "y", "--json")

    assert done.code == 0, done.err
    trained = json.loads(done.out)
    assert trained["classes"] == ["0", "1"]
    assert trained["model"]["metrics"]["test_accuracy"] == 1.0


def test_the_balance_is_reported_and_an_empty_class_named(home: Path) -> None:
    labels = ["rare", *["often", "else"] * 100]
    put_table(home, f"{PLACE}.raw", {"x": list(range(201)), "y": labels})

    done = call("prepare_data", *DEV, "--source-table", "raw", "--label-column", "y")

    assert done.code == 0
    train, test = both_sets(home)
    side, other = ("test", "train") if "rare" in train["y"].to_pylist() else ("train", "test")
    assert f"warning: class 'rare' has no row in the {side} set" in done.out
    assert f"in the {other} set" not in done.out
    share = Counter(test["y"].to_pylist())["often"] / test.num_rows
    assert f"often {share:.1%}" in done.out


def test_columns_named_as_the_queries_name_theirs(home: Path) -> None:
    names = ("__is_test", "_", "n", "label", "rows", "source", "t", "select", "marked", "y")
    columns = {name: list(range(100)) for name in names}
    put_table(home, f"{PLACE}.raw", {**columns, "n": [i % 2 for i in range(100)]})

    result = prepared("--source-table", "raw", "--label-column", "n", "--key-columns", "rows")

    train, _ = both_sets(home)
    assert set(train.column_names) == {*names} - {"rows"}
    assert result["train_classes"].keys() == {"0", "1"}


def test_other_columns_need_the_flag(home: Path) -> None:
    put_table(home, f"{PLACE}.raw", {"x": list(range(100)), "target": [0, 1] * 50})
    put_table(home, f"{PLACE}.new", {"z": [f"{i}" for i in range(100)], "target": [0, 1] * 50})
    prepared("--source-table", "raw")

    refused = call("prepare_data", *DEV, "--source-table", "new")

    assert refused.code == 3
    assert "gone ['x'], new ['z'], other type []" in refused.err
    assert both_sets(home)[0].column_names == ["x", "target"]

    prepared("--source-table", "new", "--allow-schema-change")

    assert both_sets(home)[0].column_names == ["z", "target"]


def test_synthetic_data_is_seeded_imbalanced_and_has_gaps(home: Path) -> None:
    first = prepared("--synthetic-rows", "3000")
    data = read_table(home, f"{PLACE}.synthetic_data")
    again = prepared("--synthetic-rows", "3000")
    same = read_table(home, f"{PLACE}.synthetic_data")
    prepared("--synthetic-rows", "3000", "--random-seed", "7")
    other = read_table(home, f"{PLACE}.synthetic_data")

    assert data.num_rows == 3000
    assert data.equals(same)
    assert first["train_classes"] == again["train_classes"]
    assert not data.equals(other)
    assert 0.2 < np.mean(data["target"].to_numpy()) < 0.3
    assert {field.name for field in data.schema if field.type == "string"} == {"channel", "region"}
    assert 200 < data["balance"].null_count < 400
    assert 50 < data["region"].null_count < 250


@pytest.mark.parametrize("theirs", ["synthetic_data", "train_set"])
def test_synthetic_data_take_no_table_of_other_columns(home: Path, theirs: str) -> None:
    put_table(home, f"{PLACE}.{theirs}", {"x": list(range(100)), "target": [0, 1] * 50})
    before = everything_in(home)

    refused = call("prepare_data", *DEV, "--synthetic-rows", "500")

    assert refused.code == 3
    assert f"The columns of {PLACE}.{theirs} would change" in refused.err
    assert everything_in(home) == before

    prepared("--synthetic-rows", "500", "--allow-schema-change")

    assert "signal_0" in read_table(home, f"{PLACE}.{theirs}").column_names

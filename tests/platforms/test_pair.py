"""Both tables of a preparation or neither, whatever refuses one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from tests.support import DEV, call, put_table, read_table, runs_of

PLACE = "mlops_dev.fraud_detection"
PREPARE = ("prepare_data", *DEV, "--source-table", "raw")
SIDES = ("train_set", "test_set")


def put_source(home: Path, offset: int) -> None:
    rows = {"x": [offset + i for i in range(200)], "target": [i % 2 for i in range(200)]}
    put_table(home, f"{PLACE}.raw", rows, mode="overwrite")


def folder(home: Path, side: str) -> Path:
    return home / "warehouse" / "mlops_dev" / "fraud_detection" / side


def data_files(home: Path) -> set[Path]:
    return {file for side in SIDES for file in folder(home, side).glob("*.parquet")}


def rows_of(home: Path) -> list[list[dict[str, Any]]]:
    return [sorted(read_table(home, f"{PLACE}.{side}").to_pylist(), key=str) for side in SIDES]


@pytest.mark.parametrize("refusing", SIDES)
def test_a_table_that_refuses_its_rows_takes_the_other_back(home: Path, refusing: str) -> None:
    put_source(home, 0)
    assert call(*PREPARE).code == 0
    before, files = rows_of(home), data_files(home)
    DeltaTable(folder(home, refusing)).alter.add_constraint({"small": "x < 1000"})
    put_source(home, 5000)

    done = call(*PREPARE)

    assert done.code == 3
    assert f"Table {PLACE}.{refusing} refuses these rows" in done.err
    assert "Traceback" not in done.err
    assert rows_of(home) == before
    assert data_files(home) == files
    newest = runs_of(home, "prepare_data")[0]
    assert newest.info.status == "FAILED"
    assert "refuses these rows" in newest.data.tags["ml_assets.error"]

    trained = call("train_model", *DEV, "--model-name", "m", "--n-estimators", "2")

    assert trained.code in (0, 1), "the old pair is a pair still"


@pytest.mark.parametrize("refusing", SIDES)
def test_a_first_preparation_that_fails_leaves_no_table(home: Path, refusing: str) -> None:
    put_source(home, 0)
    in_the_way = folder(home, refusing)
    in_the_way.write_text("somebody's file", encoding="utf-8")

    done = call(*PREPARE)

    assert done.code == 3
    assert f"Table {PLACE}.{refusing} cannot be written" in done.err
    assert sorted(p.name for p in in_the_way.parent.iterdir()) == sorted(["raw", refusing])
    assert in_the_way.read_text(encoding="utf-8") == "somebody's file"


def test_files_that_are_no_tables_survive_a_failed_write(home: Path) -> None:
    put_source(home, 0)
    own = folder(home, "train_set") / "notes" / "read.parquet"
    own.parent.mkdir(parents=True)
    own.write_text("somebody's file", encoding="utf-8")
    folder(home, "test_set").write_text("in the way", encoding="utf-8")

    done = call(*PREPARE)

    assert done.code == 3
    assert [p for p in folder(home, "train_set").rglob("*") if p.is_file()] == [own]


def test_a_damaged_table_is_named_when_it_is_to_be_replaced(home: Path) -> None:
    put_source(home, 0)
    assert call(*PREPARE).code == 0
    log = folder(home, "test_set") / "_delta_log" / f"{0:020}.json"
    log.write_text("{no json", encoding="utf-8")
    before = data_files(home)

    done = call(*PREPARE)

    assert done.code == 3
    assert "/fraud_detection/test_set cannot be read" in done.err
    assert "Traceback" not in done.err
    assert data_files(home) == before


def test_columns_are_told_apart_by_name_not_by_place(home: Path) -> None:
    put_source(home, 0)
    assert call(*PREPARE).code == 0
    turned = read_table(home, f"{PLACE}.raw").select(["target", "x"])
    put_table(home, f"{PLACE}.raw", turned, mode="overwrite", schema_mode="overwrite")
    before = rows_of(home)

    assert call(*PREPARE).code == 0

    train, test = (read_table(home, f"{PLACE}.{side}") for side in SIDES)
    assert train.column_names == test.column_names
    values = [row["x"] for rows in before for row in rows]
    assert sorted(train["x"].to_pylist() + test["x"].to_pylist()) == sorted(values)


def test_names_longer_than_the_name_of_a_file(home: Path) -> None:
    catalog, schema, table = "c" * 100, "s" * 100, "t" * 255
    rows = pa.table({"x": list(range(200)), "target": [0, 1] * 100})
    put_table(home, f"{catalog}.{schema}.{table}", rows)

    done = call(
        "prepare_data", "--catalog", catalog, "--schema", schema, "--environment", "dev",
        "--source-table", table, "--train-table", "a" * 255, "--test-table", "a" * 254 + "b",
    )  # fmt: skip

    assert done.code == 0, done.err

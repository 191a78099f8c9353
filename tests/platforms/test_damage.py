"""Files that are gone, and folders that cannot hold tables: said, not a stack of calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.support import shell
from tests.data import transactions
from tests.support import DEV, call, put_table

PLACE = "mlops_dev.fraud_detection"
TARGET = "is_fraud"
PREPARE = ("prepare_data", *DEV, "--source-table", "raw", "--label-column", TARGET)
TRAIN = ("train_model", *DEV, "--model-name", "m", "--target-col", TARGET, "--n-estimators", "3")


@pytest.mark.parametrize("damage", ["gone", "overwritten"])
def test_a_table_without_its_data_files(home: Path, damage: str) -> None:
    put_table(home, f"{PLACE}.raw", transactions())
    assert call(*PREPARE).code == 0
    assert call(*TRAIN).code == 0
    assert call("register_model", *DEV, "--model-name", "m").code == 0
    for table, argv in (
        ("raw", PREPARE),
        ("train_set", TRAIN),
        ("test_set", ("validate_model", *DEV, "--model-name", "m")),
    ):
        for file in (home / "warehouse" / PLACE.replace(".", "/") / table).glob("*.parquet"):
            if damage == "gone":
                file.unlink()
            else:
                file.write_bytes(b"x" * file.stat().st_size)
        done = call(*argv)
        assert done.code == 3, done.err
        assert f"{PLACE}.{table}@v0 cannot be read to its end" in done.err
        assert "Traceback" not in done.err


@pytest.mark.parametrize("name", ["what?", "c#", "per%20cent", "[x]", "back\\slash", "a|b"])
def test_a_home_that_is_no_part_of_an_address(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ML_ASSETS_HOME", str(tmp_path / name))
    monkeypatch.setenv("ML_ASSETS_PLATFORM", "local")
    done = call("prepare_data", *DEV)
    assert done.code == 3
    assert f"{tmp_path / name} cannot hold tables" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_home_with_an_unusual_name(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = home.rename(tmp_path / "Größe 😀, 100% & it's")
    monkeypatch.setenv("ML_ASSETS_HOME", str(odd))
    for argv in (
        ("prepare_data", *DEV, "--synthetic-rows", "2000"),
        ("train_model", *DEV, "--model-name", "m", "--n-estimators", "5"),
        ("register_model", *DEV, "--model-name", "m"),
        ("validate_model", *DEV, "--model-name", "m"),
    ):
        done = call(*argv)
        assert done.code == 0, done.err
    assert list(tmp_path.iterdir()) == [odd]


@pytest.mark.parametrize("named", ["home", ""])
def test_a_working_folder_that_was_deleted(home: Path, named: str) -> None:
    script = f"mkdir gone && cd gone && rmdir ../gone && prepare_data {' '.join(DEV)}"
    done = shell(script, home=home, ML_ASSETS_HOME=named)
    assert done.code == 3
    assert "the working folder does not exist any more" in done.err


def test_a_lock_that_cannot_be_written(home: Path) -> None:
    (home / "locks" / f"table-{PLACE}.train_set.lock").mkdir(parents=True)
    done = call("prepare_data", *DEV)
    assert done.code == 3
    assert f"The folder {home} cannot be written" in done.err

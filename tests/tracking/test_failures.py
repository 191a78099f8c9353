"""A store that cannot be used: named, with what to do, whatever MLflow raises."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.support import DEV, call, client_of, runs_of

SCHEMA = "mlops_dev.fraud_detection"
PREPARE = ("prepare_data", *DEV, "--synthetic-rows", "1000")
TRAIN = ("train_model", *DEV, "--model-name", "m", "--n-estimators", "20")
REGISTER = ("register_model", *DEV, "--model-name", "m")
VALIDATE = ("validate_model", *DEV, "--model-name", "m")


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("postgresql://me:secret@db.example/mlflow", "MLflow at postgresql://db.example/mlflow"),
        ("nonsense://x", "MLflow at nonsense://x cannot be used"),
        ("sqlite:///no_store.db", "file is not a database"),
        ("sqlite:////dev/null/x.db", "cannot be used"),
    ],
)
def test_an_address_without_a_store(
    home: Path, monkeypatch: pytest.MonkeyPatch, uri: str, said: str
) -> None:
    (home.parent / "no_store.db").write_text("not a database, but longer than nothing" * 50)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    done = call(*PREPARE)
    assert done.code == 3
    assert said in done.err
    assert "secret" not in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("step", ["prepare_data", "train_model", "register_model", "status"])
def test_a_store_that_refuses(home: Path, step: str) -> None:
    commands = {argv[0]: argv for argv in (PREPARE, TRAIN, REGISTER, ("status",))}
    for argv in commands.values():
        if argv[0] == step:
            break
        assert call(*argv).code == 0
    with sqlite3.connect(home / "mlflow.db") as store:
        for table in ("runs", "registered_models"):
            store.execute(f"drop table {table}")

    refused = call(*commands[step])

    assert refused.code == 3
    assert f"MLflow at sqlite:///{home / 'mlflow.db'} cannot be used" in refused.err
    assert "Traceback" not in refused.err


def test_a_store_that_cannot_be_written_to(home: Path) -> None:
    assert call(*PREPARE).code == 0
    store = sqlite3.connect(home / "mlflow.db")
    store.execute(
        "create trigger full before insert on metrics begin select raise(abort, 'full'); end"
    )
    store.commit()

    refused = call(*TRAIN)

    assert refused.code == 3
    assert f"MLflow at sqlite:///{home / 'mlflow.db'} cannot be used" in refused.err
    assert [run.info.status for run in runs_of(home, "train_model")] == ["FAILED"]

    store.execute("drop trigger full")
    store.commit()
    assert call(*TRAIN).code == 0
    assert call(*REGISTER).code == 0
    store.execute(
        "create trigger full before insert on model_version_tags "
        "begin select raise(abort, 'full'); end"
    )
    store.commit()
    assert call(*VALIDATE).code == 3
    assert client_of(home).get_model_version(f"{SCHEMA}.m", "1").tags.get("validation") is None


def test_versions_of_others_are_passed_over(home: Path) -> None:
    client = client_of(home)
    client.create_registered_model(f"{SCHEMA}.theirs")
    client.create_model_version(f"{SCHEMA}.theirs", str(home), tags={"f1_score": "0.9"})
    done = call("status")
    assert done.code == 0, done.err
    assert "No model is registered yet." in done.out

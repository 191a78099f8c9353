"""validate_model: all four checks whatever each says, and what the verdict needs."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import mlflow
import pyarrow as pa
import pytest
import yaml

from tests.lifecycle import (
    MODEL,
    PLACE,
    SCHEMA,
    mixed,
    prepare,
    register,
    three_classes,
    train,
    two_classes,
)
from tests.support import call, client_of, everything_in, put_table

NAME = f"{SCHEMA}.m"
ALL = ["model_loads", "signature_valid", "inference_works", "metadata_retrievable"]


@pytest.fixture
def registered(home: Path) -> Path:
    """Version 1; where its files are."""
    prepare(home, two_classes(mixed(), 0, 1))
    uri = train()["model"]["model_uri"]
    register()
    return Path(mlflow.artifacts.download_artifacts(uri))


def validate(*options: str, code: int) -> dict[str, Any]:
    done = call("validate_model", *PLACE, *MODEL, "--json", *options)
    assert done.code == code, done.err
    result: dict[str, Any] = json.loads(done.out)
    assert [check["name"] for check in result["checks"]] == ALL
    assert result["passed"] is (code == 0)
    return result


def failed(result: dict[str, Any]) -> list[str]:
    return [check["name"] for check in result["checks"] if not check["passed"]]


def tags(home: Path, version: str = "1") -> dict[str, str]:
    return dict(client_of(home).get_model_version(NAME, version).tags)


@pytest.mark.parametrize("classes", [2, 3])
def test_a_good_version(home: Path, classes: int) -> None:
    rows = two_classes(mixed(), 0, 1) if classes == 2 else three_classes(mixed(), "a", "b", "c")
    prepare(home, rows)
    train()
    register()
    result = validate("--sample-size", "40", code=0)
    assert failed(result) == []
    assert "40 rows scored" in result["checks"][2]["detail"]
    assert (tags(home)["validation"], tags(home)["validation_checks"]) == ("passed", "4/4")
    assert "validated_at" in tags(home)


def test_a_sample_larger_than_the_table(home: Path, registered: Path) -> None:
    assert failed(validate("--sample-size", "100000", code=0)) == []


def test_which_version(home: Path, registered: Path) -> None:
    train()
    register("--alias", "challenger")
    assert validate("--alias", "challenger", code=0)["model_version"]["version"] == 2
    assert validate(code=0)["model_version"]["version"] == 1
    both = validate("--version", "2", "--alias", "latest-model", code=0)
    assert both["model_version"]["version"] == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--version", "9"), "version 9"), (("--alias", "nobody"), "alias 'nobody'"),
     (("--model-name", "none"), "alias 'latest-model'"), (("--test-table", "none"), "ml.none")],
)  # fmt: skip
def test_what_does_not_exist(
    home: Path, registered: Path, options: tuple[str, ...], said: str
) -> None:
    before = everything_in(home)
    done = call("validate_model", *PLACE, *MODEL, *options)
    assert done.code == 3
    assert said in done.err
    assert everything_in(home) == before


@pytest.mark.parametrize("broken", ["booster.txt", "description.json"])
@pytest.mark.parametrize("how", ["deleted", "cut short"])
def test_a_model_that_does_not_load_is_never_valid(
    home: Path, registered: Path, broken: str, how: str
) -> None:
    file = registered / "artifacts" / broken
    if how == "deleted":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])
    result = validate(code=1)
    assert failed(result) == ["model_loads", "inference_works"]
    assert (tags(home)["validation"], tags(home)["validation_checks"]) == ("failed", "2/4")


def test_a_model_without_its_description_file(home: Path, registered: Path) -> None:
    (registered / "MLmodel").unlink()
    assert failed(validate(code=1)) == ALL[:3]


def test_a_model_without_a_signature(home: Path, registered: Path) -> None:
    described = yaml.safe_load((registered / "MLmodel").read_text(encoding="utf-8"))
    del described["signature"]
    (registered / "MLmodel").write_text(yaml.safe_dump(described), encoding="utf-8")
    result = validate(code=1)
    assert failed(result) == ["signature_valid", "inference_works"]
    assert "without a signature" in result["checks"][1]["detail"]


def test_three_of_four_pass_with_a_warning(home: Path, registered: Path) -> None:
    run_id = str(client_of(home).get_model_version(NAME, "1").run_id)
    client_of(home).delete_run(run_id)
    done = call("validate_model", *PLACE, *MODEL)
    assert done.code == 0
    assert "FAILED  metadata_retrievable" in done.out
    assert "is in the trash" in done.out
    assert "warning: metadata_retrievable failed" in done.out
    assert (tags(home)["validation"], tags(home)["validation_checks"]) == ("passed", "3/4")


@pytest.mark.parametrize("tag", ["environment", "git_sha", "registered_at", "f1_score"])
def test_a_tag_that_is_gone(home: Path, registered: Path, tag: str) -> None:
    client_of(home).delete_model_version_tag(NAME, "1", tag)
    result = validate(code=0)
    assert failed(result) == ["metadata_retrievable"]
    assert tag in result["checks"][3]["detail"]


def test_a_run_that_is_gone_for_good(home: Path, registered: Path) -> None:
    with sqlite3.connect(home / "mlflow.db") as store:
        store.execute("update model_versions set run_id = ?", ("0" * 32,))
    assert failed(validate(code=0)) == ["metadata_retrievable"]


def test_a_test_table_without_a_column(home: Path, registered: Path) -> None:
    put_table(home, f"{SCHEMA}.narrow", mixed(20).drop_columns("city"))
    result = validate("--test-table", "narrow", code=1)
    assert failed(result) == ["signature_valid", "inference_works"]
    assert "city" in result["checks"][1]["detail"]


def test_an_empty_test_table(home: Path, registered: Path) -> None:
    put_table(home, f"{SCHEMA}.empty", two_classes(mixed(20), 0, 1).slice(0, 0))
    done = call("validate_model", *PLACE, *MODEL, "--test-table", "empty")
    assert done.code == 3
    assert "is empty" in done.err


def test_columns_of_nulls_are_no_trouble(home: Path, registered: Path) -> None:
    rows = mixed(20)
    empty = {
        name: pa.nulls(20, rows.schema.field(name).type)
        for name in ("ratio", "small", "price", "member", "city")
    }
    put_table(home, f"{SCHEMA}.nulls", {**{n: rows[n] for n in rows.column_names}, **empty})
    assert failed(validate("--test-table", "nulls", code=0)) == []

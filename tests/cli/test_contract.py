"""What scripts rely on: defaults, streams, JSON, help, ways to start a command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ml_assets.cli.app import STEP_COMMANDS, load_step
from tests.support import call, client_of, run

HELP = Path(__file__).parent / "help"
PLACE = ("--catalog", "mlops_dev", "--schema", "fraud_detection", "--environment", "dev")

GUIDE_DEFAULTS = {
    "prepare_data": {
        "train_table": "train_set", "test_table": "test_set", "test_size": 0.2, "random_seed": 42,
        "target": "target",
    },
    "train_model": {
        "train_table": "train_set", "test_table": "test_set", "target_col": "target",
        "baseline_f1": 0.0, "max_depth": 5, "n_estimators": 100, "learning_rate": 0.1,
        "random_seed": 42,
    },
    "register_model": {"alias": "latest-model", "run_id": None},
    "validate_model": {
        "alias": "latest-model", "version": None, "test_table": "test_set", "sample_size": 5,
    },
}  # fmt: skip


@pytest.mark.parametrize("command", GUIDE_DEFAULTS)
def test_what_is_left_out_is_what_the_guide_says(command: str) -> None:
    params = load_step(command).params
    named = {"model_name": "m"} if "model_name" in params.model_fields else {}
    made = params.model_validate({"catalog": "c", "schema": "s", "environment": "dev", **named})

    assert {name: getattr(made, name) for name in GUIDE_DEFAULTS[command]} == GUIDE_DEFAULTS[
        command
    ]


@pytest.mark.parametrize("command", STEP_COMMANDS)
def test_help_is_as_kept(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """To keep another: ``COLUMNS=100 COMMAND --help > tests/cli/help/COMMAND.txt``."""
    monkeypatch.setenv("COLUMNS", "100")

    done = call(command, "--help")

    assert done.code == 0
    assert done.err == ""
    kept = (HELP / f"{command}.txt").read_text(encoding="utf-8")
    assert done.out.split() == kept.split(), "lines may break elsewhere in another Python"


def test_every_step_as_json(home: Path) -> None:
    (home.parent / "f.csv").write_text("a\n1\n", encoding="utf-8")
    model = ("--model-name", "m")
    found: dict[str, Any] = {}
    for command, *argv in (
        ("import_table", *PLACE, "--table", "t", "f.csv"),
        ("prepare_data", *PLACE, "--synthetic-rows", "2000"),
        ("train_model", *PLACE, *model),
        ("register_model", *PLACE, *model),
        ("validate_model", *PLACE, *model),
        ("status", "--environment", "dev"),
    ):
        done = call(command, *argv, "--json")
        assert (done.code, done.err) == (0, "")
        found[command] = json.loads(done.out)

    assert found["import_table"]["columns"] == {"a": "int64"}
    prepared, trained = found["prepare_data"], found["train_model"]["model"]
    assert trained["train_set"] == prepared["train_set"]
    assert trained["test_set"] == prepared["test_set"]
    registered = found["register_model"]["model_version"]
    assert (registered["version"], registered["run_id"]) == (1, trained["run_id"])
    assert found["validate_model"]["model_version"] == registered
    assert [check["passed"] for check in found["validate_model"]["checks"]] == [True] * 4
    assert found["validate_model"]["passed"] is True
    (status,) = found["status"]
    assert status["model"] == "mlops_dev.fraud_detection.m"
    assert status["f1"] == trained["f1"]
    assert status["train_set"] == "mlops_dev.fraud_detection.train_set@v0"

    table = call("status")

    assert table.code == 0
    assert "latest-model" in table.out
    assert f"{trained['f1']:.4f} > 0.0000" in table.out
    version = client_of(home).get_model_version("mlops_dev.fraud_detection.m", "1")
    assert version.tags["validation"] == "passed"


def test_status_of_nothing(home: Path) -> None:
    assert call("status").out == "No model is registered yet.\n"
    assert call("status", "--json").out == "[]\n"
    assert call("status", "--environment", "qa").code == 3


def test_a_module_and_a_script_are_the_same_command(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("validate_model")
    by_script = subprocess.run([script], capture_output=True, text=True, check=False)
    by_module = run("validate_model", home=tmp_path / "home")

    assert by_script.returncode == by_module.code == 2
    assert by_script.stderr == by_module.err
    assert by_module.out == ""


def test_a_folder_is_made_only_when_something_is_written(tmp_path: Path) -> None:
    done = run("train_model", *PLACE, "--model-name", "m", home=tmp_path / "home")

    assert done.code == 3
    assert os.listdir(tmp_path) == []  # noqa: PTH208


def test_the_flag_names_the_environment_before_the_variable_does(home: Path) -> None:
    call("prepare_data", "--environment", "aut", "--synthetic-rows", "500")
    done = run("prepare_data", "--environment", "aut", "--synthetic-rows", "500", "--json",
               home=home, ML_ASSETS_ENV="dev")  # fmt: skip

    assert done.code == 0, done.err
    assert json.loads(done.out)["train_set"]["table"] == "mlops_aut.fraud_detection.train_set"
    assert json.loads(done.out)["train_set"]["version"] == 1


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (("prepare_data", "--environment", "dev"), 0, ""),
        (("prepare_data", "--environment", "prod"), 0, ""),
        (("train_model", "--environment", "dev"), 2, "--model-name is required"),
        (("train_model", "--baseline-f1", "0.86"), 2, "--catalog is required"),
        (("register_model", "--git-sha", "0123abc"), 2, "--catalog is required"),
        (("train_model", "--max-depth", "5", "--n-estimators", "100"), 2, "--catalog is required"),
    ],
    ids=str,
)
def test_fragments_of_the_guide_run_or_say_what_they_lack(
    home: Path, argv: tuple[str, ...], code: int, words: str
) -> None:
    done = call(*argv)

    assert done.code == code, done.err
    assert words in done.err

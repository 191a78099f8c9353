"""Wrong input of every kind: its exit code, a message, and nothing written.

Exit code 2 is a wrong command line, 3 a command line that asks of this data or configuration what
cannot be done. Neither ever shows a traceback.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli import bad_files, bad_tables
from tests.support import Done, call, everything_in, run

IN_DEV = ("--catalog", "mlops_dev", "--schema", "bad", "--environment", "dev")
PREPARE = ("prepare_data", *IN_DEV)
SOURCE = (*PREPARE, "--source-table")
JOIN = (
    *PREPARE, "--feature-store-table", "mlops_dev.bad.features", "--lookup-key", "user",
    "--label-table",
)  # fmt: skip
TRAIN = ("train_model", *IN_DEV, "--model-name", "m")
REGISTER = ("register_model", *IN_DEV, "--model-name", "good")
VALIDATE = ("validate_model", *IN_DEV, "--model-name", "good")
IMPORT = ("import_table", *IN_DEV, "--table", "new")


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Path:
    """A home with tables of all kinds, a trained pair, and one registered version."""
    folder = tmp_path_factory.mktemp("bad")
    home = folder / "home"
    home.mkdir()
    shutil.copy(empty_store, home / "mlflow.db")
    bad_files.write_all(folder)
    bad_tables.put_all(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ML_ASSETS_HOME", str(home))
        patch.setenv("ML_ASSETS_PLATFORM", "local")
        patch.chdir(folder)
        names = ("--train-table", "good_train", "--test-table", "good_test")
        for argv in (
            (*SOURCE, "good", *names),
            ("train_model", *IN_DEV, "--model-name", "good", "--n-estimators", "3", *names),
            ("train_model", *IN_DEV, "--model-name", "weak", "--n-estimators", "1",
             "--baseline-f1", "1", *names),
            REGISTER,
        ):  # fmt: skip
            assert call(*argv).code in (0, 1), argv
        return home


@pytest.fixture
def here(stocked: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same home, for the commands of one test."""
    monkeypatch.setenv("ML_ASSETS_HOME", str(stocked))
    monkeypatch.setenv("ML_ASSETS_PLATFORM", "local")
    monkeypatch.chdir(stocked.parent)
    return stocked


PREPARE_CASES = [
    ((*PREPARE, "--test-size", "0"), 2, "--test-size '0': Input should be greater than 0"),
    ((*PREPARE, "--test-size", "1"), 2, "--test-size '1': Input should be less than 1"),
    ((*PREPARE, "--test-size", "nan"), 2, "--test-size 'nan'"),
    ((*PREPARE, "--test-size", "a fifth"), 2, "should be a valid number"),
    ((*PREPARE, "--random-seed", "-1"), 2, "--random-seed '-1'"),
    ((*PREPARE, "--random-seed", "4.2"), 2, "--random-seed '4.2'"),
    ((*PREPARE, "--synthetic-rows", "3"), 2, "--synthetic-rows '3'"),
    ((*PREPARE, "--synthetic-rows", "90"), 2, "leave fewer than 20 rows on one side"),
    ((*PREPARE, "--test-size", "0.001"), 2, "leave fewer than 20 rows on one side"),
    ((*PREPARE, "--key-columns", "channel"), 2, "--key-columns needs --source-table"),
    ((*PREPARE, "--sourcetable", "good"), 2, "unrecognized arguments: --sourcetable"),
    ((*PREPARE, "--source", "good"), 2, "unrecognized arguments: --source"),
    ((*PREPARE, "--tags", "a"), 2, "write key=value"),
    ((*PREPARE, "--tags", "a;b=1"), 2, "--tags"),
    (("prepare_data", "--catalog", "mlops_dev"), 2, "--schema is required"),
    (("prepare_data", "--catalog", "a.b", "--schema", "c"), 2, "'a.b' is not a valid name"),
    (("prepare_data", "--catalog", "a'b", "--schema", "c"), 2, "is not a valid name"),
    (("prepare_data", "--catalog", "..", "--schema", "c"), 2, "'..' is not a valid name"),
    (("prepare_data", "--catalog", "mlops_prod", "--schema", "c", "--environment", "dev"), 2,
     "Catalog mlops_prod belongs to environment prod, not to dev."),
    (("prepare_data", "--catalog", "c", "--schema", "s", "--environment", "qa"), 3,
     "There is no environment 'qa'."),
    ((*SOURCE, "../good"), 2, "is not a valid name"),
    ((*SOURCE, "x'; drop table y; --"), 2, "is not a valid name"),
    ((*SOURCE, 'x"y'), 2, "is not a valid name"),
    ((*SOURCE, "a.b.c.d"), 2, "is not a table"),
    ((*SOURCE, "nowhere"), 3, "Table mlops_dev.bad.nowhere does not exist"),
    ((*SOURCE, "good", "--train-table", "t", "--test-table", "t"), 2, "are the same table"),
    ((*SOURCE, "good", "--train-table", "t", "--test-table", "mlops_dev.bad.t"), 2,
     "are the same table"),
    ((*SOURCE, "good", "--train-table", "good"), 3, "is to be read and to be overwritten"),
    ((*PREPARE, "--train-table", "synthetic_data"), 3, "is to be read and to be overwritten"),
    ((*PREPARE, "--label-column", "signal_0"), 2, "names a feature of the synthetic data"),
    ((*SOURCE, "good", "--key-columns", "nobody"), 3, "has no column 'nobody'"),
    ((*SOURCE, "good", "--label-column", "nope"), 3, "has no column 'nope'"),
    ((*SOURCE, "good", "--key-columns", "nope"), 3, "has no column 'nope'"),
    ((*SOURCE, "good", "--key-columns", "key", "key"), 2, "names 'key' twice"),
    ((*SOURCE, "good", "--key-columns", "target"), 2, "is both the target and a key"),
    ((*SOURCE, "good", "--key-columns", "key", "x"), 3, "no column that could be a feature"),
    ((*SOURCE, "good", "--label-column", "x"), 3, "which is no class"),
    ((*SOURCE, "good", "--label-column", "key"), 3, "more than 100 different values"),
    ((*SOURCE, "good", "--test-table", "other"), 3, "--allow-schema-change"),
    ((*SOURCE, "good", "--lookup-key", "key"), 2, "--lookup-key needs --feature-store-table"),
    ((*SOURCE, "empty"), 3, "has no value in any row"),
    ((*SOURCE, "one_class"), 3, "has a single class: 1"),
    ((*SOURCE, "nan_labels"), 3, "has no value in any row"),
    ((*SOURCE, "dated_target"), 3, "is of type date32[day], which names no classes"),
    ((*SOURCE, "tiny", "--test-size", "0.001"), 3, "The test set would be empty"),
    ((*SOURCE, "nested"), 3, "cannot be part of a row's fingerprint"),
    ((*SOURCE, "broken"), 3, "mlops_dev.bad.broken"),
    ((*SOURCE, "good", "--feature-store-table", "mlops_dev.bad.features"), 2, "exclude each other"),
    ((*PREPARE, "--feature-store-table", "mlops_dev.bad.features"), 2, "needs --lookup-key"),
    ((*JOIN, "mlops_dev.bad.nowhere"), 3, "Table mlops_dev.bad.nowhere does not exist"),
    ((*JOIN, "labels"), 3, "has no column 'target'"),
    ((*JOIN, "labels", "--label-column", "churn", "--feature-columns", "nope"), 3,
     "has no column 'nope'"),
    ((*JOIN, "labels", "--label-column", "churn", "--feature-columns", "x", "x"), 2,
     "names 'x' twice"),
    ((*JOIN, "labels", "--label-column", "user"), 2, "is both the target and a key"),
    ((*JOIN, "labels", "--label-column", "at", "--timestamp-key", "at"), 2,
     "is both the target and the time"),
    ((*JOIN, "labels", "--label-column", "churn", "--max-unmatched", "1.5"), 2, "--max-unmatched"),
    ((*JOIN, "strangers", "--label-column", "churn"), 3, "Lost 20 rows in join"),
    ((*JOIN, "text_keys", "--label-column", "churn"), 3, "so nothing can match"),
    ((*JOIN, "both", "--label-column", "churn"), 3, "both have x"),
    ((*PREPARE, "--feature-store-table", "twice", "--lookup-key", "user", "--label-table",
      "labels", "--label-column", "churn"), 3, "several rows for one key: user=1"),
]  # fmt: skip

MODEL_CASES = [
    ((*TRAIN, "--baseline-f1", "null"), 2, "--baseline-f1 'null'"),
    ((*TRAIN, "--baseline-f1", "1.2"), 2, "--baseline-f1 '1.2'"),
    ((*TRAIN, "--n-estimators", "0"), 2, "--n-estimators '0'"),
    ((*TRAIN, "--learning-rate", "0"), 2, "--learning-rate '0'"),
    ((*TRAIN, "--learning-rate", "inf"), 2, "--learning-rate 'inf'"),
    ((*TRAIN, "--random-seed", "-7"), 2, "--random-seed '-7'"),
    ((*TRAIN, "--threshold", "2"), 2, "--threshold"),
    ((*TRAIN, "--class-weight", "heavy"), 2, "invalid choice: 'heavy'"),
    ((*TRAIN, "--params", "[=1", "x"), 2, "write key=value"),
    (("train_model", *IN_DEV), 2, "--model-name is required"),
    (("train_model", *IN_DEV, "--model-name", "a/../b"), 2, "is not a valid name"),
    ((*TRAIN, "--train-table", "good_train", "--test-table", "good_train"), 2,
     "are the same table"),
    ((*TRAIN, "--train-table", "good_train", "--test-table", "good_test", "--test-version", "9"), 3,
     "has no version 9: the newest is 0"),
    ((*TRAIN, "--train-table", "good", "--test-table", "good_test"), 3,
     "come from different preparations"),
    ((*TRAIN, "--train-table", "good_train", "--test-table", "good_test", "--target-col", "y"), 3,
     "has no column 'y'"),
    ((*TRAIN, "--train-table", "good_train", "--test-table", "good_test", "--params", "leafs=3"),
     2, "LightGBM has no parameter 'leafs'"),
    ((*TRAIN, "--train-table", "good_train", "--test-table", "good_test", "--ignore-columns",
      "key", "x"), 3, "has no column that could be a feature"),
    ((*TRAIN, "--train-table", "many_texts", "--test-table", "other"), 3,
     "more than 1000 different texts"),
    ((*TRAIN, "--train-table", "dated", "--test-table", "other"), 3, "day (date32[day])"),
    (TRAIN, 3, "Table mlops_dev.bad.train_set does not exist"),
    ((*REGISTER, "--alias", "latest"), 2, "'latest' is reserved"),
    ((*REGISTER, "--alias", "v3"), 2, "'v3' is reserved"),
    ((*REGISTER, "--alias", "a b"), 2, "is not a valid name"),
    ((*REGISTER, "--run-id", "x' or 1=1"), 2, "--run-id"),
    ((*REGISTER, "--run-id", "0" * 32), 3, "There is no MLflow run"),
    ((*REGISTER, "--git-sha", "a b"), 2, "--git-sha"),
    ((*REGISTER, "--experiment-name", "/nowhere's"), 3, "There is no MLflow experiment /nowhere's"),
    (("register_model", *IN_DEV, "--model-name", "weak"), 3, "no run of weak that beat"),
    (("register_model", *IN_DEV, "--model-name", "unknown"), 3, "no run of unknown that beat"),
    ((*VALIDATE, "--version", "0"), 2, "--version '0'"),
    ((*VALIDATE, "--version", "7", "--test-table", "good_test"), 3, "has no version 7"),
    ((*VALIDATE, "--alias", "champion", "--test-table", "good_test"), 3, "has no alias 'champion'"),
    ((*VALIDATE, "--test-table", "nowhere"), 3, "Table mlops_dev.bad.nowhere does not exist"),
    ((*VALIDATE, "--test-table", "empty"), 3, "is empty"),
    ((*VALIDATE, "--sample-size", "0"), 2, "--sample-size '0'"),
    (("validate_model", "--model-name", "m"), 2, "--catalog is required"),
]  # fmt: skip

IMPORT_CASES = [
    (IMPORT, 2, "the following arguments are required: FILE"),
    ((*IMPORT, "nowhere.csv"), 3, "There is no file nowhere.csv"),
    ((*IMPORT, "."), 3, "is not a file"),
    ((*IMPORT, "empty.csv"), 3, "is empty"),
    ((*IMPORT, "header.csv"), 3, "has a header and no rows"),
    ((*IMPORT, "open_quote.csv"), 3, "a quote that is opened and not closed"),
    ((*IMPORT, "ragged.csv"), 3, "cannot be read as separated columns"),
    ((*IMPORT, "latin1.csv"), 3, "latin1.csv"),
    ((*IMPORT, "late_latin1.csv"), 3, "late_latin1.csv"),
    ((*IMPORT, "twice.csv"), 3, "which a table takes for one"),
    ((*IMPORT, "spaces.csv"), 3, "--clean-names"),
    ((*IMPORT, "nameless.csv"), 3, "column names that tables refuse"),
    ((*IMPORT, "cut.csv.gz"), 3, "cannot be read"),
    ((*IMPORT, "fine.csv", "--types", "nope=text"), 3, "has no column 'nope'"),
    ((*IMPORT, "fine.csv", "--types", "b=integer"), 3, "'b' is not integer throughout"),
    ((*IMPORT, "fine.csv", "--types", "b=money"), 2, "--types"),
    ((*IMPORT, "fine.csv", "--delimiter", "ab"), 2, "--delimiter 'ab'"),
    ((*IMPORT, "fine.csv", "--delimiter", '"'), 2, "--delimiter"),
    ((*IMPORT, "fine.csv", "--delimiter", "§"), 2, "--delimiter"),
    ((*IMPORT, "fine.csv", "--format", "excel"), 2, "invalid choice: 'excel'"),
    ((*IMPORT, "fine.xyz"), 2, "does not say what the file is"),
    ((*IMPORT, "fine.csv", "--format", "parquet"), 3, "cannot be read as parquet"),
    ((*IMPORT, "fine.csv", "--table", "good"), 3, "exists already"),
    ((*IMPORT, "fine.csv", "--table", "good", "--if-exists", "append"), 3, "would change"),
    ((*IMPORT, "fine.csv", "--table", "../../up"), 2, "is not a table"),
    ((*IMPORT, "fine.csv", "--table", "a;b"), 2, "is not a valid name"),
    ((*IMPORT, "fake.parquet"), 3, "cannot be read as parquet"),
    ((*IMPORT, "damaged.parquet"), 3, "cannot be read as parquet"),
    ((*IMPORT, "fake.arrow"), 3, "cannot be read as arrow"),
    ((*IMPORT, "nested.parquet"), 3, "columns of types that are not imported: tags"),
    ((*IMPORT, "too_big.parquet"), 3, "holds a value that a table cannot"),
    ((*IMPORT, "too_wide.parquet"), 3, "columns of types that are not imported: money"),
    ((*IMPORT, "no_columns.parquet"), 3, "has no columns"),
    ((*IMPORT, "nested.parquet", "--types", "tags=text"), 2, "--types"),
]  # fmt: skip


def _check(done: Done, code: int, words: str) -> None:
    assert (done.code, "Traceback" in done.err) == (code, False), done.err
    assert words in done.err
    assert done.out == ""
    assert code == 2 or "\n  " in done.err, "it does not say what to do next"


@pytest.mark.parametrize(
    ("argv", "code", "words"), [*PREPARE_CASES, *MODEL_CASES, *IMPORT_CASES], ids=str
)
def test_it_is_refused_and_nothing_is_written(
    here: Path, argv: tuple[str, ...], code: int, words: str
) -> None:
    before = everything_in(here)

    _check(call(*argv), code, words)

    assert everything_in(here) == before


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"ML_ASSETS_ENV": "qa"}, "There is no environment 'qa'."),
        ({"ML_ASSETS_PLATFORM": "spark"}, "ML_ASSETS_PLATFORM is 'spark'."),
        ({"ML_ASSETS_PLATFORM": "databricks"}, "ML_ASSETS_PLATFORM=local"),
        ({"ML_ASSETS_CONFIG": "nowhere.yml"}, "nowhere.yml cannot be read"),
        ({"ML_ASSETS_CONFIG": "wrong_key.yml"}, "environments.dev"),
        ({"ML_ASSETS_CONFIG": "wrong_baseline.yml"}, "baseline_f1"),
        ({"ML_ASSETS_CONFIG": "list.yml"}, "is not a valid configuration"),
        ({"ML_ASSETS_CONFIG": "no_yaml.yml"}, "is not valid YAML"),
        ({"ML_ASSETS_CONFIG": "none.yml"}, "names no environment"),
        ({"ML_ASSETS_HOME": "fine.csv"}, "ML_ASSETS_HOME"),
        ({"MLFLOW_TRACKING_URI": "nowhere://x"}, "MLFLOW_TRACKING_URI"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_refused_and_nothing_is_written(
    here: Path, variables: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything_in(here)
    with monkeypatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        argv = SOURCE if "ML_ASSETS_ENV" not in variables else ("prepare_data", "--source-table")

        _check(call(*argv, "good"), 3, words)

    assert everything_in(here) == before


def test_no_command_and_an_unknown_one(tmp_path: Path) -> None:
    def refusal(*argv: str) -> tuple[int, Any]:
        done = run(*argv, home=tmp_path / "home")
        return done.code, done.out + done.err

    assert refusal()[0] == 2
    assert "prepare_data    Prepare and version" in refusal()[1]
    assert refusal("deploy") == (
        2,
        "ml_assets: no command 'deploy'; there are: import_table, prepare_data, train_model, "
        "register_model, validate_model, example, status\n",
    )

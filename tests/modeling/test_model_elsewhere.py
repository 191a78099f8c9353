"""The registered model in a process that has MLflow and LightGBM, and nothing of this package."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.lifecycle import SCHEMA, mixed, predict, prepare, raw, register, train, two_classes
from tests.support import clean_environment

PROGRAM = '''
import json, sys
import numpy as np
import pandas as pd

class Blocked:
    """Nothing of the package that made the model can be imported."""
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("ml_assets", "dagster"):
            raise ImportError(name + " is not installed here")

sys.meta_path.insert(0, Blocked())
import mlflow
import warnings
warnings.simplefilter("ignore")

uri, version, rows = sys.argv[1:]
mlflow.set_tracking_uri(uri)
model = mlflow.pyfunc.load_model(version)
rows = pd.read_parquet(rows)
answers = {}

def ask(name, rows):
    try:
        answer = model.predict(rows)
        probabilities = [float(p) for p in answer["probability"]]
        answers[name] = {"labels": list(answer["prediction"]), "probabilities": probabilities}
    except Exception as error:
        answers[name] = {"error": str(error)}

%s
assert not [name for name in sys.modules if name.split(".")[0] in ("ml_assets", "dagster")]
json.dump(answers, sys.stdout)
'''

QUESTIONS = textwrap.dedent(
    """
    ask("as they are", rows)
    ask("missing column", rows.drop(columns="signal"))
    ask("extra column", rows.assign(comment="hello", target=1))
    ask("other order", rows[list(reversed(rows.columns))])
    ask("other index", rows.set_index(pd.Index(range(100, 100 + len(rows)))))
    ask("unseen category", rows.assign(city="Atlantis"))
    ask("null category", rows.assign(city=None))
    ask("nulls", rows.assign(ratio=np.nan, small=np.nan, price=np.nan, member=None, city=None))
    ask("32-bit integers for floats", rows.assign(signal=np.int32(2)))
    ask("floats that are the same", rows.assign(signal=2.0))
    ask("64-bit integers for floats", rows.assign(signal=2))
    ask("floats for integers", rows.assign(count=1.0))
    ask("a null for an integer", rows.assign(count=np.nan))
    ask("text for a number", rows.assign(signal="much"))
    ask("digits for a number", rows.assign(signal="2"))
    ask("a number for a text", rows.assign(city=3))
    ask("text for a boolean", rows.assign(member=pd.Series(["maybe"] * len(rows), dtype=object)))
    ask("no row", rows.iloc[:0])
    ask("one row", rows.iloc[:1])
    """
)


@pytest.fixture(scope="module")
def answers(
    tmp_path_factory: pytest.TempPathFactory, empty_store: Path
) -> tuple[dict[str, Any], list[float]]:
    """What another process was answered, and what this one is."""
    patch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("elsewhere")
    home = folder / "home"
    home.mkdir()
    (home / "mlflow.db").write_bytes(empty_store.read_bytes())
    patch.setenv("ML_ASSETS_HOME", str(home))
    patch.setenv("ML_ASSETS_PLATFORM", "local")
    try:
        prepare(home, two_classes(mixed(3000), "no", "yes"))
        train("--n-estimators", "40")
        register("--alias", "champion")
        rows = raw(mixed(60, seed=21))
        here = predict(f"models:/{SCHEMA}.m@champion", rows)["probability"].tolist()
    finally:
        patch.undo()
    rows.to_parquet(folder / "rows.parquet")
    store = f"sqlite:///{home / 'mlflow.db'}"
    model = f"models:/{SCHEMA}.m@champion"
    (folder / "elsewhere").mkdir()
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM % QUESTIONS, store, model, folder / "rows.parquet"],
        cwd=folder / "elsewhere",
        env=clean_environment(folder / "elsewhere"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), here


def test_the_same_answers(answers: tuple[dict[str, Any], list[float]]) -> None:
    there, here = answers
    probabilities = there["as they are"]["probabilities"]
    assert probabilities == here
    labels = ["yes" if probability >= 0.5 else "no" for probability in probabilities]
    assert there["as they are"]["labels"] == labels
    assert {*labels} == {"yes", "no"}


@pytest.mark.parametrize("question", ["extra column", "other order", "other index"])
def test_rows_that_mean_the_same(
    answers: tuple[dict[str, Any], list[float]], question: str
) -> None:
    assert answers[0][question] == answers[0]["as they are"]


@pytest.mark.parametrize(
    ("question", "same"),
    [
        ("unseen category", "null category"),
        ("32-bit integers for floats", "floats that are the same"),
        ("digits for a number", "floats that are the same"),
    ],
)
def test_rows_that_mean_the_same_as_others(
    answers: tuple[dict[str, Any], list[float]], question: str, same: str
) -> None:
    assert "error" not in answers[0][question]
    assert answers[0][question] == answers[0][same]
    assert answers[0][question] != answers[0]["as they are"]


def test_missing_values_and_numbers_of_rows(
    answers: tuple[dict[str, Any], list[float]],
) -> None:
    there, here = answers
    assert len(there["nulls"]["probabilities"]) == len(here)
    assert there["one row"]["probabilities"] == here[:1]
    assert there["no row"]["probabilities"] == []


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("missing column", "missing inputs ['signal']"),
        ("64-bit integers for floats", "column signal. Can not safely convert int64 to float64"),
        ("floats for integers", "column count. Can not safely convert float64 to int64"),
        ("a null for an integer", "likely caused by missing values"),
        ("text for a number", "Failed to convert column signal"),
        ("a number for a text", "column city. Can not safely convert int64"),
        ("text for a boolean", "'member'"),
    ],
)
def test_clear_errors(
    answers: tuple[dict[str, Any], list[float]], question: str, said: str
) -> None:
    assert said in answers[0][question]["error"]

"""--compare-with: the champion has to be beaten too, on the same test set."""

from __future__ import annotations

from pathlib import Path

import mlflow
import pytest

from tests.lifecycle import (
    MODEL,
    PLACE,
    SCHEMA,
    mixed,
    predict,
    prepare,
    register,
    sent_rows,
    train,
    two_classes,
)
from tests.support import call, client_of, everything_in

CHAMPION = ("--compare-with", "champion")


@pytest.fixture
def champion(home: Path) -> str:
    """A champion of five rounds; its run."""
    prepare(home, two_classes(mixed(1500), "no", "yes"))
    run_id: str = train("--n-estimators", "5")["model"]["run_id"]
    register("--alias", "champion")
    return run_id


def test_without_a_champion_the_floor_counts(home: Path) -> None:
    prepare(home, two_classes(mixed(), 0, 1))
    result = train(*CHAMPION, "--baseline-f1", "0.3")
    assert result["model"]["baseline_f1"] == 0.3
    assert f"{SCHEMA}.m has no champion yet" in result["warnings"][0]


def test_the_champion_is_evaluated_again_on_the_new_test_set(home: Path, champion: str) -> None:
    old_f1 = client_of(home).get_run(champion).data.metrics["test_f1"]
    prepare(home, two_classes(mixed(1500, seed=8), "no", "yes"), "--random-seed", "1")
    result = train(*CHAMPION, "--n-estimators", "80")
    model = result["model"]
    rows, truth = sent_rows(home)
    said = predict(f"models:/{SCHEMA}.m@champion", rows)["prediction"].tolist()
    hits = sum(s == t == "yes" for s, t in zip(said, truth, strict=True))
    f1 = 2 * hits / (said.count("yes") + truth.count("yes"))
    assert f1 != old_f1
    assert model["baseline_f1"] == pytest.approx(f1)
    assert model["baseline"] == f"champion (version 1, F1 {f1:.4f} on this test set)"
    assert model["beats_baseline"] is True


def test_the_same_model_does_not_beat_itself(home: Path, champion: str) -> None:
    result = train(*CHAMPION, "--n-estimators", "5", code=1)
    assert result["model"]["f1"] == result["model"]["baseline_f1"]


def test_a_minimum_improvement(home: Path, champion: str) -> None:
    model = train(*CHAMPION, "--n-estimators", "80")["model"]
    gained = model["f1"] - model["baseline_f1"]
    assert gained > 0.01
    enough = ("--n-estimators", "80", "--min-improvement", f"{gained - 0.005:.4f}")
    train(*CHAMPION, *enough)
    too_much = ("--n-estimators", "80", "--min-improvement", f"{gained + 0.005:.4f}")
    assert "plus" in train(*CHAMPION, *too_much, code=1)["model"]["baseline"]


def test_the_floor_counts_when_it_is_higher(home: Path, champion: str) -> None:
    result = train(*CHAMPION, "--baseline-f1", "1.0", code=1)
    assert result["model"]["baseline"] == "the given baseline"


def test_an_improvement_on_nothing_is_refused(home: Path) -> None:
    done = call("train_model", *PLACE, *MODEL, "--min-improvement", "0.1")
    assert done.code == 2
    assert "--min-improvement needs --compare-with" in done.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--positive-class", "no"), "knows the classes ['no', 'yes'], and this training"),
        (("--ignore-columns", "city"), None),
    ],
    ids=["another positive class", "a feature less"],
)
def test_whether_they_can_be_compared(
    home: Path, champion: str, options: tuple[str, ...], said: str | None
) -> None:
    before = everything_in(home)
    done = call("train_model", *PLACE, *MODEL, *CHAMPION, *options)
    if said is None:
        assert done.code in (0, 1)
        return
    assert done.code == 3
    assert said in done.err
    assert "Leave out --compare-with" in done.err
    assert everything_in(home) == before


def test_a_champion_that_reads_other_columns(home: Path, champion: str) -> None:
    prepare(home, two_classes(mixed(), "no", "yes").drop_columns("price"))
    done = call("train_model", *PLACE, *MODEL, *CHAMPION)
    assert done.code == 3
    assert "reads columns that" in done.err
    assert "price" in done.err


def test_a_champion_of_another_making(home: Path) -> None:
    prepare(home, two_classes(mixed(), 0, 1))
    mlflow.pyfunc.save_model(home / "foreign", python_model=_shout, pip_requirements=[])
    client = client_of(home)
    client.create_registered_model(f"{SCHEMA}.m")
    client.create_model_version(f"{SCHEMA}.m", (home / "foreign").as_uri())
    client.set_registered_model_alias(f"{SCHEMA}.m", "champion", "1")
    done = call("train_model", *PLACE, *MODEL, *CHAMPION)
    assert done.code == 3
    assert "was not made by train_model" in done.err


def _shout(model_input: list[str]) -> list[str]:
    return [text.upper() for text in model_input]

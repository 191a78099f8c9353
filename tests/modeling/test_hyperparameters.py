"""LightGBM's parameters: passed through, or refused before anything is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lifecycle import MODEL, PLACE, mixed, prepare, train, two_classes
from tests.modeling.test_streaming import text_of
from tests.support import call, everything_in

REFUSED = {
    "num_leafs=10": "Did you mean 'num_leaf'?",
    "lambda_l3=1": "Did you mean 'lambda_l",
    "zzzz=1": "Check --params",
    "objective=regression": "it follows from the classes of the target",
    "application=binary": "it follows from the classes of the target",
    "num_trees=5": "it follows from --n-estimators",
    "eta=0.1": "it follows from --learning-rate",
    "random_state=1": "it follows from --random-seed",
    "linear_tree=true": "streaming",
    "num_leaves=1": "(num_leaves) > (1)",
    "num_leaves=many": 'should be of type int, got "many"',
    "boosting=forest": "Unknown boosting type forest",
    "boosting=rf": "bagging_freq",
    "monotone_constraints=[1,0]": "monotone_constraints",
}


@pytest.mark.parametrize(("given", "said"), REFUSED.items(), ids=REFUSED.keys())
def test_refused(home: Path, given: str, said: str) -> None:
    prepare(home, two_classes(mixed(100), 0, 1))
    before = everything_in(home)
    done = call("train_model", *PLACE, *MODEL, "--params", given)
    assert done.code == 2, done.err
    assert said in done.err
    assert everything_in(home) == before


def test_passed_through_by_any_of_their_names(home: Path) -> None:
    prepare(home, two_classes(mixed(), 0, 1))
    result = train("--params", "reg_alpha=0.5", "num_leaves=7", "min_child_samples=3")
    text = text_of(result)
    for line in ("[lambda_l1: 0.5]", "[num_leaves: 7]", "[min_data_in_leaf: 3]",
                 "[num_iterations: 10]", "[learning_rate: 0.1]", "[max_depth: 5]"):  # fmt: skip
        assert line in text


def test_what_lightgbm_says_stays_off_standard_output(home: Path) -> None:
    prepare(home, two_classes(mixed(), 0, 1))
    done = call("train_model", *PLACE, *MODEL, "--n-estimators", "3", "--params", "verbose=2")
    assert done.code == 0
    assert "LightGBM" not in done.out

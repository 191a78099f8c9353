"""LightGBM parameters, checked against LightGBM's own list before anything is read."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Mapping
from typing import Any

import lightgbm
import numpy as np
from lightgbm import basic

from ml_assets.errors import UsageError

# By itself it prints, and standard output is for results.
lightgbm.register_logger(logging.getLogger("lightgbm"))

_OWN = {
    "objective": "the classes of the target",
    "num_class": "the classes of the target",
    "num_iterations": "--n-estimators",
    "learning_rate": "--learning-rate",
    "max_depth": "--max-depth",
    "seed": "--random-seed",
    "data_random_seed": "--random-seed",
    "metric": "the reported metrics",
    "deterministic": "the promise that the same data give the same model",
    "label_column": "--target-col",
    "ignore_column": "--ignore-columns",
    "categorical_feature": "the types of the columns",
    "linear_tree": "streaming, which keeps no raw values",
    "force_row_wise": "streaming, which keeps one copy of the bins",
    "early_stopping_round": "--n-estimators, which is the number of rounds that are run",
    **dict.fromkeys(
        (
            "config",
            "task",
            "data",
            "valid",
            "input_model",
            "output_model",
            "output_result",
            "save_binary",
            "snapshot_freq",
            "header",
            "two_round",
            "weight_column",
            "group_column",
            "forcedbins_filename",
            "machines",
            "num_machines",
        ),
        "the tables that are read",
    ),
}


_TRIED_ROWS = 200


def check_parameters(params: Mapping[str, Any]) -> None:
    """Refuse what LightGBM does not know or what another setting decides.

    Raises:
        UsageError: with the nearest known name.
    """
    # LightGBM offers its parameter list nowhere else.
    aliases = basic._ConfigAliases._get_all_param_aliases()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    main_names = {alias: name for name, known in aliases.items() for alias in (name, *known)}
    for name in params:
        if name not in main_names:
            near = difflib.get_close_matches(name, main_names, n=1)
            raise UsageError(
                f"LightGBM has no parameter {name!r}.",
                hint=f"Did you mean {near[0]!r}?" if near else "Check --params.",
            )
        if (owner := _OWN.get(main_names[name])) is not None:
            raise UsageError(
                f"Parameter {name!r} cannot be set: it follows from {owner}.",
                hint="Remove it from --params.",
            )


def try_parameters(parameters: Mapping[str, Any], *, features: int, classes: int) -> None:
    """Boost one round on a few made-up rows, so that a wrong value costs no reading of tables.

    Raises:
        UsageError: in LightGBM's words.
    """
    labels = np.arange(_TRIED_ROWS) % classes
    rows = np.tile(np.arange(_TRIED_ROWS, dtype=np.float64)[:, np.newaxis], (1, features))
    try:
        dataset = lightgbm.Dataset(rows, label=labels, params=dict(parameters))
        lightgbm.Booster(dict(parameters), dataset).update()
    except basic.LightGBMError as error:
        said = str(error).split(" at /")[0].strip()
        raise UsageError(
            f"LightGBM refuses these parameters: {said}.",
            hint="Correct the value in --params.",
        ) from error


def training_parameters(
    *,
    classes: int,
    max_depth: int,
    learning_rate: float,
    seed: int,
    further: Mapping[str, Any],
) -> dict[str, Any]:
    """What LightGBM is given, besides the number of rounds."""
    objective: dict[str, Any] = (
        {"objective": "binary", "metric": "binary_logloss"}
        if classes == 2
        else {"objective": "multiclass", "num_class": classes, "metric": "multi_logloss"}
    )
    return {
        **objective,
        "max_depth": max_depth,
        "learning_rate": learning_rate,
        "seed": seed,
        # Said by itself, because a stream's rows are sampled without a look at the other seed.
        "data_random_seed": seed,
        "deterministic": True,
        # Row-wise histograms would keep a second copy of all bins.
        "force_col_wise": True,
        "verbosity": -1,
        **further,
    }

"""Names of the assets. No environment is in a key."""

from __future__ import annotations

import dagster as dg

TRAIN_SET = "train_set"
TEST_SET = "test_set"
TRAINED_MODEL = "trained_model"
REGISTERED_MODEL = "registered_model"

TABLES = "tables"


def asset_key(model: str, artefact: str) -> dg.AssetKey:
    """The key of one of a model's artefacts."""
    return dg.AssetKey([model, artefact])


def table_key(ref: str) -> dg.AssetKey:
    """The key of a table that others write; its catalog is the environment's affair."""
    return dg.AssetKey([TABLES, *ref.split(".")[-2:]])


def is_table_key(key: dg.AssetKey) -> bool:
    """Whether ``key`` is one that :func:`table_key` made."""
    return key.path[0] == TABLES

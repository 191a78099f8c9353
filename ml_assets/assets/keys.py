"""Names of the assets. No environment is in a key."""

from __future__ import annotations

import dagster as dg

TRAIN_SET = "train_set"
TEST_SET = "test_set"
TRAINED_MODEL = "trained_model"
REGISTERED_MODEL = "registered_model"


def asset_key(model: str, artefact: str) -> dg.AssetKey:
    """The key of one of a model's artefacts."""
    return dg.AssetKey([model, artefact])


def table_key(ref: str) -> dg.AssetKey:
    """The key of a table that others write; its catalog is the environment's affair."""
    parts = ref.split(".")
    return dg.AssetKey(["tables", *(parts[1:] if len(parts) == 3 else parts)])

"""The tables that models read and others write, as external assets."""

from __future__ import annotations

import dagster as dg

from ml_assets.assets.keys import is_table_key


def source_tables(models: dg.Definitions) -> list[dg.AssetSpec]:
    """One asset for each table that a model reads, however many models read it."""
    made = [asset for asset in models.assets or [] if isinstance(asset, dg.AssetsDefinition)]
    read = {dep.asset_key for asset in made for spec in asset.specs for dep in spec.deps}
    return [
        dg.AssetSpec(
            key,
            description="A table that is read here and written elsewhere. The sensors of the "
            "models that read it record its new versions.",
            kinds={"delta"},
            group_name="sources",
        )
        for key in sorted(read)
        if is_table_key(key)
    ]

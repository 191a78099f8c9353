"""The code location: every model under ``defs/``, bound to the current environment."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from ml_assets.assets.io import ReferenceIOManager
from ml_assets.assets.sources import source_tables
from ml_assets.environment import current_environment, load_environments
from ml_assets.runners.in_process import InProcessRunner


@dg.definitions
def defs() -> dg.Definitions:
    """Models, the tables they read, resources and executor of this environment."""
    environment = current_environment(load_environments())
    models = dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
    return dg.Definitions.merge(
        models,
        dg.Definitions(
            assets=source_tables(models),
            resources={
                "runner": InProcessRunner.of(environment),
                "io_manager": ReferenceIOManager(),
            },
            executor=dg.in_process_executor,
        ),
    )

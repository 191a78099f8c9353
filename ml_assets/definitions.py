"""The code location: every model under ``defs/``, bound to the current environment."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from ml_assets.assets.io import ReferenceIOManager
from ml_assets.environment import current_environment, load_environments
from ml_assets.runners.in_process import InProcessRunner


@dg.definitions
def defs() -> dg.Definitions:
    """Models, resources and executor of this environment."""
    environment = current_environment(load_environments())
    return dg.Definitions.merge(
        dg.load_from_defs_folder(path_within_project=Path(__file__).parent),
        dg.Definitions(
            resources={
                "runner": InProcessRunner.of(environment),
                "io_manager": ReferenceIOManager(),
            },
            executor=dg.in_process_executor,
        ),
    )

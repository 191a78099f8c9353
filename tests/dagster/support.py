"""Definitions of models that only tests have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import yaml
from dagster.components.testing import create_defs_folder_sandbox

from ml_assets.assets.io import ReferenceIOManager
from ml_assets.components import TrainingPipelineComponent
from ml_assets.environment import current_environment, load_environments
from ml_assets.runners.in_process import InProcessRunner


def definitions_of(attributes: dict[str, Any]) -> dg.Definitions:
    """What one model's YAML file becomes, bound to the current environment."""
    with create_defs_folder_sandbox() as sandbox:
        folder = sandbox.scaffold_component(
            component_cls=TrainingPipelineComponent,
            defs_path=attributes["name"],
            defs_yaml_contents={
                "type": "ml_assets.components.TrainingPipelineComponent",
                "attributes": attributes,
            },
        )
        with sandbox.load_component_and_build_defs(defs_path=folder) as (_, defs):
            return dg.Definitions.merge(
                defs,
                dg.Definitions(
                    resources={
                        "runner": InProcessRunner.of(current_environment(load_environments())),
                        "io_manager": ReferenceIOManager(),
                    }
                ),
            )


def shipped(**changes: Any) -> dg.Definitions:
    """The shipped model, with other attributes."""
    path = Path(__file__).parents[2] / "ml_assets/defs/breast_cancer/defs.yaml"
    attributes = yaml.safe_load(path.read_text(encoding="utf-8"))["attributes"]
    attributes["training"]["n_estimators"] = 20
    return definitions_of({**attributes, **changes})


def run_job(
    defs: dg.Definitions, instance: dg.DagsterInstance, model: str, **options: Any
) -> dg.ExecuteInProcessResult:
    """Run the model's training job here."""
    job = defs.resolve_job_def(f"{model}_training")
    return job.execute_in_process(instance=instance, raise_on_error=False, **options)


def key(*path: str) -> dg.AssetKey:
    return dg.AssetKey(list(path))

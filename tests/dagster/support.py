"""Definitions of models that only tests have, and what their runs leave in the event log."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import yaml
from dagster.components.testing import create_defs_folder_sandbox
from sklearn.datasets import load_breast_cancer

from ml_assets.assets.io import ReferenceIOManager
from ml_assets.components import TrainingPipelineComponent
from ml_assets.environment import current_environment, load_environments
from ml_assets.runners.in_process import InProcessRunner

PROJECT = Path(__file__).parents[2]
MODEL = "breast_cancer"


def location() -> dg.Definitions:
    """The whole code location, as any of Dagster's processes loads it."""
    return importlib.import_module("ml_assets.definitions").defs()


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
    path = PROJECT / f"ml_assets/defs/{MODEL}/defs.yaml"
    attributes = yaml.safe_load(path.read_text(encoding="utf-8"))["attributes"]
    attributes["training"]["n_estimators"] = 20
    return definitions_of({**attributes, **changes})


def run_job(
    defs: dg.Definitions, instance: dg.DagsterInstance, model: str = MODEL, **options: Any
) -> dg.ExecuteInProcessResult:
    """Run the model's training job here."""
    job = defs.resolve_job_def(f"{model}_training")
    return job.execute_in_process(instance=instance, raise_on_error=False, **options)


def shipped_job() -> dg.JobDefinition:
    """The shipped model's training job, for :func:`dagster.reconstructable`."""
    return location().resolve_job_def(f"{MODEL}_training")


def run_assets(
    defs: dg.Definitions, instance: dg.DagsterInstance, *names: str, model: str = MODEL
) -> dg.ExecuteInProcessResult:
    """Materialize only these of the model's assets, with their checks."""
    return run_job(defs, instance, model, asset_selection=[key(model, name) for name in names])


def checks(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    """Each check's verdict."""
    return {check.check_name: check.passed for check in result.get_asset_check_evaluations()}


def materialization(instance: dg.DagsterInstance, *path: str) -> dg.AssetMaterialization:
    """The newest one of an asset."""
    event = instance.get_latest_materialization_event(key(*path))
    assert event is not None
    assert event.asset_materialization is not None
    return event.asset_materialization


def metadata(instance: dg.DagsterInstance, *path: str) -> dict[str, Any]:
    """The values that the newest materialization of an asset shows."""
    found = materialization(instance, *path).metadata
    return {name: value.value for name, value in found.items()}


def failure_text(result: dg.ExecuteInProcessResult) -> str:
    """Everything that the failed steps say."""
    failures = [event for event in result.all_events if event.is_step_failure]
    return str([event.event_specific_data for event in failures])


def key(*path: str) -> dg.AssetKey:
    return dg.AssetKey(list(path))


def breast_cancer() -> pa.Table:
    bunch: Any = load_breast_cancer()
    columns = {
        str(name).replace(" ", "_"): bunch.data[:, position]
        for position, name in enumerate(bunch.feature_names)
    }
    return pa.table({**columns, "diagnosis": [str(bunch.target_names[t]) for t in bunch.target]})

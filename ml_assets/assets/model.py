"""The trained model: one MLflow run."""

import base64
from collections.abc import Mapping
from typing import Any

import dagster as dg

from ml_assets.assets.io import reference_metadata
from ml_assets.assets.keys import TEST_SET, TRAIN_SET, TRAINED_MODEL, asset_key
from ml_assets.assets.launchpad import launchpad_fields
from ml_assets.assets.metadata import warnings_metadata
from ml_assets.environment import Environment
from ml_assets.model_spec import ModelSpec
from ml_assets.references import TableVersion
from ml_assets.runners.base import StepRunner
from ml_assets.steps import train_model

_CHANGEABLE = ("n_estimators", "max_depth", "learning_rate", "random_seed", "baseline_f1")


def trained_model_asset(spec: ModelSpec, environment: Environment) -> dg.AssetsDefinition:
    """LightGBM fitted on the train set and evaluated on the test set."""
    baseline_f1 = spec.baseline_f1(environment)

    @dg.asset(
        key=asset_key(spec.name, TRAINED_MODEL),
        ins={
            "train_set": dg.AssetIn(asset_key(spec.name, TRAIN_SET)),
            "test_set": dg.AssetIn(asset_key(spec.name, TEST_SET)),
        },
        description=f"An MLflow run with the model and its metrics. {spec.description}".strip(),
        kinds={"lightgbm", "mlflow"},
        group_name=spec.name,
        code_version=spec.code_version("target", "training", "gate"),
        config_schema=launchpad_fields(
            train_model.TrainModelParams,
            _CHANGEABLE,
            {**spec.training.model_dump(), "baseline_f1": baseline_f1},
        ),
        pool=spec.name,
    )
    def trained_model(
        context: dg.AssetExecutionContext,
        runner: dg.ResourceParam[StepRunner],
        train_set: TableVersion,
        test_set: TableVersion,
    ) -> dg.MaterializeResult[Any]:
        from ml_assets.tracking.pictures import run_pictures

        overrides = context.op_execution_context.op_config
        params = spec.train_params(
            runner.place(), train_set, test_set, overrides, baseline_f1=baseline_f1
        )
        result = runner.run(context, train_model.STEP, params)
        return dg.MaterializeResult(
            metadata={
                **_model_metadata(result),
                **_pictures(run_pictures(runner.platform(), result.model.run_id)),
                **reference_metadata(result.model),
            },
            data_version=dg.DataVersion(result.model.run_id),
        )

    return trained_model


def _model_metadata(result: train_model.TrainingResult) -> dict[str, Any]:
    model = result.model
    return {
        **{name: float(value) for name, value in model.metrics.items()},
        "baseline_f1": float(model.baseline_f1),
        "rows": model.train_set.rows,
        "features": len(result.features),
        "rounds": result.rounds,
        "train_seconds": round(result.train_seconds, 3),
        "baseline": model.baseline,
        "train_set": str(model.train_set),
        "test_set": str(model.test_set),
        **warnings_metadata(result.warnings),
        "mlflow_run": dg.MetadataValue.url(result.run_page),
        "mlflow_run_id": model.run_id,
    }


def _pictures(pictures: Mapping[str, bytes]) -> dict[str, dg.MetadataValue[Any]]:
    return {
        name: dg.MetadataValue.md(
            f"![{name}](data:image/png;base64,{base64.b64encode(png).decode('ascii')})"
        )
        for name, png in pictures.items()
    }

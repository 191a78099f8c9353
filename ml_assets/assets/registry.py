"""The registered model version."""

from typing import Any

import dagster as dg

from ml_assets.assets.io import reference_metadata
from ml_assets.assets.keys import REGISTERED_MODEL, TRAINED_MODEL, asset_key
from ml_assets.assets.launchpad import launchpad_fields
from ml_assets.model_spec import ModelSpec
from ml_assets.references import TrainedModel
from ml_assets.runners.base import StepRunner
from ml_assets.steps import register_model

_CHANGEABLE = ("alias", "description")


def registered_model_asset(spec: ModelSpec) -> dg.AssetsDefinition:
    """One version for one training run, refused when that run did not beat its baseline."""

    @dg.asset(
        key=asset_key(spec.name, REGISTERED_MODEL),
        ins={"trained_model": dg.AssetIn(asset_key(spec.name, TRAINED_MODEL))},
        description=f"A version in the model registry. {spec.description}".strip(),
        kinds={"mlflow"},
        group_name=spec.name,
        code_version=spec.code_version("alias"),
        config_schema=launchpad_fields(
            register_model.RegisterModelParams, _CHANGEABLE, {"alias": spec.alias}
        ),
        pool=spec.name,
    )
    def registered_model(
        context: dg.AssetExecutionContext,
        runner: dg.ResourceParam[StepRunner],
        trained_model: TrainedModel,
    ) -> dg.MaterializeResult[Any]:
        overrides = context.op_execution_context.op_config
        params = spec.register_params(runner.place(), trained_model.run_id, overrides)
        result = runner.run(context, register_model.STEP, params)
        version = result.model_version
        return dg.MaterializeResult(
            metadata={
                "version": version.version,
                "f1": float(result.f1),
                "created": result.created,
                "model": version.name,
                "alias": version.alias or "",
                "git_sha": result.git_sha,
                "model_version": dg.MetadataValue.url(result.url),
                "mlflow_run_id": version.run_id,
                **reference_metadata(version),
            },
            data_version=dg.DataVersion(str(version.version)),
        )

    return registered_model

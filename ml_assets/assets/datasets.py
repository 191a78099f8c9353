"""Train and test set: two tables of one preparation."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from ml_assets.assets.io import reference_metadata
from ml_assets.assets.keys import TEST_SET, TRAIN_SET, asset_key, table_key
from ml_assets.assets.launchpad import launchpad_fields
from ml_assets.assets.metadata import data_version, table_metadata, warnings_metadata
from ml_assets.environment import Environment
from ml_assets.model_spec import ModelSpec
from ml_assets.runners.base import StepRunner
from ml_assets.steps import prepare_data

_CHANGEABLE = ("test_size", "random_seed", "allow_schema_change")
_SIDES = ((TRAIN_SET, "Rows the model is fitted on."), (TEST_SET, "Rows it is judged by."))


def dataset_assets(spec: ModelSpec, environment: Environment) -> dg.AssetsDefinition:
    """The two tables, written together or not at all."""
    sources = [table_key(ref) for ref in spec.source.table_refs]
    tables = {TRAIN_SET: spec.train_table, TEST_SET: spec.test_table}

    @dg.multi_asset(
        name=f"{spec.name}__prepare_data",
        specs=[
            dg.AssetSpec(
                asset_key(spec.name, side),
                deps=sources,
                description=f"{description} {spec.description}".strip(),
                kinds={"delta"},
                group_name=spec.name,
                code_version=spec.code_version("target", "source", "split"),
                metadata={
                    "dagster/table_name": f"{environment.catalog}.{environment.schema_name}."
                    f"{tables[side]}"
                },
            )
            for side, description in _SIDES
        ],
        config_schema=launchpad_fields(
            prepare_data.PrepareDataParams, _CHANGEABLE, spec.split.model_dump()
        ),
        pool=spec.name,
    )
    def prepare(
        context: dg.AssetExecutionContext, runner: dg.ResourceParam[StepRunner]
    ) -> Iterator[dg.MaterializeResult[Any]]:
        params = spec.prepare_params(runner.place(), context.op_execution_context.op_config)
        prepared = runner.run(context, prepare_data.STEP, params)
        read = runner.platform().tables
        for side, table, classes in (
            (TRAIN_SET, prepared.train_set, prepared.train_classes),
            (TEST_SET, prepared.test_set, prepared.test_classes),
        ):
            yield dg.MaterializeResult(
                asset_key=asset_key(spec.name, side),
                metadata={
                    **table_metadata(read, table),
                    "classes": dg.MetadataValue.json(classes),
                    "sources": dg.MetadataValue.json(
                        {alias: str(source) for alias, source in prepared.sources.items()}
                    ),
                    **warnings_metadata(prepared.warnings),
                    "mlflow_run": dg.MetadataValue.url(prepared.run_page),
                    **reference_metadata(table),
                },
                data_version=dg.DataVersion(data_version(table)),
            )

    return prepare

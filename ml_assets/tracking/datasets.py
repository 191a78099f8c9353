"""Tables as MLflow datasets: name, version and columns, never the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ml_assets.platforms.base import Platform
from ml_assets.references import TableVersion

if TYPE_CHECKING:
    from mlflow import MlflowClient


def log_dataset(
    client: MlflowClient, run_id: str, platform: Platform, table: TableVersion, *, context: str
) -> None:
    """Record that the run read or wrote exactly ``table``.

    Args:
        client: of the tracking server.
        run_id: the run.
        platform: where the table lives.
        table: the version.
        context: ``source``, ``training`` or ``testing``.
    """
    from mlflow.data.meta_dataset import MetaDataset
    from mlflow.entities import DatasetInput, InputTag

    dataset = MetaDataset(
        source=platform.dataset_source(table),
        name=table.table,
        digest=f"v{table.version}-{table.table_id[:8]}",
    )
    tags = {"mlflow.data.context": context, "version": str(table.version), "rows": str(table.rows)}
    client.log_inputs(
        run_id,
        [
            DatasetInput(
                dataset=dataset._to_mlflow_entity(),  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
                tags=[InputTag(key=key, value=value) for key, value in tags.items()],
            )
        ],
    )

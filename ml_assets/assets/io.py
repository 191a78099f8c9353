"""References passed from asset to asset through the event log, and nothing else.

An asset records its reference as metadata; whoever depends on it gets the reference back. The event
log is the only store, so this works across processes, pods and deployments.
"""

from __future__ import annotations

from typing import Any, TypeVar

import dagster as dg

from ml_assets.references import Reference

REFERENCE = "ml_assets/reference"
"""Metadata key of the reference."""

T = TypeVar("T", bound=Reference)


def reference_metadata(reference: Reference) -> dict[str, dg.MetadataValue[Any]]:
    """``reference`` as metadata."""
    return {REFERENCE: dg.MetadataValue.json(reference.model_dump(mode="json"))}


def read_reference(materialization: dg.AssetMaterialization, kind: type[T]) -> T:
    """The reference in a materialization's metadata."""
    return kind.model_validate(materialization.metadata[REFERENCE].value)


class ReferenceIOManager(dg.IOManager):
    """Gives back the reference of this run's materialization, else of the newest one.

    To a run that goes on from another one, that one's materializations are its own.
    """

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Nothing: an asset hands its reference over as metadata."""

    def load_input(self, context: dg.InputContext) -> Reference:
        """The upstream asset's reference, as the type that the parameter is annotated with.

        Raises:
            dagster.Failure: the upstream asset was never materialized.
        """
        kind = context.dagster_type.typing_type
        key = context.asset_key
        materialization = _of_this_run(context, key) or _newest(context, key)
        if materialization is None:
            raise dg.Failure(
                f"{key.to_user_string()} was never materialized.",
                metadata={"hint": "Materialize it first, or select it together with this asset."},
                allow_retries=False,
            )
        return read_reference(materialization, kind)


def _of_this_run(context: dg.InputContext, key: dg.AssetKey) -> dg.AssetMaterialization | None:
    run: dg.DagsterRun | None = context.step_context.dagster_run
    while run is not None:
        if found := _made_in(context.instance, run.run_id, key):
            return found[-1]
        parent = run.parent_run_id
        run = context.instance.get_run_by_id(parent) if parent else None
    return None


def _made_in(
    instance: dg.DagsterInstance, run_id: str, key: dg.AssetKey
) -> list[dg.AssetMaterialization]:
    records = instance.get_records_for_run(
        run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION
    ).records
    return [
        event.asset_materialization
        for record in records
        if (event := record.event_log_entry).asset_materialization is not None
        and event.asset_materialization.asset_key == key
    ]


def _newest(context: dg.InputContext, key: dg.AssetKey) -> dg.AssetMaterialization | None:
    event = context.instance.get_latest_materialization_event(key)
    return None if event is None else event.asset_materialization

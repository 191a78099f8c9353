"""References survive the way through metadata and the event log."""

from __future__ import annotations

from typing import Any

import dagster as dg
from hypothesis import given
from hypothesis import strategies as st

from ml_assets.assets.io import ReferenceIOManager, read_reference, reference_metadata
from ml_assets.references import ModelVersion, Reference, TableVersion, TrainedModel

WORDS = st.text(alphabet="abcXYZ019_-", min_size=1, max_size=20).filter(lambda w: w[0] != "-")
NAMES = st.tuples(WORDS, WORDS, WORDS).map(".".join)
FREE = st.text(max_size=40)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)

TABLES = st.builds(
    TableVersion,
    table=NAMES,
    version=st.integers(0, 2**53),
    rows=st.integers(0, 2**53),
    table_id=FREE,
    batch_id=st.none() | FREE,
)
MODELS = st.builds(
    TrainedModel,
    run_id=FREE,
    model_uri=FREE,
    model_name=WORDS,
    metrics=st.dictionaries(FREE, NUMBERS, max_size=6),
    f1=NUMBERS,
    baseline_f1=NUMBERS,
    baseline=FREE,
    beats_baseline=st.booleans(),
    threshold=st.none() | NUMBERS,
    train_set=TABLES,
    test_set=TABLES,
)
VERSIONS = st.builds(
    ModelVersion, name=NAMES, version=st.integers(1, 2**53), run_id=FREE, alias=st.none() | WORDS
)


@given(reference=TABLES | MODELS | VERSIONS)
def test_a_reference_comes_back_as_it_was(reference: Reference) -> None:
    event = dg.AssetMaterialization("asset", metadata=reference_metadata(reference))

    stored = dg.deserialize_value(dg.serialize_value(event), dg.AssetMaterialization)

    assert read_reference(stored, type(reference)) == reference


def test_what_this_run_made_counts_although_another_run_made_a_newer_one(
    instance: dg.DagsterInstance,
) -> None:
    own, others = (_written_by(batch) for batch in ("own", "others"))
    taken: list[TableVersion] = []

    @dg.asset
    def upstream() -> dg.MaterializeResult[Any]:
        return dg.MaterializeResult(metadata=reference_metadata(own))

    @dg.asset(deps=[upstream])
    def meanwhile() -> dg.MaterializeResult[Any]:
        newer = dg.AssetMaterialization("upstream", metadata=reference_metadata(others))
        instance.report_runless_asset_event(newer)
        return dg.MaterializeResult()

    @dg.asset(deps=[meanwhile])
    def downstream(upstream: TableVersion) -> dg.MaterializeResult[Any]:
        taken.append(upstream)
        return dg.MaterializeResult()

    assets, resources = [upstream, meanwhile, downstream], {"io_manager": ReferenceIOManager()}
    for selection in (assets, [downstream]):
        assert dg.materialize(
            assets, selection=selection, resources=resources, instance=instance
        ).success

    assert taken == [own, others]


def _written_by(batch: str) -> TableVersion:
    return TableVersion(table="c.s.t", version=0, rows=1, table_id="t", batch_id=batch)

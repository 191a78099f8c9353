"""References survive the way through metadata and the event log."""

from __future__ import annotations

import dagster as dg
from hypothesis import given
from hypothesis import strategies as st

from ml_assets.assets.io import read_reference, reference_metadata
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

"""Synthetic data: seeded, learnable, with what real tables bring along.

Numbers, categories, missing values and an imbalanced target. The target follows a logistic model
of the columns, so that a classifier has something to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ml_assets.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

_BLOCK_ROWS = 65_536  # drawn at a time; another number draws other rows
_CHANNELS = ("web", "shop", "phone", "partner")
_REGIONS = ("north", "south", "east", "west", "centre")
_CERTAINTY = 4.0  # an F1 near 0.8 is within reach; at 1.0 chance would rule


def synthetic_batches(*, rows: int, seed: int, target: str) -> pa.RecordBatchReader:
    """Stream ``rows`` rows: eight numbers, two categories, one boolean and a 0/1 ``target``.

    About one row in four is positive; ``balance`` and ``region`` have missing values.

    Raises:
        UsageError: ``target`` is the name of one of the features.
    """
    import pyarrow as pa

    features = pa.schema([
        *((f"signal_{i}", pa.float64()) for i in range(5)),
        ("amount", pa.float64()),
        ("balance", pa.float64()),
        ("visits", pa.int64()),
        ("channel", pa.string()),
        ("region", pa.string()),
        ("returning", pa.bool_()),
    ])  # fmt: skip
    if target in features.names:
        raise UsageError(
            f"--label-column names a feature of the synthetic data, {target!r}.",
            hint="Choose another name, or name the table to read with --source-table.",
        )
    schema = features.append(pa.field(target, pa.int64()))
    return pa.RecordBatchReader.from_batches(schema, _batches(schema, rows, seed))


def _batches(schema: pa.Schema, rows: int, seed: int) -> Iterator[pa.RecordBatch]:
    for number, start in enumerate(range(0, rows, _BLOCK_ROWS)):
        yield _batch(schema, min(_BLOCK_ROWS, rows - start), (seed, number))


def _batch(schema: pa.Schema, rows: int, seed: tuple[int, int]) -> pa.RecordBatch:
    import numpy as np
    import pyarrow as pa

    random = np.random.default_rng(seed)
    signals = random.normal(size=(5, rows))
    amount = random.lognormal(mean=3.0, sigma=1.0, size=rows)
    balance = random.normal(loc=1000.0, scale=400.0, size=rows)
    visits = random.poisson(lam=6.0, size=rows)
    channel = random.integers(len(_CHANNELS), size=rows)
    region = random.integers(len(_REGIONS), size=rows)
    returning = random.random(rows) < 0.4
    logit = (
        1.6 * signals[0]
        - 1.2 * signals[1]
        + 1.5 * signals[2] * signals[3]
        + 0.8 * np.log(amount / 20.0)
        - (balance - 1000.0) / 500.0
        + np.asarray([0.0, 0.5, 1.5, -1.0])[channel]
        + np.where(returning, -0.7, 0.3)
        - 2.0
    )
    target = random.random(rows) < 1.0 / (1.0 + np.exp(-_CERTAINTY * logit))
    columns = [
        *(pa.array(signal) for signal in signals),
        pa.array(amount),
        pa.array(balance, mask=random.random(rows) < 0.1),
        pa.array(visits),
        pa.array(np.asarray(_CHANNELS)[channel]),
        pa.array(np.asarray(_REGIONS)[region], mask=random.random(rows) < 0.05),
        pa.array(returning),
        pa.array(target.astype(np.int64)),
    ]
    return pa.record_batch(columns, schema=schema)

"""Make the source table: ``python -m benchmarks.source ROWS``, into ``ML_ASSETS_HOME``."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from benchmarks.workload import COLUMNS
from ml_assets.platforms.local import LocalPlatform
from ml_assets.references import TableName

_BLOCK_ROWS = 65_536
_SEED = 7
_SCHEMA = pa.schema(
    [*((f"f{i}", pa.float64()) for i in range(COLUMNS)), pa.field("target", pa.int64())]
)


def blocks(rows: int) -> Iterator[pa.RecordBatch]:
    """Normal columns, and a target that follows eight of them."""
    for number, start in enumerate(range(0, rows, _BLOCK_ROWS)):
        random = np.random.default_rng((_SEED, number))
        size = min(_BLOCK_ROWS, rows - start)
        x = random.normal(size=(COLUMNS, size))
        logit = (
            1.2 * x[0] - x[1] + x[2] * x[3] + 0.8 * np.abs(x[4])
            - 0.6 * x[5] * (x[6] > 0) + 0.3 * x[7] ** 2 - 1.0
        )  # fmt: skip
        target = (random.random(size) < 1 / (1 + np.exp(-logit))).astype(np.int64)
        yield pa.record_batch([*map(pa.array, x), pa.array(target)], schema=_SCHEMA)


def main() -> None:
    """Write the table."""
    rows = int(sys.argv[1])
    LocalPlatform().tables.write(
        TableName(catalog="mlops_local", schema_name="ml_models", table="source"),
        pa.RecordBatchReader.from_batches(_SCHEMA, blocks(rows)),
        mode="create",
        metadata={},
    )


if __name__ == "__main__":
    main()

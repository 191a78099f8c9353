"""LightGBM fitted on ROWS rows that nobody holds: ``python -m benchmarks.raw_stream ROWS``.

Its peak of memory is what LightGBM itself keeps for each row while it boosts.
"""

from __future__ import annotations

import sys

import lightgbm
import numpy as np

from benchmarks.workload import COLUMNS
from ml_assets.modeling.hyperparameters import training_parameters

_ROUNDS = 5
_BLOCK_ROWS = 65_536


class Rows(lightgbm.Sequence):
    """The same block again and again."""

    batch_size = _BLOCK_ROWS

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._block = np.random.default_rng(7).normal(size=(_BLOCK_ROWS, COLUMNS))

    def __len__(self) -> int:
        return self._rows

    def __getitem__(self, index: int | slice | list[int]) -> np.ndarray:
        if isinstance(index, slice):
            return self._block[: index.stop - index.start]
        return self._block[np.asarray(index) % _BLOCK_ROWS]


def main() -> None:
    """Bin and boost a little."""
    rows = int(sys.argv[1])
    parameters = training_parameters(classes=2, max_depth=5, learning_rate=0.1, seed=42, further={})
    labels = (np.arange(rows, dtype=np.int32) % _BLOCK_ROWS % 2).astype(np.float32)
    dataset = lightgbm.Dataset(Rows(rows), labels, params=parameters).construct()
    del labels
    dataset.label = None
    booster = lightgbm.Booster(parameters, dataset)
    for _ in range(_ROUNDS):
        booster.update()


if __name__ == "__main__":
    main()

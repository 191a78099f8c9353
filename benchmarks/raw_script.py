"""The least that has to be done: one scan with one write, and one fit.

Prints as JSON what each took, in seconds by the clock and in seconds of the processor.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import lightgbm
import numpy as np
import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder, write_deltalake

from ml_assets.modeling.hyperparameters import training_parameters

_ROUNDS = 100


def scan_and_write(source: Path, target: Path) -> None:
    """Copy the table."""
    rows = QueryBuilder().register("t", DeltaTable(source)).execute("select * from t")
    write_deltalake(target, pa.RecordBatchReader.from_stream(rows))


def training_rows(source: Path) -> tuple[np.ndarray, np.ndarray]:
    """Four fifths of the table, in memory."""
    table = DeltaTable(source).to_pyarrow_table()
    rows = table.num_rows * 4 // 5
    names = [name for name in table.column_names if name != "target"]
    x = np.column_stack([table.column(name).to_numpy()[:rows] for name in names])
    return x, table.column("target").to_numpy()[:rows]


def fit(x: np.ndarray, y: np.ndarray) -> None:
    """Bin and boost."""
    parameters = training_parameters(classes=2, max_depth=5, learning_rate=0.1, seed=42, further={})
    booster = lightgbm.Booster(parameters, lightgbm.Dataset(x, y, params=parameters))
    for _ in range(_ROUNDS):
        booster.update()


def timed(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    clock, processor = time.monotonic(), time.process_time()
    work()
    return time.monotonic() - clock, time.process_time() - processor


def main() -> None:
    """Both, one after the other."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    copied = timed(lambda: scan_and_write(source, target))
    x, y = training_rows(source)
    print(json.dumps({"scan_and_write": copied, "fit": timed(lambda: fit(x, y))}))


if __name__ == "__main__":
    main()

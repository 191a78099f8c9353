"""Peak memory against rows."""

from __future__ import annotations

from benchmarks.measure import python
from benchmarks.report import Figure
from benchmarks.workload import COLUMNS, command, home, make_source

ROWS = (1_000_000, 5_000_000, 20_000_000)
_FEW_ROUNDS = ("--n-estimators", "5")
"""Rounds cost time; memory is the same with few and with many."""


def figures(scale: float) -> list[Figure]:
    prepared: list[int] = []
    trained: list[int] = []
    alone: list[int] = []
    sizes = [int(rows * scale) for rows in ROWS]
    for rows in sizes:
        with home() as place:
            make_source(place, rows)
            prepared.append(command(place, "prepare_data", "--source-table", "source").peak_bytes)
            trained.append(
                command(place, "train_model", "--model-name", "bench", *_FEW_ROUNDS).peak_bytes
            )
            # The training set has four fifths of the rows.
            alone.append(
                python("-m", "benchmarks.raw_stream", str(rows * 4 // 5), home=place).peak_bytes
            )
    values = (sizes[-1] - sizes[0]) * COLUMNS
    return [
        *(
            Figure(
                f"{rows:,} rows",
                f"prepare {p / 1e9:.2f} GB, train {t / 1e9:.2f} GB, "
                f"LightGBM alone {a / 1e9:.2f} GB",
            )
            for rows, p, t, a in zip(sizes, prepared, trained, alone, strict=True)
        ),
        Figure("training: bytes for each further value", "", _growth(trained, values), 1.5),
        Figure("LightGBM alone: bytes for each further value", f"{_growth(alone, values):.2f}"),
        Figure("preparation: bytes for each further value", "", _growth(prepared, values), 0.1),
    ]


def _growth(peaks: list[int], values: int) -> float:
    return (peaks[-1] - peaks[0]) / values

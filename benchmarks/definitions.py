"""Loading the code location, which Dagster does often, against importing Dagster."""

from __future__ import annotations

from statistics import median

from benchmarks.measure import python
from benchmarks.report import Figure
from benchmarks.workload import home

_REPEATS = 9
_LOAD = "from ml_assets.definitions import defs; defs().get_repository_def()"


def figures(scale: float) -> list[Figure]:
    del scale
    dagster: list[float] = []
    loaded: list[float] = []
    with home() as place:
        for _ in range(_REPEATS):
            dagster.append(python("-c", "import dagster", home=place).seconds)
            loaded.append(python("-c", _LOAD, home=place).seconds)
    ours, theirs = median(loaded), median(dagster)
    return [
        Figure("import dagster", f"{theirs:.2f} s"),
        Figure("definitions loaded", f"{ours:.2f} s"),
        Figure("definitions against the import", "", ours / theirs, 1.3),
    ]

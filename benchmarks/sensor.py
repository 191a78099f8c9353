"""A look of the source sensors at many tables in which nothing has changed."""

from __future__ import annotations

from benchmarks.measure import python
from benchmarks.report import Figure
from benchmarks.workload import home

TABLES = 100


def figures(scale: float) -> list[Figure]:
    del scale
    with home() as place:
        done = python("-m", "benchmarks.sensor_ticks", str(TABLES), home=place)
    seconds = float(done.output.splitlines()[-1])
    return [Figure(f"a look at {TABLES} unchanged tables, in seconds", "", seconds, 1.0)]

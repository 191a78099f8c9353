"""A table of 5,000,000 rows: the lifecycle against the least that has to be done."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.measure import Cost, in_sequence, python
from benchmarks.middle import median_cost
from benchmarks.report import Figure
from benchmarks.workload import (
    THREADS_SLEEP,
    four_commands,
    home,
    make_source,
    one_process,
    source_folder,
)

ROWS = 5_000_000
_REPEATS = 2
_BUDGET = 1.15


def figures(scale: float) -> list[Figure]:
    four: list[Cost] = []
    one: list[Cost] = []
    scan: list[Cost] = []
    fit: list[Cost] = []
    with home() as place:
        make_source(place, int(ROWS * scale))
        for turn in range(_REPEATS):
            four.append(four_commands(place))
            for costs, cost in zip((scan, fit), _raw(place, turn), strict=True):
                costs.append(cost)
            one.append(one_process(place))
    raw = in_sequence([median_cost(scan), median_cost(fit)])
    commands, process = median_cost(four), median_cost(one)
    return [
        Figure("scan and write", _told(median_cost(scan))),
        Figure("fit", _told(median_cost(fit))),
        Figure("four commands", _told(commands)),
        Figure("the same four steps in one process", _told(process)),
        Figure(
            "four commands against the raw work",
            f"{commands.cpu_seconds / raw.cpu_seconds:.2f} by processor time",
            commands.seconds / raw.seconds,
            _BUDGET,
        ),
        Figure(
            "one process against the raw work",
            f"{process.cpu_seconds / raw.cpu_seconds:.2f} by processor time",
            process.seconds / raw.seconds,
            _BUDGET,
        ),
    ]


def _told(cost: Cost) -> str:
    return f"{cost.seconds:6.1f} s  {cost.cpu_seconds:6.1f} s processor"


def _raw(place: Path, turn: int) -> list[Cost]:
    """The scan with its write, and the fit."""
    script = ("-m", "benchmarks.raw_script", source_folder(place), place / f"copy_{turn}")
    done = python(*script, home=place, **THREADS_SLEEP)
    seconds = json.loads(done.output.splitlines()[-1])
    return [Cost(*seconds[part], peak_bytes=0) for part in ("scan_and_write", "fit")]

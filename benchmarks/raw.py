"""A table of 5,000,000 rows: the lifecycle against the least that has to be done."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median

from benchmarks.measure import Cost, python
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
_REPEATS = 3
_BUDGET = 1.15


def figures(scale: float) -> list[Figure]:
    four: list[Cost] = []
    one: list[Cost] = []
    raw: list[dict[str, float]] = []
    with home() as place:
        make_source(place, int(ROWS * scale))
        for turn in range(_REPEATS):
            four.append(four_commands(place))
            raw.append(_raw(place, turn))
            one.append(one_process(place))
    parts = {name: median(seconds[name] for seconds in raw) for name in raw[0]}
    least = sum(parts.values())
    commands, process = median_cost(four).seconds, median_cost(one).seconds
    return [
        *(Figure(name.replace("_", " "), f"{seconds:.1f} s") for name, seconds in parts.items()),
        Figure("four commands", f"{commands:.1f} s"),
        Figure("the same four steps in one process", f"{process:.1f} s"),
        Figure("four commands against the raw work", "", commands / least, _BUDGET),
        Figure("one process against the raw work", "", process / least, _BUDGET),
    ]


def _raw(place: Path, turn: int) -> dict[str, float]:
    script = ("-m", "benchmarks.raw_script", source_folder(place), place / f"copy_{turn}")
    done = python(*script, home=place, **THREADS_SLEEP)
    seconds: dict[str, float] = json.loads(done.output.splitlines()[-1])
    return seconds

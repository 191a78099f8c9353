"""A table of 5,000,000 rows: the console commands against the plain script, and the raw work."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.measure import Cost, python
from benchmarks.middle import median_cost
from benchmarks.report import Figure
from benchmarks.workload import (
    COMMANDS,
    command,
    home,
    make_source,
    one_process,
    plain_script,
    source_folder,
)

ROWS = 5_000_000
_REPEATS = 2
_PASSIVE = {"OMP_WAIT_POLICY": "passive"}


def figures(scale: float) -> list[Figure]:
    ours: list[Cost] = []
    plain: list[Cost] = []
    passive: list[Cost] = []
    one: list[Cost] = []
    raw: list[float] = []
    by_command: list[list[Cost]] = []
    with home() as place:
        make_source(place, int(ROWS * scale))
        for _ in range(_REPEATS):
            costs = [command(place, *parts) for parts in COMMANDS]
            by_command.append(costs)
            ours.append(sum(costs[1:], costs[0]))
            plain.append(plain_script(place))
            one.append(one_process(place))
            passive.append(plain_script(place, **_PASSIVE))
            raw.append(_raw_seconds(place))
    mine, theirs, theirs_passive = median_cost(ours), median_cost(plain), median_cost(passive)
    raw_seconds = sorted(raw)[len(raw) // 2]
    return [
        *(
            Figure(f"  {parts[0]}", _told(median_cost([costs[i] for costs in by_command])))
            for i, parts in enumerate(COMMANDS)
        ),
        Figure("four commands", _told(mine)),
        Figure("the same four steps in one process", _told(median_cost(one))),
        Figure("plain script", _told(theirs)),
        Figure("plain script, threads told to sleep", _told(theirs_passive)),
        Figure("raw fit + raw scan and write", f"{raw_seconds:.1f} s"),
        Figure("time, against the plain script", "", mine.seconds / theirs.seconds, 1 / 1.2),
        Figure(
            "time, against the one told to sleep",
            "",
            mine.seconds / theirs_passive.seconds,
            1 / 1.2,
        ),
        Figure(
            "peak memory, against the plain script", "", mine.peak_bytes / theirs.peak_bytes, 0.25
        ),
        Figure("time, against the raw work", "", mine.seconds / raw_seconds, 1.15),
        Figure(
            "time in one process, against the raw work",
            "",
            median_cost(one).seconds / raw_seconds,
            1.15,
        ),
    ]


def _raw_seconds(place: Path) -> float:
    copy = place / "copy"
    done = python("-m", "benchmarks.raw_script", source_folder(place), copy, home=place)
    python("-c", f"import shutil; shutil.rmtree({str(copy)!r})", home=place)
    return sum(json.loads(done.output.splitlines()[-1]).values())


def _told(cost: Cost) -> str:
    return (
        f"{cost.seconds:6.1f} s  {cost.cpu_seconds:6.1f} s processor  "
        f"{cost.peak_bytes / 1e9:.2f} GB"
    )

"""A table of 5,000,000 rows: the lifecycle, in one process and in four, against a plain script."""

from __future__ import annotations

from benchmarks.measure import Cost, in_sequence
from benchmarks.middle import median_cost
from benchmarks.report import Figure
from benchmarks.workload import (
    COMMANDS,
    command,
    home,
    make_source,
    one_process,
    plain_script,
    tuned_script,
)

ROWS = 5_000_000
_REPEATS = 2
_TIMES_FASTER = 1.2


def figures(scale: float) -> list[Figure]:
    one: list[Cost] = []
    by_command: list[list[Cost]] = []
    plain: list[Cost] = []
    tuned: list[Cost] = []
    with home() as place:
        make_source(place, int(ROWS * scale))
        for _ in range(_REPEATS):
            one.append(one_process(place))
            by_command.append([command(place, *parts) for parts in COMMANDS])
            plain.append(plain_script(place))
            tuned.append(tuned_script(place))
    process, commands = median_cost(one), median_cost([in_sequence(c) for c in by_command])
    theirs, best = median_cost(plain), median_cost(tuned)
    goal = 1 / _TIMES_FASTER
    return [
        Figure("four steps, one process", _told(process)),
        Figure("four commands, four processes", _told(commands)),
        *(
            Figure(f"  {parts[0]}", _told(median_cost([costs[i] for costs in by_command])))
            for i, parts in enumerate(COMMANDS)
        ),
        Figure("plain script", _told(theirs)),
        Figure("plain script, tuned", _told(best)),
        Figure("time against the script", "", process.seconds / theirs.seconds, goal),
        Figure("the same, four processes", "", commands.seconds / theirs.seconds, goal),
        Figure("time against the tuned script", "", process.seconds / best.seconds, goal),
        Figure("memory against the script", "", process.peak_bytes / theirs.peak_bytes, 0.25),
    ]


def _told(cost: Cost) -> str:
    return (
        f"{cost.seconds:6.1f} s  {cost.cpu_seconds:6.1f} s processor  "
        f"{cost.peak_bytes / 1e9:.2f} GB"
    )

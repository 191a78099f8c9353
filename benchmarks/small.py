"""A small table, where starting processes and MLflow cost more than learning."""

from __future__ import annotations

from benchmarks.measure import Cost
from benchmarks.middle import median_cost
from benchmarks.report import Figure
from benchmarks.workload import (
    four_commands,
    home,
    make_source,
    one_process,
    plain_script,
    tuned_script,
)

ROWS = 7_500
_REPEATS = 5


def figures(scale: float) -> list[Figure]:
    one: list[Cost] = []
    four: list[Cost] = []
    plain: list[Cost] = []
    tuned: list[Cost] = []
    with home() as place:
        make_source(place, max(int(ROWS * scale), 1_000))
        for _ in range(_REPEATS + 1):
            one.append(one_process(place))
            plain.append(plain_script(place))
            tuned.append(tuned_script(place))
            four.append(four_commands(place))
    # The first turn creates both MLflow stores and fills the disk's cache.
    first_one, first_plain = one.pop(0), plain.pop(0)
    four.pop(0)
    tuned.pop(0)
    theirs = median_cost(plain)
    return [
        Figure("plain script", _told(theirs)),
        Figure("plain script, tuned", _told(median_cost(tuned))),
        Figure("four steps, one process", _told(median_cost(one))),
        Figure("four commands, four processes", _told(median_cost(four))),
        Figure("the first time, plain script", _told(first_plain)),
        Figure("the first time, one process", _told(first_one)),
        Figure("one process against the script", "", median_cost(one).seconds / theirs.seconds, 1),
        Figure(
            "four processes against the script", "", median_cost(four).seconds / theirs.seconds, 1
        ),
        Figure(
            "one process against the tuned script",
            "",
            median_cost(one).seconds / median_cost(tuned).seconds,
            1,
        ),
    ]


def _told(cost: Cost) -> str:
    return f"{cost.seconds:5.2f} s  {cost.cpu_seconds:5.2f} s processor"

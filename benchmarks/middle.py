"""The middle of several measurements."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmarks.measure import Cost


def median_cost(costs: Sequence[Cost]) -> Cost:
    """Of each quantity by itself."""
    return Cost(
        median(cost.seconds for cost in costs),
        median(cost.cpu_seconds for cost in costs),
        int(median(cost.peak_bytes for cost in costs)),
    )

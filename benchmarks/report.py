"""Figures beside their budgets."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        name: what was measured.
        measured: the values, written out.
        ratio: what is compared with the budget; none for a figure that is only told.
        budget: the most that the ratio may be.
    """

    name: str
    measured: str
    ratio: float | None = None
    budget: float | None = None

    @property
    def verdict(self) -> str:
        if self.ratio is None or self.budget is None:
            return ""
        return "met" if self.ratio <= self.budget else "MISSED"


def print_figures(part: str, figures: Sequence[Figure]) -> None:
    rows = [("figure", "measured", "ratio", "budget", "")] + [
        (f.name, f.measured, _number(f.ratio), _number(f.budget), f.verdict) for f in figures
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    print(f"\n{part}")
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  " + "  ".join(cells).rstrip(), flush=True)


def print_machine() -> None:
    """The machine, and what else it is doing."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    print(
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}; load before: {load:.1f}",
        flush=True,
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"

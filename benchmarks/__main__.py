"""``python -m benchmarks [PART ...] [--scale SHARE]``."""

from __future__ import annotations

import argparse
import importlib

from benchmarks.report import print_figures, print_machine

PARTS = ("definitions", "sensor", "small", "memory", "raw", "large")


def main() -> None:
    """Measure the named parts, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument(
        "--scale", type=float, default=1.0, help="Share of the rows, to try the benchmarks out."
    )
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    for part in given.parts or PARTS:
        print_machine()
        print_figures(part, importlib.import_module(f"benchmarks.{part}").figures(given.scale))


if __name__ == "__main__":
    main()

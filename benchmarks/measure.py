"""What a process costs: wall time, processor time, and the most memory it held.

The operating system counts the memory of whoever starts a process into that process's peak, so
this package imports nothing heavy into the process that measures.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Of one process, or of several one after the other."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    output: str = ""

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.seconds + other.seconds,
            self.cpu_seconds + other.cpu_seconds,
            max(self.peak_bytes, other.peak_bytes),
            self.output + other.output,
        )


NOTHING = Cost(0.0, 0.0, 0)


def python(*arguments: str | Path, home: Path, **variables: str) -> Cost:
    """Run ``python ARGUMENTS`` with an embedded platform at ``home``; raise when it fails."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ML_ASSETS_", "MLFLOW_"))}
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        env={
            **kept,
            "ML_ASSETS_HOME": str(home),
            "ML_ASSETS_PLATFORM": "local",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            **variables,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, arguments))} failed:\n{output}")
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return Cost(
        time.monotonic() - started,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * kilobyte,
        output,
    )


def in_sequence(costs: Sequence[Cost]) -> Cost:
    """The cost of one process after the other: times add up, the highest peak counts."""
    return sum(costs, NOTHING)

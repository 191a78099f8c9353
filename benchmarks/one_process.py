"""The four commands in one process, as a Dagster run does the four steps."""

from __future__ import annotations

from benchmarks.workload import COMMANDS
from ml_assets.cli.app import execute

if __name__ == "__main__":
    for name, *flags in COMMANDS:
        if code := execute(name, ["--environment", "local", *flags]):
            raise SystemExit(code)

"""``ml_assets example``: a real data set as a CSV file to start with."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from ml_assets.cli.app import OTHER_COMMANDS
from ml_assets.cli.output import say
from ml_assets.errors import ConfigurationError
from ml_assets.examples import TARGETS, write_example


def run(argv: Sequence[str]) -> int:
    """Write the file."""
    parser = argparse.ArgumentParser(
        prog="ml_assets example", description=OTHER_COMMANDS["example"]
    )
    parser.add_argument("name", choices=sorted(TARGETS), help="Which data set.")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="The file.")
    given = parser.parse_args(argv)
    try:
        rows = write_example(given.name, given.output)
    except OSError as error:
        raise ConfigurationError(
            f"{given.output} cannot be written: {error}",
            hint="Name a file in a folder of your own with --output.",
        ) from error
    say(f"{given.output}: {rows:,} rows, label column {TARGETS[given.name]!r}")
    return 0

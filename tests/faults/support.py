"""Commands in processes that are ready at once, so that a kill falls into their work."""

from __future__ import annotations

import logging
import multiprocessing
import os
import secrets
import sys
import time
from collections.abc import Iterator
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import numpy as np

from tests.support import clean_environment

MOMENTS = 20
SAID = "said.txt"
"""What the newest of these processes printed."""

_LIBRARIES = [
    "deltalake", "lightgbm", "matplotlib.figure", "mlflow", "mlflow.pyfunc",
    "mlflow.store.db.utils", "sklearn.metrics", "ml_assets.cli.app", "ml_assets.modeling.recording",
    "ml_assets.modeling.validation", "ml_assets.modeling.training", "tests.faults.support",
]  # fmt: skip
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(_LIBRARIES)


def start(home: Path, *argv: str) -> ForkServerProcess:
    """Run a command in a process of its own that has every library at hand."""
    process = _context.Process(target=_run, args=(clean_environment(home), home.parent, argv))
    process.start()
    return process


def duration(home: Path, *argv: str) -> float:
    """How long an undisturbed command takes, once the libraries are there."""
    start(home, "--help").join()
    began = time.monotonic()
    process = start(home, *argv)
    process.join()
    assert process.exitcode == 0, (home.parent / SAID).read_text(encoding="utf-8")
    return time.monotonic() - began


def moments(whole: float, many: int = MOMENTS) -> Iterator[float]:
    """Random moments within ``whole`` seconds, one in each equal part of it."""
    seed = secrets.randbelow(10**6)
    logging.getLogger(__name__).warning("seed of the moments: %d", seed)
    random = np.random.default_rng(seed)
    for place in random.permutation(many):
        yield whole * (place + random.random()) / many


def kill_at(moment: float, home: Path, *argv: str) -> None:
    """Start a command and ``kill -9`` it."""
    process = start(home, *argv)
    process.join(moment)
    process.kill()
    process.join()


def _run(variables: dict[str, str], folder: Path, argv: tuple[str, ...]) -> None:
    from ml_assets.cli.app import dispatch

    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    with Path(SAID).open("w", encoding="utf-8") as said:
        sys.stdout = sys.stderr = said
        code = dispatch(argv)
    sys.exit(code)

"""What is measured: a source table, and the lifecycle from the console or in one process."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Cost, in_sequence, python

COLUMNS = 28
COMMANDS = (
    ("prepare_data", "--source-table", "source"),
    ("train_model", "--model-name", "bench"),
    ("register_model", "--model-name", "bench"),
    ("validate_model", "--model-name", "bench"),
)
"""The guide's commands with its defaults."""
THREADS_SLEEP = {"OMP_WAIT_POLICY": "passive"}
"""What the product tells LightGBM's threads, for comparisons that should not gain by it."""


@contextmanager
def home() -> Generator[Path, None, None]:
    """A folder for tables and models, deleted afterwards."""
    with TemporaryDirectory(prefix="ml_assets_bench_") as folder:
        yield Path(folder)


def source_folder(place: Path) -> Path:
    """Where ``make_source`` puts the table."""
    return place / "warehouse" / "mlops_local" / "ml_models" / "source"


def make_source(place: Path, rows: int) -> None:
    """Write the source table in a process of its own."""
    python("-m", "benchmarks.source", str(rows), home=place)


def command(place: Path, name: str, *flags: str) -> Cost:
    """One console command."""
    return python("-m", "ml_assets", name, "--environment", "local", *flags, home=place)


def four_commands(place: Path) -> Cost:
    """The lifecycle from the console: four processes."""
    return in_sequence([command(place, *parts) for parts in COMMANDS])


def one_process(place: Path) -> Cost:
    """The lifecycle in one process, as a Dagster run has it."""
    return python("-m", "benchmarks.one_process", home=place)


def plain_script(place: Path, *flags: str, **variables: str) -> Cost:
    """The lifecycle as a script: one process."""
    (place / "plain").mkdir(exist_ok=True)
    script = ("-m", "benchmarks.plain_script", source_folder(place), place / "plain", *flags)
    return python(*script, home=place, **variables)


def tuned_script(place: Path) -> Cost:
    """The same, told what the product knows: requirements, and that threads should sleep."""
    return plain_script(place, "--requirements-stated", **THREADS_SLEEP)

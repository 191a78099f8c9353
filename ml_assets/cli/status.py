"""``ml_assets status``: the newest version of every model in every environment."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ml_assets.cli.app import base_parser
from ml_assets.environment import Environment, load_environments, pick_environment
from ml_assets.errors import ConfigurationError
from ml_assets.platforms.connect import connect_platform
from ml_assets.tracking.overview import ModelStatus, models_of

_HEADER = (
    "environment",
    "model",
    "version",
    "aliases",
    "F1",
    "had to beat",
    "validation",
    "registered",
    "trained on",
)


def run(argv: Sequence[str]) -> int:
    """Print the table, or JSON."""
    parser = base_parser("ml_assets status", "Show the models of each environment.")
    parser.add_argument("--environment", help="Only this one.")
    given = parser.parse_args(argv)
    environments = load_environments(given.config)
    chosen = (
        [pick_environment(environments, given.environment)]
        if given.environment
        else list(environments.values())
    )
    rows, notes = _collect(chosen)
    if given.json:
        print(json.dumps([row.model_dump(mode="json") for row in rows], indent=2))
    else:
        _print_table(rows)
    _print_notes(notes)
    return 0


def _collect(environments: Sequence[Environment]) -> tuple[list[ModelStatus], list[str]]:
    rows: list[ModelStatus] = []
    notes: list[str] = []
    for environment in environments:
        try:
            platform = connect_platform(environment)
        except ConfigurationError as error:
            notes.append(str(error))
            continue
        rows.extend(models_of(environment, platform))
    return rows, notes


def _print_table(rows: Sequence[ModelStatus]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        print("No model is registered yet.")
        return
    table = Table(*_HEADER, box=None, pad_edge=False)
    for row in rows:
        table.add_row(
            row.environment,
            row.model,
            str(row.version),
            ", ".join(row.aliases),
            f"{row.f1:.4f}",
            f"{row.baseline_f1:.4f}",
            row.validation,
            row.registered_at,
            row.train_set,
        )
    console = Console()
    console.print(table, soft_wrap=not console.is_terminal)


def _print_notes(notes: Sequence[str]) -> None:
    from rich.console import Console

    console = Console(stderr=True)
    for note in notes:
        console.print(note, style="dim", markup=False, highlight=False)

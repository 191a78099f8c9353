"""``ml_assets status``: the newest and the named versions of every model, by environment."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ml_assets.cli.app import OTHER_COMMANDS, base_parser
from ml_assets.cli.output import complain, say
from ml_assets.environment import (
    Environment,
    load_environments,
    named_environment,
    pick_environment,
)
from ml_assets.errors import ConfigurationError
from ml_assets.platforms.connect import connect_platform
from ml_assets.tracking.overview import ModelStatus, models_of

_HEADER = ("environment", "model", "version", "F1", "validation", "registered", "trained on")
_PLAIN_WIDTH = 240


def run(argv: Sequence[str]) -> int:
    """Print the table, or JSON."""
    parser = base_parser("ml_assets status", OTHER_COMMANDS["status"])
    parser.add_argument("--environment", help="Only this one (ML_ASSETS_ENV if left out).")
    given = parser.parse_args(argv)
    environments = load_environments(given.config)
    named = given.environment or named_environment()
    chosen = [pick_environment(environments, named)] if named else list(environments.values())
    rows, notes = _collect(chosen)
    if given.json:
        say(json.dumps([row.model_dump(mode="json") for row in rows], indent=2))
    else:
        _print_table(rows)
    _print_notes(notes)
    return 0


def _collect(environments: Sequence[Environment]) -> tuple[list[ModelStatus], list[str]]:
    rows: list[ModelStatus] = []
    notes: list[str] = []
    for environment in environments:
        try:
            platform = connect_platform(environment.platform, environment=environment.name)
        except ConfigurationError as error:
            notes.append(str(error))
            continue
        rows.extend(models_of(environment, platform))
    return rows, notes


def _print_table(rows: Sequence[ModelStatus]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        say("No model is registered yet.")
        return
    table = Table(box=None, pad_edge=False)
    for title in _HEADER:
        table.add_column(title, overflow="fold")
    for row in rows:
        catalog = row.model.split(".")[0] + "."
        verdict = ">" if row.f1 > row.baseline_f1 else "<="
        table.add_row(
            row.environment,
            row.model.removeprefix(catalog),
            " ".join([str(row.version), *row.aliases]),
            f"{row.f1:.4f} {verdict} {row.baseline_f1:.4f}",
            row.validation,
            row.registered_at[:16].replace("T", " "),
            row.train_set.removeprefix(catalog),
        )
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PLAIN_WIDTH)
    with console.capture() as drawn:
        console.print(table, highlight=False)
    say(drawn.get().rstrip("\n"))


def _print_notes(notes: Sequence[str]) -> None:
    from rich.console import Console

    console = Console(stderr=True)
    with console.capture() as drawn:
        for note in notes:
            console.print(note, style="dim", markup=False, highlight=False)
    complain(*drawn.get().splitlines())

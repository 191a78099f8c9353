"""A progress bar on a terminal; nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ml_assets.steps.base import Progress, silent


@contextmanager
def console_progress() -> Iterator[Progress]:
    """Show how far a step is, on standard error."""
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress as Bar, TextColumn, TimeElapsedColumn

    with Bar(
        TextColumn("{task.description:<8}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f} {task.fields[note]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    ) as bar:
        tasks = {}

        def show(task: str, done: int, total: int | None, note: str = "") -> None:
            if task not in tasks:
                tasks[task] = bar.add_task(task, total=total or 0, note=note)
            bar.update(tasks[task], completed=done, total=total or done, note=note)

        yield show

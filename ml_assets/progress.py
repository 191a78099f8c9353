"""How far a step is, for whoever looks on."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told how far a step is."""

    watched: bool
    """Whether anybody looks on, so that a metric shown in between is worth its time."""

    def __call__(self, task: str, done: int, total: int | None, note: str = "") -> None:
        """``done`` of ``total`` (unknown: none) units of ``task``; ``note`` is free text."""
        ...


class _Silent:
    watched = False

    def __call__(self, task: str, done: int, total: int | None, note: str = "") -> None:
        """Tell nobody."""


silent: Progress = _Silent()
"""Progress that nobody watches."""

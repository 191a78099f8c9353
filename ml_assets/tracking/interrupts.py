"""Interrupts held back where they would do harm."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

_HELD = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def uninterrupted() -> Generator[None, None, None]:
    """Let an interrupt strike after the body.

    Amid a write it would leave an embedded store locked, and then the run could not be ended. A
    second one strikes at once, so that a server that does not answer can be left.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []

    def hold(number: int, _frame: FrameType | None) -> None:
        if waiting:
            signal.signal(number, before[number])
            signal.raise_signal(number)
        else:
            waiting.append(number)

    before = {int(number): signal.getsignal(number) or signal.SIG_DFL for number in _HELD}
    for number in before:
        signal.signal(number, hold)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if waiting:
            signal.raise_signal(waiting[0])

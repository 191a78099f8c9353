"""Interrupts are held back amid the writes to MLflow's store, and only there."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from types import FrameType

import pytest

from ml_assets.tracking.interrupts import uninterrupted


class _TerminatedError(Exception):
    pass


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """A request to end raises, as an interrupt does by itself."""

    def terminate(_number: int, _frame: FrameType | None) -> None:
        raise _TerminatedError

    before = signal.signal(signal.SIGTERM, terminate)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(
    ("number", "error"),
    [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, _TerminatedError)],
    ids=["SIGINT", "SIGTERM"],
)
def test_an_interrupt_strikes_after_the_body(
    number: signal.Signals, error: type[BaseException]
) -> None:
    done: list[str] = []

    def body() -> None:
        with uninterrupted():
            signal.raise_signal(number)
            done.append("the rest")

    with pytest.raises(error):
        body()
    assert done == ["the rest"]
    with pytest.raises(error):
        signal.raise_signal(number)


def test_a_second_one_strikes_at_once() -> None:
    done: list[str] = []

    def body() -> None:
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            done.append("the first is held")
            signal.raise_signal(signal.SIGINT)
            done.append("the second is not")

    with pytest.raises(KeyboardInterrupt):
        body()
    assert done == ["the first is held"]


def test_without_an_interrupt_nothing_changes() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with uninterrupted():
        pass
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_body_that_fails_still_lets_the_interrupt_through() -> None:
    def body() -> None:
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            raise ValueError("meanwhile")

    with pytest.raises(KeyboardInterrupt) as caught:
        body()
    assert isinstance(caught.value.__context__, ValueError)


def test_other_threads_have_nothing_to_hold() -> None:
    done: list[str] = []

    def body() -> None:
        with uninterrupted():
            done.append("ran")

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert done == ["ran"]

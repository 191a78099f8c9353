"""SIGINT and SIGTERM at ten moments of the steps that open an MLflow run."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.faults.support import SAID, duration, moments, start
from tests.lifecycle import MODEL, PLACE, QUICK, mixed, prepare, statuses, train, two_classes

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
COMMANDS = {
    "prepare_data": ("prepare_data", *PLACE, "--source-table", "source"),
    "train_model": ("train_model", *PLACE, *MODEL, *QUICK),
}
MOMENTS = 10
SHARE_UNTIL_IT_LISTENS = 0.2


@pytest.mark.parametrize("step", COMMANDS)
@pytest.mark.parametrize("number", CODES, ids=["SIGINT", "SIGTERM"])
def test_no_run_is_left_running(home: Path, step: str, number: signal.Signals) -> None:
    prepare(home, two_classes(mixed(20_000), 0, 1))
    command = COMMANDS[step]
    whole = duration(home, *command)
    codes: list[int | None] = []
    for moment in moments(whole, MOMENTS):
        process = start(home, *command)
        process.join(max(moment, SHARE_UNTIL_IT_LISTENS * whole))
        if process.is_alive() and process.pid is not None:
            os.kill(process.pid, number)
        process.join()
        codes.append(process.exitcode)
        said = (home.parent / SAID).read_text(encoding="utf-8")
        assert process.exitcode in {CODES[number], 0}, said
        assert "RUNNING" not in statuses(home), said
    assert codes.count(CODES[number]) >= MOMENTS // 4
    assert "KILLED" in statuses(home)
    prepare(home, two_classes(mixed(2000), 0, 1))
    train()

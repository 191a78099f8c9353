from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ml_assets.errors import ConflictError
from ml_assets.platforms.local import LocalPlatform
from tests.support import clean_environment

HOLD = """
from ml_assets.platforms.local import LocalPlatform
with LocalPlatform().lock("table-t", wait_seconds=0):
    print("held", flush=True)
    input()
"""


@pytest.fixture
def holder(home: Path) -> subprocess.Popen[str]:
    """Another process, which holds the lock until it is given a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=clean_environment(home),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_lock_is_refused_while_another_process_holds_it(
    holder: subprocess.Popen[str], caplog: pytest.LogCaptureFixture
) -> None:
    with (
        pytest.raises(ConflictError, match="Another process has held table-t"),
        LocalPlatform().lock("table-t", wait_seconds=0.2),
    ):
        pytest.fail("two processes hold one lock")

    assert "waiting for another process, which holds table-t" in caplog.text
    holder.communicate("go\n", timeout=30)
    with LocalPlatform().lock("table-t", wait_seconds=0):
        pass


def test_a_lock_ends_with_the_process_that_held_it(holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.communicate(timeout=30)

    with LocalPlatform().lock("table-t", wait_seconds=0):
        pass


def test_nothing_is_kept_of_a_lock_that_is_used_once(home: Path) -> None:
    with LocalPlatform().lock("run-1", wait_seconds=0, once=True):
        assert [file.name for file in (home / "locks").iterdir()] == ["run-1.lock"]

    assert list((home / "locks").iterdir()) == []

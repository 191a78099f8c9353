from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.support import DEV, clean_environment, run


def on_a_terminal(*argv: str, home: Path) -> tuple[int, str, str]:
    """Exit code, standard output, and what a terminal on standard error shows."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "ml_assets", *argv],
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        cwd=home.parent,
        env={**clean_environment(home), "TERM": "xterm", "COLUMNS": "100"},
    ) as process:
        os.close(theirs)
        shown = _read(ours)
        assert process.stdout is not None
        out = process.stdout.read()
    return process.returncode, out, shown


def _read(terminal: int) -> str:
    parts: list[bytes] = []
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # Linux says so at the end of a terminal.
            break
        if not part:
            break
        parts.append(part)
    os.close(terminal)
    return b"".join(parts).decode()


def test_a_terminal_sees_how_far_each_step_is(home: Path) -> None:
    (home.parent / "f.csv").write_text("a\n1\n", encoding="utf-8")

    imported = on_a_terminal("import_table", *DEV, "--table", "t", "f.csv", home=home)
    prepared = on_a_terminal("prepare_data", *DEV, "--synthetic-rows", "5000", home=home)
    trained = on_a_terminal("train_model", *DEV, "--model-name", "m", home=home)

    assert [code for code, *_ in (imported, prepared, trained)] == [0, 0, 0]
    assert "write" in imported[2]
    assert "5,000/5,000" in prepared[2]
    assert "100/100 binary_logloss 0." in trained[2]
    assert "━" not in trained[1]


def test_a_pipe_sees_nothing_of_it(home: Path) -> None:
    done = run("prepare_data", *DEV, "--synthetic-rows", "5000", home=home)

    assert done.code == 0
    assert done.err == ""
    assert "━" not in done.out

"""The guide's scripts, run as they stand by a real shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support import Done, clean_environment


def shell(script: str, *, home: Path, **variables: str) -> Done:
    """Run ``script`` with the console commands on the PATH, inside a git repository."""
    folder = home.parent
    if not (folder / ".git").exists():
        _make_repository(folder)
    environment = clean_environment(home, **variables)
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=environment,
        timeout=300,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def head_of(folder: Path) -> str:
    """The commit that ``folder`` is at."""
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True, cwd=folder
    )
    return done.stdout.strip()


def _make_repository(folder: Path) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for arguments in (("init", "--quiet"), (*who, "commit", "--quiet", "--allow-empty", "-m", "x")):
        subprocess.run(["git", *arguments], check=True, cwd=folder)

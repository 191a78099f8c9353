"""Which commit of the user's project this is."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping

UNKNOWN = "unknown"

_VARIABLES = (
    "GIT_SHA",
    "DAGSTER_CLOUD_GIT_SHA",
    "GITHUB_SHA",
    "CI_COMMIT_SHA",
    "BUILD_SOURCEVERSION",
    "BITBUCKET_COMMIT",
    "CIRCLE_SHA1",
    "GIT_COMMIT",
)


def git_sha(given: str | None = None, variables: Mapping[str, str] | None = None) -> str:
    """The commit: the given one, else what the surroundings say, else the working folder's.

    A working folder with changes that are not committed adds ``-dirty``; without any of these it
    is ``unknown``.
    """
    if given is not None:
        return given
    variables = os.environ if variables is None else variables
    for name in _VARIABLES:
        if value := variables.get(name):
            return value
    commit = _git("rev-parse", "--verify", "HEAD")
    if not commit:
        return UNKNOWN
    return f"{commit}-dirty" if _git("status", "--porcelain", "--untracked-files=no") else commit


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], capture_output=True, text=True, check=False, timeout=10
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""

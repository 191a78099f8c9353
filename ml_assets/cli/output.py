"""Standard output and standard error, whatever they are connected to."""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO

from ml_assets.errors import MlAssetsError

_STANDARD_ERROR = 2


def open_streams() -> None:
    """Let closed streams lead nowhere, and letters that a stream does not know be written as codes.

    The number of a closed stream would be given to the next file that is opened, a database say,
    and whatever is printed would be written into it.
    """
    while (opened := os.open(os.devnull, os.O_RDWR)) <= _STANDARD_ERROR:
        pass
    os.close(opened)
    for number, name in enumerate(("stdout", "stderr"), start=1):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(number, "w", closefd=False))
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(*lines: str) -> None:
    """Write ``lines`` to standard output; a reader who has seen enough is not missed.

    Raises:
        MlAssetsError: they cannot be written, on a full disk for example.
    """
    try:
        _write(sys.stdout, lines)
    except BrokenPipeError:
        return
    except OSError as error:
        raise MlAssetsError(
            f"The result cannot be written to standard output: {error}",
            hint="What the command was asked for is done; `ml_assets status` and MLflow show it.",
        ) from error


def complain(*lines: str) -> None:
    """Write ``lines`` to standard error, if anybody is there to read them."""
    try:
        _write(sys.stderr, lines)
    except OSError:
        return


def _write(stream: TextIO, lines: tuple[str, ...]) -> None:
    try:
        for line in lines:
            print(line, file=stream)
        stream.flush()
    except OSError:
        # Or Python stumbles over the same lines once more when it ends, with an exit code of its
        # own.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        raise

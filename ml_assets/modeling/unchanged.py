"""Model files that stay as they were logged."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def no_bytecode() -> Generator[None, None, None]:
    """Let Python write nothing beside the code that it loads: a logged model is not to change."""
    before = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before

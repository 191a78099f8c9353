"""A step's parameters, refused in Dagster's way when they are wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import dagster as dg
from pydantic import BaseModel, ValidationError

P = TypeVar("P", bound=BaseModel)


def request(build: Callable[[], P]) -> P:
    """What ``build`` gives.

    Raises:
        dagster.Failure: a setting from the launchpad is out of its bounds.
    """
    try:
        return build()
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']} (got {problem['input']!r})"
            for problem in error.errors()
        )
        raise dg.Failure(f"The run's config is refused: {problems}", allow_retries=False) from error

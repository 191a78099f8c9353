"""Column names made fit for tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NOT_WORD = re.compile(r"\W+", re.UNICODE)


def clean_names(names: Sequence[str]) -> list[str]:
    """Each name with one underscore for every run of anything but letters, digits and ``_``.

    An empty name becomes ``column_<position>``; names that come out the same get ``_2``, ``_3``.
    """
    taken: set[str] = set()
    cleaned: list[str] = []
    for position, name in enumerate(names, start=1):
        stem = _NOT_WORD.sub("_", name).strip("_") or f"column_{position}"
        candidate, count = stem, 1
        while candidate.lower() in taken:
            count += 1
            candidate = f"{stem}_{count}"
        taken.add(candidate.lower())
        cleaned.append(candidate)
    return cleaned

"""Real data sets that come with scikit-learn, as CSV files to start with."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

ExampleName = Literal["breast_cancer", "digits", "wine"]

TARGETS: dict[ExampleName, str] = {
    "breast_cancer": "diagnosis",
    "digits": "digit",
    "wine": "cultivar",
}
"""Each set's label column."""


def write_example(name: ExampleName, output: Path) -> int:
    """Write the data set to ``output`` as CSV, whole or not at all, and return its rows."""
    frame = _load(name)
    output.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=output.parent, suffix=".csv")
    os.close(descriptor)
    try:
        frame.to_csv(draft, index=False)
        Path(draft).replace(output)
    finally:
        Path(draft).unlink(missing_ok=True)
    return len(frame)


def _load(name: ExampleName) -> pd.DataFrame:
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{name}")(as_frame=True)
    frame: pd.DataFrame = bunch.data.rename(columns=_column_name)
    target = bunch.target
    if target.dtype.kind == "i" and name != "digits":
        target = target.map(dict(enumerate(map(str, bunch.target_names))))
    return frame.assign(**{TARGETS[name]: target})


def _column_name(name: str) -> str:
    return name.replace(" ", "_").replace("/", "_per_")

"""The model that is logged: raw rows in, label and probability out.

MLflow stores this file itself beside two plain files: LightGBM's text model and a JSON description
of features and classes. Nothing is pickled, and nothing else of this package is needed to load it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import lightgbm
import mlflow
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from mlflow.pyfunc import PythonModel, PythonModelContext

FORMAT = 1
"""Version of the JSON description."""

Matrix = npt.NDArray[np.float64]


def encode(
    features: Sequence[Mapping[str, Any]],
    columns: Mapping[str, pa.Array[Any] | pa.ChunkedArray[Any]],
) -> Matrix:
    """Columns as LightGBM takes them: float64, one column for each feature, missing as NaN.

    Args:
        features: name, kind (``numeric``, ``boolean``, ``categorical``) and, for the last, the
            known categories. A category becomes its position among them, an unknown one is missing.
        columns: by name, all of one length.

    Raises:
        ValueError: a value that its column cannot hold, with the column's name.
    """
    rows = len(columns[features[0]["name"]])
    matrix = np.empty((rows, len(features)), dtype=np.float64)
    for position, feature in enumerate(features):
        try:
            matrix[:, position] = _numbers(feature, columns[feature["name"]])
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
            raise ValueError(
                f"Column {feature['name']!r} is {feature['kind']} and cannot hold this: {error}"
            ) from error
    return matrix


def _numbers(feature: Mapping[str, Any], column: pa.Array[Any] | pa.ChunkedArray[Any]) -> Matrix:
    if feature["kind"] == "categorical":
        known = pa.array(feature["categories"], pa.string())
        column = pc.index_in(column.cast(pa.string()), value_set=known, skip_nulls=True)
    elif feature["kind"] == "boolean" and not pa.types.is_boolean(column.type):
        column = column.cast(pa.bool_())
    numbers = column.cast(pa.float64(), safe=False)
    if numbers.null_count:
        numbers = pc.fill_null(numbers, float("nan"))
    return np.asarray(numbers, dtype=np.float64)


def decide(probabilities: Matrix, threshold: float | None) -> npt.NDArray[np.int64]:
    """The position of each row's class among the classes.

    Args:
        probabilities: of the second of two classes, shape (rows,); or of every class,
            (rows, classes).
        threshold: from which the second of two classes is chosen; none for more classes.
    """
    if threshold is not None:
        return (probabilities >= threshold).astype(np.int64)
    return probabilities.argmax(axis=1).astype(np.int64)


def load_booster(file: Path, sha256: str) -> lightgbm.Booster:
    """Read LightGBM's text model, once it is known to be whole.

    LightGBM ends the process when it is given half a model.

    Raises:
        ValueError: the file is not the one that was logged.
    """
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"{file.name} is damaged: it is not what was logged. Train again.")
    return lightgbm.Booster(model_str=content.decode("utf-8"))


class ScoringModel(PythonModel):
    """Encodes raw rows, lets LightGBM predict, and names the classes."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read the two files."""
        files = context.artifacts
        self.description: dict[str, Any] = json.loads(
            Path(files["description"]).read_text(encoding="utf-8")
        )
        if self.description["format"] != FORMAT:
            raise ValueError(
                f"This model's description has format {self.description['format']}; "
                f"this loader reads format {FORMAT}."
            )
        self.booster = load_booster(Path(files["booster"]), self.description["booster_sha256"])

    def predict(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        context: PythonModelContext,
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Label and probability of each row.

        Returns:
            ``prediction`` and ``probability`` (of the positive class); with more than two classes
            ``prediction`` and one ``probability_<class>`` for each.
        """
        del context, params
        features, classes = self.description["features"], self.description["classes"]
        columns = {f["name"]: _as_arrow(f["name"], model_input) for f in features}
        probabilities = np.asarray(self.booster.predict(encode(features, columns)), np.float64)
        chosen = decide(probabilities, self.description["threshold"])
        table: dict[str, Any] = {"prediction": np.asarray(classes)[chosen]}
        if len(classes) == 2:
            table["probability"] = probabilities
        else:
            for position, label in enumerate(classes):
                table[f"probability_{label}"] = probabilities[:, position]
        return pd.DataFrame(table, index=model_input.index)


def _as_arrow(name: str, rows: pd.DataFrame) -> pa.Array[Any]:
    if name not in rows.columns:
        raise ValueError(f"Column {name!r} is missing.")
    try:
        return pa.array(rows[name], from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise ValueError(f"Column {name!r} mixes types: {error}") from error


mlflow.models.set_model(ScoringModel())

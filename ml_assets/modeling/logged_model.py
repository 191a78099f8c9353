"""Log the scoring model with its signature, example and requirements."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import lightgbm
import mlflow
import pyarrow as pa
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema

from ml_assets.modeling import scoring_model
from ml_assets.modeling.features import Feature
from ml_assets.modeling.raw_rows import raw_rows
from ml_assets.modeling.unchanged import no_bytecode
from ml_assets.preparation.label import Label

_REQUIREMENTS = ("mlflow", "lightgbm", "numpy", "pandas", "pyarrow", "scikit-learn")
"""What the scoring model imports (LightGBM imports scikit-learn); stated, because finding it out
costs ten seconds a run."""


def log_scoring_model(
    booster: lightgbm.Booster,
    *,
    features: Sequence[Feature],
    classes: Sequence[Label],
    threshold: float | None,
    provenance: Mapping[str, Any],
    example: pa.Table,
) -> str:
    """Log the model into the active run and return its URI.

    Args:
        booster: what was fitted.
        features: in the order in which it was fitted.
        classes: labels in the order of their positions.
        threshold: from which the second of two classes is chosen.
        provenance: names of the target and the tables, for whoever reads the description.
        example: a few raw rows.
    """
    signature = _signature(features, classes)
    with TemporaryDirectory() as folder:
        files = {
            "booster": Path(folder) / "booster.txt",
            "description": Path(folder) / "description.json",
        }
        booster.save_model(files["booster"])
        description = {
            "format": scoring_model.FORMAT,
            "features": [feature.model_dump() for feature in features],
            "classes": list(classes),
            "threshold": threshold,
            "booster_sha256": hashlib.sha256(files["booster"].read_bytes()).hexdigest(),
            **provenance,
        }
        files["description"].write_text(json.dumps(description, indent=2), encoding="utf-8")
        with no_bytecode():
            info = mlflow.pyfunc.log_model(
                name="model",
                python_model=scoring_model.__file__,
                artifacts={name: str(path) for name, path in files.items()},
                signature=signature,
                input_example=raw_rows(signature.inputs, example),
                pip_requirements=[f"{package}=={version(package)}" for package in _REQUIREMENTS],
            )
    return str(info.model_uri)


def _signature(features: Sequence[Feature], classes: Sequence[Label]) -> ModelSignature:
    outputs = [ColSpec(_label_type(classes), "prediction")]
    if len(classes) == 2:
        outputs.append(ColSpec(DataType.double, "probability"))
    else:
        outputs.extend(ColSpec(DataType.double, f"probability_{label}") for label in classes)
    inputs = [ColSpec(_input_type(feature), feature.name) for feature in features]
    return ModelSignature(inputs=Schema(list(inputs)), outputs=Schema(list(outputs)))


def _input_type(feature: Feature) -> DataType:
    """The type in which raw rows arrive: MLflow turns no 64-bit integer into a float."""
    if feature.kind == "categorical":
        return DataType.string
    if feature.kind == "boolean":
        return DataType.boolean
    whole = feature.type.startswith(("int", "uint"))
    return DataType.long if whole and not feature.nullable else DataType.double


def _label_type(classes: Sequence[Label]) -> DataType:
    if isinstance(classes[0], bool):
        return DataType.boolean
    return DataType.long if isinstance(classes[0], int) else DataType.string

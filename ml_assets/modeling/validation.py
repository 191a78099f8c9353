"""The four checks that a registered version goes through."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import mlflow
import pandas as pd
from mlflow import MlflowClient
from mlflow.models import ModelSignature
from mlflow.pyfunc import PyFuncModel
from mlflow.types import DataType

from ml_assets.errors import DataError
from ml_assets.modeling.raw_rows import raw_rows
from ml_assets.modeling.unchanged import no_bytecode
from ml_assets.references import ModelVersion

if TYPE_CHECKING:
    import pyarrow as pa

_SUM_TOLERANCE = 1e-6
_TAGS = ("environment", "git_sha", "registered_at", "f1_score")


class Validation:
    """One version under examination.

    Each check returns what it found, and raises when it does not pass.

    Args:
        client: of the registry.
        version: the version.
        rows: a few rows of the test table, the target included.
    """

    def __init__(self, client: MlflowClient, version: ModelVersion, rows: pa.Table) -> None:
        self._client = client
        self._version = version
        self._rows = rows
        self._model: PyFuncModel | None = None

    @property
    def checks(self) -> dict[str, Callable[[], str]]:
        """The checks by name, in the order in which they run."""
        return {
            "model_loads": self.model_loads,
            "signature_valid": self.signature_valid,
            "inference_works": self.inference_works,
            "metadata_retrievable": self.metadata_retrievable,
        }

    def model_loads(self) -> str:
        """MLflow loads the version as a Python function."""
        with no_bytecode():
            self._model = mlflow.pyfunc.load_model(self._version.uri, suppress_warnings=True)
        return f"loaded {self._version.uri}"

    def signature_valid(self) -> str:
        """Inputs are columns of the test table, outputs are a label and probabilities."""
        signature = self._signature()
        inputs, outputs = signature.inputs.input_names(), signature.outputs.input_names()
        missing = [name for name in inputs if name not in self._rows.column_names]
        if missing:
            raise DataError(f"The test table lacks the model's inputs {missing}.")
        kinds = signature.outputs.input_types()[1:]
        if outputs[:1] != ["prediction"] or not kinds or set(kinds) != {DataType.double}:
            raise DataError(f"The outputs are {outputs}, not a prediction and probabilities.")
        return f"{len(inputs)} inputs, outputs {', '.join(map(str, outputs))}"

    def inference_works(self) -> str:
        """Every sampled row gets a label and finite probabilities between 0 and 1."""
        if self._model is None:
            raise DataError("The model did not load.")
        asked = raw_rows(self._signature().inputs, self._rows)
        answer: pd.DataFrame = self._model.predict(asked)
        _check_answer(answer, len(asked))
        shown = ", ".join(map(str, answer["prediction"].unique()[:3]))
        return f"{len(answer)} rows scored, labels such as {shown}"

    def metadata_retrievable(self) -> str:
        """Tags, description and the run are there."""
        version = self._client.get_model_version(self._version.name, str(self._version.version))
        missing = [tag for tag in _TAGS if tag not in version.tags]
        if missing:
            raise DataError(f"The version lacks the tags {missing}.")
        if not version.description:
            raise DataError("The version has no description.")
        run = self._client.get_run(self._version.run_id)
        if run.info.lifecycle_stage == "deleted":
            raise DataError(f"MLflow run {self._version.run_id} is in the trash.")
        return f"run {run.info.run_name}, git {version.tags['git_sha']}"

    def _signature(self) -> ModelSignature:
        found = mlflow.models.get_model_info(self._version.uri).signature
        if found is None or not found.inputs or not found.outputs:
            raise DataError("The model was logged without a signature of inputs and outputs.")
        return found


def _check_answer(answer: Any, rows: int) -> None:
    if not isinstance(answer, pd.DataFrame) or len(answer) != rows:
        raise DataError(f"{rows} rows went in, and something else than {rows} rows came out.")
    if answer["prediction"].isna().any():
        raise DataError("A row got no label.")
    probabilities = answer.filter(regex="^probability").to_numpy(dtype=float)
    if not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise DataError("A probability is not a number between 0 and 1.")
    if probabilities.shape[1] > 1:
        worst = max(math.fabs(total - 1) for total in probabilities.sum(axis=1))
        if worst > _SUM_TOLERANCE:
            raise DataError(f"Probabilities of a row add up to 1 only within {worst:.2g}.")

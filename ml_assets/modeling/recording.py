"""What a training leaves in its MLflow run, besides the model."""

from __future__ import annotations

import time
from collections.abc import Mapping

from mlflow import MlflowClient
from mlflow.entities import Metric, RunTag

from ml_assets.modeling.plots import draw
from ml_assets.modeling.training import Fitted
from ml_assets.modeling.training_data import TrainingData
from ml_assets.platforms.base import Platform
from ml_assets.references import TrainedModel
from ml_assets.tracking.datasets import log_dataset
from ml_assets.tracking.pictures import FOLDER
from ml_assets.tracking.runs import log_params
from ml_assets.tracking.trained import GATE


def log_inputs(
    client: MlflowClient,
    run_id: str,
    platform: Platform,
    data: TrainingData,
    params: Mapping[str, object],
) -> None:
    """Parameters, and both tables with their versions."""
    log_params(client, run_id, params)
    log_dataset(client, run_id, platform, data.train_set, context="training")
    log_dataset(client, run_id, platform, data.test_set, context="testing")


def log_outcome(
    client: MlflowClient, model: TrainedModel, fitted: Fitted, data: TrainingData
) -> None:
    """Metrics, pictures and the gate's verdict, the last thing that registration looks for."""
    now = int(time.time() * 1000)
    values = {
        **model.metrics,
        "baseline_f1": model.baseline_f1,
        "train_seconds": fitted.seconds,
        "rounds": fitted.booster.current_iteration(),
    }
    for name, figure in draw(fitted.evaluation, fitted.importance(data)).items():
        client.log_figure(model.run_id, figure, f"{FOLDER}/{name}.png")
    client.log_batch(
        model.run_id,
        metrics=[Metric(name, value, now, 0) for name, value in values.items()],
        tags=[
            RunTag("model_uri", model.model_uri),
            RunTag("baseline", model.baseline),
            RunTag("train_set", str(model.train_set)),
            RunTag("test_set", str(model.test_set)),
            RunTag(GATE, str(model.beats_baseline)),
        ],
    )

"""What a data scientist would write instead: one process, pandas, scikit-learn, MLflow.

It does what the four commands do, with the same parameters: split, both Delta tables with their
versions in MLflow, LightGBM, five metrics, four pictures, a model with signature and example as
MLflow's guide logs it, a registered version with tags and alias, loaded again and tried on five
rows. It reads the source once, keeps no frame that it no longer needs, and trusts its data: the
checks that the commands make are left out. ``--requirements-stated`` saves MLflow the work of
finding out what the model needs, as the product does.
"""

from __future__ import annotations

import argparse
from importlib.metadata import version
from pathlib import Path
from typing import Any

import matplotlib as mpl
import mlflow
import mlflow.data
import mlflow.lightgbm
import numpy as np
import pandas as pd
from deltalake import DeltaTable, write_deltalake
from lightgbm import LGBMClassifier
from matplotlib import pyplot as plt
from mlflow.data.delta_dataset_source import DeltaDatasetSource
from mlflow.models import infer_signature
from sklearn import metrics
from sklearn.model_selection import train_test_split

PARAMETERS: dict[str, Any] = {
    "max_depth": 5,
    "n_estimators": 100,
    "learning_rate": 0.1,
    "random_state": 42,
    "deterministic": True,
    "force_col_wise": True,
    "verbosity": -1,
}
REQUIREMENTS = [f"{name}=={version(name)}" for name in ("mlflow", "lightgbm", "pandas")]
MODEL = "plain_model"


def prepare(source: Path, home: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split the source, write both sides, log them."""
    rows = DeltaTable(source).to_pandas()
    train: pd.DataFrame
    test: pd.DataFrame
    train, test = train_test_split(rows, test_size=0.2, random_state=42)  # pyright: ignore[reportAssignmentType]
    del rows
    with mlflow.start_run(run_name="data_prep"):
        for name, frame in (("train_set", train), ("test_set", test)):
            write_deltalake(home / name, frame, mode="overwrite")  # pyright: ignore[reportCallIssue, reportArgumentType]
            log_table(home / name, frame, name)
            mlflow.log_metric(f"{name}_rows", len(frame))
    return train, test


def log_table(path: Path, frame: pd.DataFrame, name: str) -> None:
    """Record the table and its version as an input of the run."""
    delta_version = DeltaTable(path).version()
    dataset = mlflow.data.from_pandas(
        frame.head(1000),
        source=DeltaDatasetSource(path=str(path), delta_table_version=delta_version),
        targets="target",
        name=f"{name}_v{delta_version}",
    )
    mlflow.log_input(dataset, context=name)


def train_model(
    train: pd.DataFrame, test: pd.DataFrame, home: Path, requirements: list[str] | None
) -> str:
    """Fit, evaluate, log; return the model's URI."""
    with mlflow.start_run(run_name="training") as run:
        mlflow.log_params(PARAMETERS)
        log_table(home / "train_set", train, "train_set")
        log_table(home / "test_set", test, "test_set")
        train_y, test_y = train.pop("target"), test.pop("target")
        model = LGBMClassifier(**PARAMETERS)
        model.fit(train, train_y)
        probabilities = np.asarray(model.predict_proba(test))[:, 1]
        predicted = (probabilities >= 0.5).astype(int)
        mlflow.log_metrics(evaluate(test_y, predicted, probabilities))
        for name, figure in draw(model, test_y, predicted, probabilities).items():
            mlflow.log_figure(figure, f"plots/{name}.png")
            plt.close(figure)
        example = train.head(5)
        info = mlflow.lightgbm.log_model(
            model,
            name="model",
            signature=infer_signature(example, model.predict(example)),
            input_example=example,
            pip_requirements=requirements,
        )
        mlflow.set_tag("model_uri", info.model_uri)
        print(f"run {run.info.run_id}: F1 {metrics.f1_score(test_y, predicted):.4f}")
    return str(info.model_uri)  # pyright: ignore[reportPossiblyUnboundVariable]


def evaluate(truth: pd.Series[Any], predicted: Any, probabilities: Any) -> dict[str, float]:
    """The five metrics."""
    return {
        "test_f1": metrics.f1_score(truth, predicted),
        "test_accuracy": metrics.accuracy_score(truth, predicted),
        "test_precision": metrics.precision_score(truth, predicted),
        "test_recall": metrics.recall_score(truth, predicted),
        "test_roc_auc": metrics.roc_auc_score(truth, probabilities),
    }


def draw(
    model: LGBMClassifier, truth: pd.Series[Any], predicted: Any, probabilities: Any
) -> dict[str, Any]:
    """The same four pictures."""
    confusion = metrics.ConfusionMatrixDisplay(metrics.confusion_matrix(truth, predicted))
    false_positives, true_positives, _ = metrics.roc_curve(truth, probabilities)
    precision, recall, _ = metrics.precision_recall_curve(
        truth, probabilities, drop_intermediate=True
    )
    importance, axes = plt.subplots()
    order = np.argsort(model.feature_importances_)
    axes.barh(np.asarray(model.feature_name_)[order], model.feature_importances_[order])
    return {
        "confusion_matrix": confusion.plot().figure_,
        "roc_curve": curve(false_positives, true_positives),
        "precision_recall_curve": curve(recall, precision),
        "feature_importance": importance,
    }


def curve(x: Any, y: Any) -> Any:
    """A line through at most 500 of the points."""
    shown = np.unique(np.linspace(0, len(x) - 1, 500).astype(int))
    figure, axes = plt.subplots()
    axes.plot(x[shown], y[shown])
    return figure


def register_and_validate(uri: str, test: pd.DataFrame) -> None:
    """Register the model under an alias, load that version, and score five rows."""
    client = mlflow.MlflowClient()
    registered = mlflow.register_model(uri, MODEL, tags={"environment": "local"})
    client.update_model_version(MODEL, registered.version, description="A LightGBM classifier.")
    client.set_registered_model_alias(MODEL, "latest-model", registered.version)
    loaded = mlflow.pyfunc.load_model(f"models:/{MODEL}@latest-model")
    answers = loaded.predict(test.head(5))
    if len(answers) != 5 or loaded.metadata.signature is None:
        raise SystemExit("the registered model does not work")
    client.set_model_version_tag(MODEL, registered.version, "validation", "passed")


def main() -> None:
    """Everything, in one process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("source", type=Path)
    parser.add_argument("home", type=Path)
    parser.add_argument("--requirements-stated", action="store_true")
    given = parser.parse_args()
    mpl.use("Agg")
    mlflow.set_tracking_uri(f"sqlite:///{given.home / 'mlflow.db'}")
    if mlflow.get_experiment_by_name("plain") is None:
        mlflow.create_experiment("plain", artifact_location=(given.home / "mlartifacts").as_uri())
    mlflow.set_experiment("plain")
    train, test = prepare(given.source, given.home)
    uri = train_model(train, test, given.home, REQUIREMENTS if given.requirements_stated else None)
    register_and_validate(uri, test)


if __name__ == "__main__":
    main()

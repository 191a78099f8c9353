"""Examples 1 to 4 of the guide, as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.support import shell
from tests.data import transactions
from tests.support import client_of, put_table

EXAMPLE_1 = """#!/bin/bash
# Complete training pipeline for fraud detection model

CATALOG="mlops_dev"
SCHEMA="fraud_detection"
ENV="dev"
MODEL_NAME="fraud_detector_v2"
BASELINE_F1="0.82"

echo "Step 1: Prepare data..."
prepare_data \\
  --catalog $CATALOG \\
  --schema $SCHEMA \\
  --environment $ENV \\
  --source-table transactions \\
  --test-size 0.2

echo "Step 2: Train model..."
train_model \\
  --catalog $CATALOG \\
  --schema $SCHEMA \\
  --environment $ENV \\
  --model-name $MODEL_NAME \\
  --baseline-f1 $BASELINE_F1 \\
  --max-depth 7 \\
  --n-estimators 200 \\
  --learning-rate 0.05

# Check if training succeeded (exit code 0)
if [ $? -eq 0 ]; then
    echo "Step 3: Register model..."
    register_model \\
      --catalog $CATALOG \\
      --schema $SCHEMA \\
      --model-name $MODEL_NAME \\
      --alias latest-model \\
      --git-sha $(git rev-parse HEAD) \\
      --environment $ENV

    echo "Step 4: Validate model..."
    validate_model \\
      --catalog $CATALOG \\
      --schema $SCHEMA \\
      --model-name $MODEL_NAME \\
      --alias latest-model

    if [ $? -eq 0 ]; then
        echo "✓ Training pipeline completed successfully!"
    else
        echo "✗ Model validation failed"
        exit 1
    fi
else
    echo "✗ Model did not improve baseline - skipping registration"
    exit 1
fi
"""

RETRAIN = """
# Train with current baseline
train_model \\
  --catalog mlops_prod \\
  --schema fraud_detection \\
  --environment prod \\
  --model-name $MODEL_NAME \\
  --baseline-f1 $BASELINE_F1 \\
  --max-depth 7 \\
  --n-estimators 200
"""

EXAMPLE_3 = """#!/bin/bash
# Complete training pipeline using Databricks Feature Store

CATALOG="mlops_dev"
SCHEMA="fraud_detection"
ENV="dev"
MODEL_NAME="fraud_detector_fs"

# Feature Store tables
FEATURE_TABLE="mlops_dev.features.user_transaction_features"
LABEL_TABLE="mlops_dev.labels.fraud_labels"

echo "Step 1: Prepare data from Feature Store..."
prepare_data \\
  --catalog $CATALOG \\
  --schema $SCHEMA \\
  --environment $ENV \\
  --feature-store-table $FEATURE_TABLE \\
  --lookup-key user_id \\
  --label-table $LABEL_TABLE \\
  --label-column is_fraud \\
  --test-size 0.2

echo "Step 2: Train model..."
train_model \\
  --catalog $CATALOG \\
  --schema $SCHEMA \\
  --environment $ENV \\
  --model-name $MODEL_NAME \\
  --target-col is_fraud \\
  --baseline-f1 0.75 \\
  --max-depth 7 \\
  --n-estimators 200 \\
  --learning-rate 0.05

if [ $? -eq 0 ]; then
    echo "Step 3: Register model..."
    register_model \\
      --catalog $CATALOG \\
      --schema $SCHEMA \\
      --model-name $MODEL_NAME \\
      --alias latest-model \\
      --git-sha $(git rev-parse HEAD) \\
      --environment $ENV

    echo "Step 4: Validate model..."
    validate_model \\
      --catalog $CATALOG \\
      --schema $SCHEMA \\
      --model-name $MODEL_NAME \\
      --alias latest-model

    echo "✓ Feature Store training pipeline completed!"
else
    echo "✗ Model did not improve baseline"
    exit 1
fi
"""

EXAMPLE_4 = """
# Register champion model
register_model \\
  --catalog mlops_prod \\
  --schema recommender \\
  --model-name product_recommender \\
  --alias champion \\
  --environment prod

# Register challenger model
register_model \\
  --catalog mlops_prod \\
  --schema recommender \\
  --model-name product_recommender_v2 \\
  --alias challenger \\
  --environment prod
"""

VALIDATE_BOTH = """
# Validate both
validate_model --model-name product_recommender --alias champion
validate_model --model-name product_recommender_v2 --alias challenger
"""

RECOMMENDER_CONFIG = """
environments:
  prod:
    platform: databricks
    catalog: mlops_prod
    schema: recommender
    baseline_f1: 0.85
"""


@pytest.mark.parametrize(
    ("noise", "code", "last", "versions"),
    [
        (0.0, 0, "✓ Training pipeline completed successfully!", 1),
        (0.3, 1, "✗ Model did not improve baseline - skipping registration", 0),
    ],
)
def test_a_new_model_is_registered_when_it_is_good_enough(
    home: Path, noise: float, code: int, last: str, versions: int
) -> None:
    rows = transactions(target="target", noise=noise)
    put_table(home, "mlops_dev.fraud_detection.transactions", rows)

    done = shell(EXAMPLE_1, home=home)

    assert done.code == code, done.err
    assert done.out.splitlines()[-1] == last
    found = client_of(home).search_model_versions(
        "name='mlops_dev.fraud_detection.fraud_detector_v2'"
    )
    assert len(found) == versions


def test_a_retrained_model_has_to_beat_the_f1_on_the_versions_tag(home: Path) -> None:
    rows = transactions(target="target", noise=0.05)
    put_table(home, "mlops_prod.fraud_detection.transactions", rows)
    place = "--catalog mlops_prod --schema fraud_detection --environment prod"
    first = shell(
        f"prepare_data {place} --source-table transactions && "
        f"train_model {place} --model-name fraud_detector --max-depth 7 --n-estimators 200 && "
        f"register_model {place} --model-name fraud_detector",
        home=home,
    )
    assert first.code == 0, first.err
    version = client_of(home).get_model_version("mlops_prod.fraud_detection.fraud_detector", "1")
    f1 = version.tags["f1_score"]

    same = shell(RETRAIN, home=home, MODEL_NAME="fraud_detector", BASELINE_F1=f1)
    absent = shell(RETRAIN, home=home, MODEL_NAME="fraud_detector", BASELINE_F1="null")

    assert same.code == 1
    assert f"does not beat {float(f1):.4f}" in same.out
    assert absent.code == 2
    assert "--baseline-f1 'null'" in absent.err


def test_features_joined_to_labels_end_in_a_validated_version(home: Path) -> None:
    rows = transactions()
    put_table(home, "mlops_dev.labels.fraud_labels", rows.select(["user_id", "is_fraud"]))
    put_table(home, "mlops_dev.features.user_transaction_features", rows.drop_columns(["is_fraud"]))

    done = shell(EXAMPLE_3, home=home)

    assert done.code == 0, done.err
    assert "valid: 4 of 4 checks passed" in done.out
    assert done.out.splitlines()[-1] == "✓ Feature Store training pipeline completed!"


def test_champion_and_challenger_are_validated_where_the_environment_says(home: Path) -> None:
    config = home.parent / "own.yml"
    config.write_text(RECOMMENDER_CONFIG, encoding="utf-8")
    put_table(home, "mlops_prod.recommender.clicks", transactions(500, target="target"))
    trained = shell(
        "prepare_data --source-table clicks && "
        "train_model --model-name product_recommender --n-estimators 20 && "
        "train_model --model-name product_recommender_v2 --n-estimators 30",
        home=home,
        ML_ASSETS_ENV="prod",
        ML_ASSETS_CONFIG=str(config),
    )
    assert trained.code == 0, trained.err

    registered = shell(EXAMPLE_4, home=home)
    validated = shell(
        f"set -e{VALIDATE_BOTH}", home=home, ML_ASSETS_ENV="prod", ML_ASSETS_CONFIG=str(config)
    )
    unsaid = shell(VALIDATE_BOTH, home=home)

    assert registered.out.splitlines() == ["REGISTERED_VERSION=1", "REGISTERED_VERSION=1"]
    assert validated.code == 0, validated.err
    names = re.findall(r"validating (\S+) version 1", validated.out)
    assert names == [
        "mlops_prod.recommender.product_recommender",
        "mlops_prod.recommender.product_recommender_v2",
    ]
    assert unsaid.code == 2
    assert "--catalog is required" in unsaid.err
    assert "--environment or ML_ASSETS_ENV" in unsaid.err

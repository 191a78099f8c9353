"""Quick start and the single commands of the guide, as they stand there."""

from __future__ import annotations

from pathlib import Path

from tests.cli.support import head_of, shell
from tests.data import transactions
from tests.support import client_of, put_table, read_table, runs_of

QUICK_START = """
# 1. Prepare data
prepare_data \\
  --catalog mlops_dev \\
  --schema my_model \\
  --environment dev \\
  --test-size 0.2

# 2. Train model
train_model \\
  --catalog mlops_dev \\
  --schema my_model \\
  --environment dev \\
  --model-name my_classifier \\
  --baseline-f1 0.75 \\
  --max-depth 5 \\
  --n-estimators 100 \\
  --learning-rate 0.1

# 3. Register model (if training succeeded)
register_model \\
  --catalog mlops_dev \\
  --schema my_model \\
  --model-name my_classifier \\
  --alias latest-model \\
  --environment dev \\
  --git-sha $(git rev-parse HEAD)

# 4. Validate model
validate_model \\
  --catalog mlops_dev \\
  --schema my_model \\
  --model-name my_classifier \\
  --alias latest-model \\
  --sample-size 10
"""

OPTION_A = """
prepare_data \\
  --catalog mlops_dev \\
  --schema fraud_detection \\
  --environment dev \\
  --source-table raw_data \\
  --train-table train_set \\
  --test-table test_set \\
  --test-size 0.2 \\
  --random-seed 42
"""

OPTION_B = """
prepare_data \\
  --catalog mlops_dev \\
  --schema fraud_detection \\
  --environment dev \\
  --feature-store-table mlops_dev.features.user_features \\
  --lookup-key user_id \\
  --label-table mlops_dev.labels.fraud_labels \\
  --label-column is_fraud \\
  --train-table train_set \\
  --test-table test_set \\
  --test-size 0.2 \\
  --random-seed 42
"""

OPTION_C = """
prepare_data \\
  --catalog mlops_dev \\
  --schema fraud_detection \\
  --environment dev \\
  --feature-store-table mlops_dev.features.user_features \\
  --lookup-key user_id \\
  --feature-columns transaction_amount avg_transaction_amount transaction_count \\
  --label-table mlops_dev.labels.fraud_labels \\
  --label-column is_fraud \\
  --train-table train_set \\
  --test-table test_set \\
  --test-size 0.2
"""

TRAIN = """
train_model \\
  --catalog mlops_dev \\
  --schema fraud_detection \\
  --environment dev \\
  --model-name fraud_detector \\
  --train-table train_set \\
  --test-table test_set \\
  --target-col is_fraud \\
  --baseline-f1 0.82 \\
  --max-depth 7 \\
  --n-estimators 200 \\
  --learning-rate 0.05 \\
  --random-seed 42
"""

REGISTER = """
register_model \\
  --catalog mlops_dev \\
  --schema fraud_detection \\
  --model-name fraud_detector \\
  --run-id $RUN_ID \\
  --alias latest-model \\
  --description "Improved fraud detection with 85% F1" \\
  --git-sha $(git rev-parse HEAD) \\
  --environment dev \\
  --experiment-name "/Shared/mlops_dev/fraud_detection/training"
"""

VALIDATE = """
validate_model \\
  --catalog mlops_dev \\
  --schema fraud_detection \\
  --model-name fraud_detector \\
  --version $VERSION \\
  --alias latest-model \\
  --test-table test_set \\
  --sample-size 10
"""


def _put_feature_store(home: Path) -> None:
    rows = transactions()
    put_table(home, "mlops_dev.labels.fraud_labels", rows.select(["user_id", "is_fraud"]))
    features = rows.drop_columns(["is_fraud"]).append_column("city", [["here"] * rows.num_rows])
    put_table(home, "mlops_dev.features.user_features", features)


def test_the_quick_start_ends_with_a_validated_version(home: Path) -> None:
    done = shell(f"set -e\n{QUICK_START}", home=home)

    assert done.code == 0, done.err
    assert "valid: 4 of 4 checks passed" in done.out
    assert "REGISTERED_VERSION=1" in done.out.splitlines()
    version = client_of(home).get_model_version_by_alias(
        "mlops_dev.my_model.my_classifier", "latest-model"
    )
    assert version.tags["git_sha"] == head_of(home.parent)
    assert version.tags["environment"] == "dev"
    assert float(version.tags["f1_score"]) > 0.75


def test_a_delta_table_goes_through_the_single_commands(home: Path) -> None:
    put_table(home, "mlops_dev.fraud_detection.raw_data", transactions())

    prepared = shell(OPTION_A, home=home)
    trained = shell(TRAIN, home=home)

    assert (prepared.code, trained.code) == (0, 0), prepared.err + trained.err
    (run,) = runs_of(home, "train_model")
    assert run.info.run_name == "training_dev"
    assert {"test_f1", "test_accuracy", "test_precision", "test_recall", "test_roc_auc"} <= set(
        run.data.metrics
    )

    registered = shell(REGISTER, home=home, RUN_ID=run.info.run_id)

    assert registered.code == 0, registered.err
    assert registered.out == "REGISTERED_VERSION=1\n"
    assert "registered mlops_dev.fraud_detection.fraud_detector version 1" in registered.err
    version = client_of(home).get_model_version("mlops_dev.fraud_detection.fraud_detector", "1")
    assert version.description == "Improved fraud detection with 85% F1"

    again = shell(REGISTER, home=home, RUN_ID=run.info.run_id)
    validated = shell(VALIDATE, home=home, VERSION="1")

    assert again.out == "REGISTERED_VERSION=1\n"
    assert validated.code == 0, validated.err
    assert "10 rows scored" in validated.out


def test_a_feature_store_table_and_chosen_features_of_it(home: Path) -> None:
    _put_feature_store(home)

    everything = shell(OPTION_B, home=home)

    assert everything.code == 0, everything.err
    train = read_table(home, "mlops_dev.fraud_detection.train_set")
    assert set(train.column_names) == {
        "transaction_amount", "avg_transaction_amount", "transaction_count", "city", "is_fraud",
    }  # fmt: skip

    refused = shell(OPTION_C, home=home)

    assert refused.code == 3
    assert "--allow-schema-change" in refused.err

    chosen = shell(OPTION_C.replace("--test-size", "--allow-schema-change --test-size"), home=home)

    assert chosen.code == 0, chosen.err
    train = read_table(home, "mlops_dev.fraud_detection.train_set")
    assert "city" not in train.column_names
    test = read_table(home, "mlops_dev.fraud_detection.test_set")
    assert train.num_rows + test.num_rows == 2000

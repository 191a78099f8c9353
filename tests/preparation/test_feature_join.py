from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import DEV, Done, call, put_table, read_table

FEATURES, LABELS = "mlops_dev.features.user", "mlops_dev.labels.churn"
JOIN = (
    "prepare_data", *DEV, "--feature-store-table", FEATURES, "--label-table", LABELS,
    "--label-column", "churn", "--json",
)  # fmt: skip
START = datetime(2026, 1, 1, tzinfo=UTC)


def joined(home: Path, *argv: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The result, and all rows of both sets."""
    done = call(*JOIN, *argv)
    assert done.code == 0, done.err
    place = "mlops_dev.fraud_detection"
    rows = [
        row
        for side in ("train_set", "test_set")
        for row in read_table(home, f"{place}.{side}").to_pylist()
    ]
    return json.loads(done.out), rows


def put(home: Path, name: str, rows: pa.Table | dict[str, Any]) -> None:
    put_table(home, name, rows, mode="overwrite", schema_mode="overwrite")


def test_every_label_gets_the_features_of_its_keys(home: Path) -> None:
    pairs = [(user, shop) for user in range(40) for shop in ("a", "b")]
    put(
        home,
        FEATURES,
        {
            "user": [u for u, _ in pairs],
            "shop": [s for _, s in pairs],
            "visits": [f"{u}{s}" for u, s in pairs],
            "unused": [0] * len(pairs),
        },
    )
    labels = [(u, s, (u + len(s)) % 2) for u, s in reversed(pairs)] * 2
    put(
        home,
        LABELS,
        {
            "shop": [s for _, s, _ in labels],
            "churn": [c for *_, c in labels],
            "user": [u for u, *_ in labels],
            "expected": [f"{u}{s}" for u, s, _ in labels],
        },
    )

    result, rows = joined(home, "--lookup-key", "user", "shop", "--feature-columns", "visits")

    assert len(rows) == len(labels)
    assert all(row["visits"] == row["expected"] for row in rows)
    assert set(rows[0]) == {"visits", "expected", "churn"}
    assert result["unmatched_labels"] == 0
    assert result["sources"].keys() == {"features", "labels"}
    sides = [
        {row["visits"] for row in read_table(home, f"mlops_dev.fraud_detection.{side}").to_pylist()}
        for side in ("train_set", "test_set")
    ]
    assert not sides[0] & sides[1]


def _unmatched(home: Path, *argv: str) -> Done:
    put(home, FEATURES, {"user": list(range(95)), "x": list(range(95))})
    put(home, LABELS, {"user": list(range(100)), "churn": [0, 1] * 50})
    return call(*JOIN, "--lookup-key", "user", *argv)


def test_unmatched_labels_are_told_and_stay(home: Path) -> None:
    done = _unmatched(home)

    assert done.code == 0
    result = json.loads(done.out)
    assert result["unmatched_labels"] == 5
    assert result["warnings"][0].startswith(
        "Lost 5 rows in join of mlops_dev.labels.churn@v0 with mlops_dev.features.user@v0: "
        "5 of 100 labels have no features. Ensure label table has matching lookup_key values."
    )
    assert result["train_set"]["rows"] + result["test_set"]["rows"] == 100


def test_more_unmatched_labels_than_allowed_are_an_error(home: Path) -> None:
    done = _unmatched(home, "--max-unmatched", "0.04")

    assert done.code == 3
    assert "error: Lost 5 rows in join" in done.err
    assert not (home / "warehouse/mlops_dev/fraud_detection").exists()


def test_a_key_that_is_null_matches_nothing(home: Path) -> None:
    put(home, FEATURES, {"user": [None, None, *range(40)], "x": [9, 9, *range(40)]})
    put(home, LABELS, {"user": [None, *range(40)], "churn": [0, 1] * 20 + [0]})

    result, rows = joined(home, "--lookup-key", "user")

    assert result["unmatched_labels"] == 1
    assert [row["x"] for row in rows].count(None) == 1


MOMENTS = st.none() | st.integers(0, 30).map(lambda day: START + timedelta(days=day))


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    features=st.dictionaries(
        st.tuples(st.none() | st.integers(0, 3), MOMENTS), st.integers(), max_size=40
    ),
    labels=st.lists(
        st.tuples(st.none() | st.integers(0, 3), MOMENTS), min_size=30, max_size=60
    ),
)  # fmt: skip
def test_a_label_sees_the_newest_features_not_after_it(
    home: Path, features: dict[Any, int], labels: list[Any]
) -> None:
    when = pa.timestamp("us", "UTC")
    put(
        home,
        FEATURES,
        pa.table({
            "user": pa.array([user for user, _ in features], pa.int64()),
            "at": pa.array([at for _, at in features], when),
            "x": pa.array([x % 1000 for x in features.values()], pa.int64()),
        }),
    )  # fmt: skip
    spread = [(user, at) for user, at in labels] + [(user, START) for user in range(100, 140)]
    put(
        home,
        LABELS,
        pa.table({
            "user": pa.array([user for user, _ in spread], pa.int64()),
            "at": pa.array([at for _, at in spread], when),
            "row": list(range(len(spread))),
            "churn": [i % 2 for i in range(len(spread))],
        }),
    )  # fmt: skip

    _, rows = joined(home, "--lookup-key", "user", "--timestamp-key", "at", "--max-unmatched", "1")

    found = {row["row"]: row["x"] for row in rows}
    assert found == {i: _as_of(features, *label) for i, label in enumerate(spread)}
    assert set(rows[0]) == {"x", "row", "churn"}


def _as_of(features: dict[Any, int], user: int | None, at: datetime | None) -> int | None:
    """The plain way: the latest among this user's features that were known at this time."""
    known = [
        (time, x)
        for (owner, time), x in features.items()
        if user is not None and owner == user and at is not None and time is not None and time <= at
    ]
    return max(known)[1] % 1000 if known else None


def test_two_feature_rows_of_one_key_and_time_are_refused(home: Path) -> None:
    at = pa.array([START, START], pa.timestamp("us", "UTC"))
    put(home, FEATURES, {"user": [1, 1], "at": at, "x": [1, 2]})
    put(home, LABELS, {"user": [1, 2], "at": at, "churn": [0, 1]})

    done = call(*JOIN, "--lookup-key", "user", "--timestamp-key", "at")

    assert done.code == 3
    assert "has several rows for one key: user=1, at=2026-01-01" in done.err


@pytest.mark.parametrize("column", ["__replaced_at", "labels", "f"])
def test_feature_columns_named_as_the_join_names_its_own(home: Path, column: str) -> None:
    at = pa.array([START + timedelta(days=i) for i in range(100)], pa.timestamp("us", "UTC"))
    put(home, FEATURES, {"user": list(range(100)), "at": at, column: list(range(100))})
    put(home, LABELS, {"user": list(range(100)), "at": at, "churn": [0, 1] * 50, "l": at})

    _, rows = joined(
        home, "--lookup-key", "user", "--timestamp-key", "at", "--feature-columns", column
    )

    assert sorted(row[column] for row in rows) == list(range(100))


def test_a_feature_table_that_holds_the_label_needs_no_label_table(home: Path) -> None:
    put(
        home,
        FEATURES,
        {"user": list(range(100)), "x": list(range(100)), "y": [1] * 100, "churn": [0, 1] * 50},
    )
    alone = tuple(part for part in JOIN if part not in ("--label-table", LABELS))

    done = call(*alone, "--lookup-key", "user", "--feature-columns", "x")

    assert done.code == 0, done.err
    train = read_table(home, "mlops_dev.fraud_detection.train_set")
    assert train.column_names == ["x", "churn"]

    missing = call(*alone, "--lookup-key", "customer")

    assert missing.code == 3
    assert "has no column 'customer'" in missing.err
    assert "Check --lookup-key" in missing.err

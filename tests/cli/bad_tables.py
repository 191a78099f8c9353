"""Tables that a command refuses, beside a good one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from tests.support import put_table

_ROWS = 400
_CLASSES = [i % 2 for i in range(_ROWS)]
_X = [i % 2 + i / 1000 for i in range(_ROWS)]
_USERS = list(range(20))
_WHEN = pa.array([datetime(2026, 1, 1, tzinfo=UTC)] * 20, pa.timestamp("us", "UTC"))
_CHURN = [u % 2 for u in _USERS]

TABLES = {
    "good": {"key": list(range(_ROWS)), "x": _X, "target": _CLASSES},
    "other": {"y": _X, "target": _CLASSES},
    "empty": pa.schema([("x", pa.float64()), ("target", pa.int64())]).empty_table(),
    "one_class": {"x": _X, "target": [1] * _ROWS},
    "nan_labels": {"x": _X, "target": [float("nan")] * _ROWS},
    "dated_target": {"x": _X, "target": [date(2026, 1, 1)] * _ROWS},
    "dated": {"day": [date(2026, 1, 1)] * _ROWS, "target": _CLASSES},
    "many_texts": {"text": [f"t{i}" for i in range(1100)], "target": [i % 2 for i in range(1100)]},
    "tiny": {"x": [1.0, 2.0], "target": [0, 1]},
    "nested": {"x": [[1.0]] * _ROWS, "target": _CLASSES},
    "features": {"user": _USERS, "at": _WHEN, "x": [float(u) for u in _USERS]},
    "twice": {"user": [1, 1], "x": [1.0, 2.0]},
    "labels": {"user": _USERS, "at": _WHEN, "churn": _CHURN},
    "strangers": {"user": [u + 100 for u in _USERS], "churn": _CHURN},
    "text_keys": {"user": [str(u) for u in _USERS], "churn": _CHURN},
    "both": {"user": _USERS, "x": _USERS, "churn": _CHURN},
}


def put_all(home: Path) -> None:
    for name, rows in TABLES.items():
        put_table(home, f"mlops_dev.bad.{name}", rows)
    broken = put_table(home, "mlops_dev.bad.broken", {"x": _X, "target": _CLASSES})
    (broken / "_delta_log" / f"{0:020}.json").write_text("{no json", encoding="utf-8")

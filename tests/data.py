"""Small tables that a classifier can learn from."""

from __future__ import annotations

import numpy as np
import pyarrow as pa


def transactions(rows: int = 2000, *, target: str = "is_fraud", noise: float = 0.0) -> pa.Table:
    """Users with three features and a 0/1 ``target`` that follows from them, up to ``noise``."""
    random = np.random.default_rng(7)
    amount = random.lognormal(3.0, 1.0, rows)
    average = random.lognormal(3.0, 1.0, rows)
    count = random.poisson(5.0, rows)
    truth = amount > 1.2 * average
    flipped = random.random(rows) < noise
    return pa.table(
        {
            "user_id": np.arange(rows),
            "transaction_amount": amount,
            "avg_transaction_amount": average,
            "transaction_count": count,
            target: (truth ^ flipped).astype(np.int64),
        }
    )

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.preparation.support import ROWS, SCHEMA, Row, sides, sides_by_content, table_of

few = settings(max_examples=40, deadline=None, derandomize=True)


@few
@given(rows=ROWS, seed=st.integers(0, 2**31 - 1))
def test_every_row_is_on_exactly_one_side_and_so_are_its_copies(rows: list[Row], seed: int) -> None:
    found = sides_by_content([*rows, *rows], seed=seed)

    assert all(side in ({True}, {False}) for side in found.values())


@few
@given(rows=ROWS, more=ROWS, random=st.randoms(use_true_random=False))
def test_a_row_keeps_its_side_whatever_the_order_and_whatever_comes_along(
    rows: list[Row], more: list[Row], random: Any
) -> None:
    before = sides_by_content(rows)
    later = [*rows, *more]
    random.shuffle(later)

    after = sides_by_content(later)

    assert {content: after[content] for content in before} == before


@few
@given(rows=ROWS, key=st.sampled_from(SCHEMA.names), other=st.sampled_from(SCHEMA.names))
def test_rows_of_one_key_are_on_one_side(rows: list[Row], key: str, other: str) -> None:
    keys = sorted({key, other})
    same = [{**row, **{k: rows[0][k] for k in keys}} for row in rows]

    assert len(set(sides(table_of(same), keys=keys))) == 1


@few
@given(rows=ROWS)
def test_zero_and_minus_zero_are_the_same_value(rows: list[Row]) -> None:
    plus = table_of([{**row, "real": 0.0, "single": 0.0} for row in rows])
    minus = table_of([{**row, "real": -0.0, "single": -0.0} for row in rows])

    assert sides(plus) == sides(minus)
    assert sides(plus, keys=["real"]) == sides(minus, keys=["real"])


def _md5_is_low(text: str, test_size: float) -> bool:
    digits = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8]
    return int(digits, 16) < test_size * 2**32


@few
@given(
    keys=st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.none() | st.text(max_size=5)),
                  min_size=1, max_size=20),
    seed=st.integers(0, 2**31 - 1),
)  # fmt: skip
def test_the_rule_is_the_documented_one(keys: list[tuple[int, str | None]], seed: int) -> None:
    table = pa.table({"id": [k for k, _ in keys], "name": pa.array([n for _, n in keys], "string")})

    found = sides(table, keys=["id", "name"], test_size=0.3, seed=seed)

    texts = [f"{k}:{'null' if n is None else n}:{seed}" for k, n in keys]
    assert found == [_md5_is_low(text, 0.3) for text in texts]


@pytest.mark.parametrize("test_size", [0.001, 0.2, 0.5, 0.999])
@pytest.mark.parametrize("keys", [(), ("id",), ("text",)])
def test_the_share_is_near_the_test_size(test_size: float, keys: tuple[str, ...]) -> None:
    rows = 40_000
    random = np.random.default_rng(0)
    table = pa.table(
        {"id": np.arange(rows), "x": random.normal(size=rows), "text": map(str, range(rows))}
    )

    share = np.mean(sides(table, keys=keys, test_size=test_size))

    assert abs(share - test_size) < 4 * np.sqrt(test_size * (1 - test_size) / rows)


@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_close_floats_of_any_size_are_told_apart(kind: str) -> None:
    steps = 1 + np.arange(2000) / 2**11
    for exponent in (-18, -6, 0, 6, 18):
        values = pa.table({"x": pa.array(steps * 10.0**exponent).cast(kind)})

        assert 0.4 < np.mean(sides(values)) < 0.6


def test_another_seed_chooses_other_rows() -> None:
    table = pa.table({"x": list(range(1000))})

    agree = np.mean(np.equal(sides(table, seed=1), sides(table, seed=2)))

    assert 0.4 < agree < 0.6


def test_the_same_rows_are_chosen_today_and_next_year() -> None:
    """Pinned, so that no upgrade of the engine moves rows from one side to the other."""
    rows = [
        {"whole": i * 7919, "small": i % 100, "real": i / 7, "single": 0.5 * i, "flag": i % 3 == 0,
         "text": f"row {i}" if i % 5 else None, "raw": bytes([i])}
        for i in range(40)
    ]  # fmt: skip

    found = sides(table_of(rows), test_size=0.25)

    assert [i for i, side in enumerate(found) if side] == [3, 10, 13, 18, 22, 26, 32]

"""Files that import_table refuses, and configuration files that every command does."""

from __future__ import annotations

import gzip
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

TEXTS = {
    "empty.csv": "",
    "header.csv": "a,b\n",
    "fine.csv": "a,b\n1,x\n2,y\n",
    "fine.xyz": "a,b\n1,x\n",
    "open_quote.csv": 'a,b\n1,"x\n2,y\n',
    "ragged.csv": "a,b\n1,2\n3\n",
    "twice.csv": "id,ID\n1,2\n",
    "spaces.csv": "first name,b\n1,2\n",
    "nameless.csv": "a,,c\n1,2,3\n",
    "fake.parquet": "a,b\n1,2\n",
    "fake.arrow": "a,b\n1,2\n",
    "wrong_key.yml": "environments:\n  dev:\n    catalogue: x\n",
    "wrong_baseline.yml": "environments:\n  dev: {platform: local, catalog: mlops_dev, "
    "schema: bad, baseline_f1: 70}\n",
    "list.yml": "- dev\n- prod\n",
    "no_yaml.yml": "environments: [",
    "none.yml": "environments: {}\n",
}

PARQUET = {
    "nested.parquet": pa.table({"tags": [["a"], ["b"]]}),
    "too_big.parquet": pa.table({"n": pa.array([2**64 - 1], pa.uint64())}),
    "too_wide.parquet": pa.table({"money": pa.array([Decimal(1)], pa.decimal256(60, 2))}),
    "no_columns.parquet": pa.table({}),
}


def write_all(folder: Path) -> None:
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "latin1.csv").write_bytes("größe,b\n1,2\n".encode("latin-1"))
    (folder / "late_latin1.csv").write_bytes("a,b\n1,2\n3,größe\n".encode("latin-1"))
    whole = gzip.compress(b"a,b\n" + b"1,2\n" * 100_000)
    (folder / "cut.csv.gz").write_bytes(whole[: len(whole) // 2])
    for name, table in PARQUET.items():
        pq.write_table(table, folder / name)
    _damage(folder / "damaged.parquet")


def _damage(path: Path) -> None:
    """A Parquet file whose end is whole and whose pages are not."""
    pq.write_table(pa.table({"x": list(range(10_000))}), path, compression="zstd")
    content = bytearray(path.read_bytes())
    content[4:2000] = b"\xff" * 1996
    path.write_bytes(content)

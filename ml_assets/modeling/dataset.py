"""Tables streamed into LightGBM: bins from a sample, then pushed batch by batch.

Memory is about one byte for each value, because only the bins are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ml_assets.modeling.features import Feature
from ml_assets.modeling.scoring_model import Matrix, encode
from ml_assets.platforms.base import Tables
from ml_assets.preparation.label import Label, label_is_present
from ml_assets.references import TableVersion

_SLICE_ROWS = 65_536  # LightGBM starts its threads anew for each slice


class LabelledTable:
    """The rows of one table version that have a label, always in the same order."""

    def __init__(
        self,
        tables: Tables,
        table: TableVersion,
        features: Sequence[Feature],
        target: str,
        classes: Sequence[Label],
    ) -> None:
        self._tables = tables
        self._table = table
        self._features = [feature.model_dump() for feature in features]
        self._target = tables.schema(table).field(target)
        self._classes = list(classes)

    def labels(self) -> npt.NDArray[np.float32]:
        """Each row's class, as its position among the classes."""
        name = self._target.name
        positions, rows = np.empty(self._table.rows, np.float32), 0
        for batch in self._read([name]):
            positions[rows : rows + batch.num_rows] = self._positions(batch.column(name))
            rows += batch.num_rows
        return positions[:rows]

    def matrices(self) -> Iterator[Matrix]:
        """The features, batch by batch."""
        names = [feature["name"] for feature in self._features]
        for batch in self._read(names):
            columns = dict(zip(names, batch.columns, strict=True))
            yield encode(self._features, columns)

    def labelled_matrices(self) -> Iterator[tuple[Matrix, npt.NDArray[np.float32]]]:
        """Features and classes together, batch by batch."""
        names = [feature["name"] for feature in self._features]
        for batch in self._read([*names, self._target.name]):
            columns = dict(zip(names, batch.columns[:-1], strict=True))
            yield encode(self._features, columns), self._positions(batch.columns[-1])

    def head(self, rows: int) -> pa.Table:
        """The first rows as they are, features only."""
        quote = self._tables.dialect.column
        select = ", ".join(quote(feature["name"]) for feature in self._features)
        return self._tables.query(
            f"select {select} from t limit {rows}", {"t": self._table}
        ).read_all()

    def _read(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        select = ", ".join(self._tables.dialect.column(name) for name in names)
        where = label_is_present(self._target, self._tables)
        yield from self._tables.query(f"select {select} from t where {where}", {"t": self._table})

    def _positions(self, labels: pa.Array[Any]) -> npt.NDArray[np.float32]:
        # Whole floats are classes too, and a cast that checks refuses those beyond 2**53.
        known = pa.array(self._classes).cast(labels.type, safe=False)
        if pa.types.is_floating(labels.type):
            labels = pc.add(labels, 0.0)  # -0.0 becomes 0.0, which index_in tells apart
        found = pc.index_in(labels, value_set=known)
        return np.asarray(found.cast(pa.float32()), dtype=np.float32)


class RowSequence(lightgbm.Sequence):
    """Rows by number for LightGBM, read forwards from a stream.

    LightGBM asks twice, each time in rising order: for single rows to sample, then for all rows in
    slices. Each time the stream is opened anew, so nothing but one batch is held.
    """

    batch_size = _SLICE_ROWS

    def __init__(
        self, stream: Callable[[], Iterator[Matrix]], rows: int, seen: Callable[[int], None]
    ) -> None:
        self._stream = stream
        self._rows = rows
        self._seen = seen
        self._rewind()

    def __len__(self) -> int:
        return self._rows

    def __getitem__(self, index: int | slice | list[int]) -> Matrix:
        if isinstance(index, slice):
            self._seen(index.stop)
            return self._slice(index.start, index.stop)
        if isinstance(index, list):
            raise TypeError("rows are read forwards, not by a list of numbers")
        self._move_to(index)
        return self._batch[index - self._start]

    def _rewind(self) -> None:
        self._batches = self._stream()
        self._start = 0
        self._batch: Matrix = np.empty((0, 0))

    def _move_to(self, row: int) -> None:
        if row < self._start:
            self._rewind()
        while row >= self._start + len(self._batch):
            self._start += len(self._batch)
            self._batch = next(self._batches)

    def _slice(self, start: int, stop: int) -> Matrix:
        parts: list[Matrix] = []
        while start < stop:
            self._move_to(start)
            part = self._batch[start - self._start : stop - self._start]
            parts.append(part)
            start += len(part)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


def lightgbm_dataset(
    table: LabelledTable,
    features: Sequence[Feature],
    params: Mapping[str, Any],
    *,
    balanced: bool,
    progress: Callable[[int, int], None],
) -> lightgbm.Dataset:
    """Bin every row of ``table``; ``progress`` is told rows done and rows in all.

    ``balanced`` weighs each class by the inverse of its share.
    """
    labels = table.labels()
    total = len(labels)
    rows = RowSequence(table.matrices, total, lambda done: progress(done, total))
    dataset = lightgbm.Dataset(
        rows,
        label=labels,
        weight=_balanced_weights(labels) if balanced else None,
        params=dict(params),
        feature_name=[f"f{i}" for i in range(len(features))],
        categorical_feature=[i for i, f in enumerate(features) if f.kind == "categorical"],
        free_raw_data=True,
    ).construct()
    # LightGBM has them; these are copies.
    dataset.label = dataset.weight = None
    return dataset


def _balanced_weights(labels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """``rows / (classes * rows of the class)`` for each row."""
    counts = np.bincount(labels.astype(np.int64))
    weights = len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1))
    return weights.astype(np.float32)[labels.astype(np.int64)]

"""Write two Delta tables from one stream: both are committed or neither is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from queue import Full, Queue
from typing import TYPE_CHECKING

from ml_assets.platforms.base import Watch
from ml_assets.platforms.local.commit import (
    commit,
    delete_new,
    discard_on_failure,
    files_in,
    open_delta,
    restore,
)
from ml_assets.references import TableName, TableVersion

if TYPE_CHECKING:
    import pyarrow as pa

_QUEUED_BATCHES = 2
_LOOK_SECONDS = 0.2


class _AbortedError(Exception):
    """Tells a writer that its stream will not be completed."""


@dataclass
class _Side:
    name: TableName
    path: Path
    schema: pa.Schema
    version_before: int | None
    files_before: set[Path]
    queue: Queue[pa.RecordBatch | _AbortedError | None] = field(
        default_factory=lambda: Queue(_QUEUED_BATCHES)
    )
    written: Future[TableVersion] = field(default_factory=Future)

    def put(self, item: pa.RecordBatch | _AbortedError | None) -> None:
        """Hand ``item`` to the writer; a writer that has ended takes nothing any more."""
        while not self.written.done():
            try:
                self.queue.put(item, timeout=_LOOK_SECONDS)
            except Full:
                continue
            return

    def batches(self) -> Iterator[pa.RecordBatch]:
        while (item := self.queue.get()) is not None:
            if isinstance(item, _AbortedError):
                raise item
            yield item

    def write(self, metadata: Mapping[str, str], *, evolve_schema: bool) -> TableVersion:
        import pyarrow as pa

        return commit(
            self.name,
            self.path,
            pa.RecordBatchReader.from_batches(self.schema, self.batches()),
            mode="overwrite",
            evolve_schema=evolve_schema,
            metadata=metadata,
        )

    def undo(self) -> None:
        """Bring the table back to what it was before its commit."""
        if self.version_before is None:
            delete_new(self.path, self.files_before)
        else:
            restore(self.path, self.version_before)


def write_pair(
    rows: pa.RecordBatchReader,
    *,
    mark: str,
    sides: tuple[tuple[TableName, Path], tuple[TableName, Path]],
    columns: Sequence[str],
    metadata: Mapping[str, str],
    evolve_schema: bool,
    watch: Watch,
) -> tuple[TableVersion, TableVersion]:
    """Write the rows whose ``mark`` is false to the first side, the others to the second."""
    import pyarrow as pa

    schema = pa.schema([rows.schema.field(column) for column in columns])
    first, second = (
        _Side(
            name,
            path,
            schema,
            version_before=delta.version() if (delta := open_delta(path)) else None,
            files_before=files_in(path),
        )
        for name, path in sides
    )
    with ExitStack() as stack:
        for side in (first, second):
            stack.enter_context(discard_on_failure(side.path))
        pool = stack.enter_context(ThreadPoolExecutor(max_workers=2))
        for side in (first, second):
            side.written = pool.submit(side.write, metadata, evolve_schema=evolve_schema)
        try:
            _feed(rows, mark, schema, first, second, watch)
            return first.written.result(), second.written.result()
        finally:
            _settle(first, second)


def _feed(
    rows: pa.RecordBatchReader,
    mark: str,
    schema: pa.Schema,
    first: _Side,
    second: _Side,
    watch: Watch,
) -> None:
    import pyarrow.compute as pc

    for batch in rows:
        watch.batch(batch)
        chosen = batch.column(mark)
        kept = batch.select(schema.names)
        first.put(kept.filter(pc.invert(chosen)))
        second.put(kept.filter(chosen))
        for side in (first, second):
            if side.written.done():
                side.written.result()
    watch.before_commit()
    for side in (first, second):
        side.put(None)


def _settle(first: _Side, second: _Side) -> None:
    """Let both writers end, and take back a commit whose counterpart failed."""
    for side in (first, second):
        side.put(_AbortedError("the other side failed"))
    failures = [side.written.exception() for side in (first, second)]
    if (failures[0] is None) != (failures[1] is None):
        (first if failures[0] is None else second).undo()

"""What a step needs from the place it runs in.

A platform knows nothing of steps. Everything a step reads is named by a
:class:`~ml_assets.references.TableVersion`, so that two reads are reads of the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Literal, Protocol

from ml_assets.references import TableName, TableVersion

if TYPE_CHECKING:
    import pyarrow as pa
    from mlflow.data.dataset_source import DatasetSource

WriteMode = Literal["create", "append", "replace"]

BATCH_ID = "ml_assets.batch_id"
"""Key of the preparation that made a commit, in its metadata; and of its MLflow run's tag."""

BATCH_ROWS = 8_192
"""Rows in a batch that is streamed: large enough to amortise the call, small enough to hold."""


class Dialect(Protocol):
    """The few expressions in which SQL engines differ."""

    varchar: str
    """The name of the type of a text."""

    def column(self, name: str) -> str:
        """Quote a column's name, whatever it holds."""
        ...

    def epoch(self, expression: str, kind: pa.DataType) -> str:
        """A date or timestamp as a whole number since the epoch."""
        ...

    def text(self, expression: str, kind: pa.DataType) -> str:
        """A value as text, the same on every engine."""
        ...


class Tables(Protocol):
    """Versioned tables, read and written as streams of record batches."""

    @property
    def dialect(self) -> Dialect:
        """The engine's SQL."""
        ...

    def newest(self, name: TableName) -> TableVersion:
        """The newest version.

        Raises:
            NotFoundError: there is no such table.
        """
        ...

    def at(self, name: TableName, version: int) -> TableVersion:
        """This version.

        Raises:
            NotFoundError: there is no such table or version.
        """
        ...

    def newest_data(self, name: TableName) -> TableVersion:
        """The version of the newest commit that changed data.

        OPTIMIZE, VACUUM and the like are passed over.

        Raises:
            NotFoundError: there is no such table.
        """
        ...

    def schema(self, table: TableVersion) -> pa.Schema:
        """Columns of this version."""
        ...

    def query(self, sql: str, sources: Mapping[str, TableVersion]) -> pa.RecordBatchReader:
        """Stream the result of ``sql``, in which each source stands under its key.

        Batches come in the same order every time, at most ``BATCH_ROWS`` rows each.
        """
        ...

    def check_columns(self, name: TableName, columns: pa.Schema) -> None:
        """Refuse ``columns`` when the table is there and has others; their order does not count.

        Raises:
            DataError: naming the columns that would go, come or change their type.
        """
        ...

    def write(
        self,
        name: TableName,
        batches: pa.RecordBatchReader,
        *,
        mode: WriteMode,
        metadata: Mapping[str, str],
    ) -> TableVersion:
        """Write one table in one commit; ``metadata`` goes into the commit.

        Raises:
            ConflictError: ``create`` and the table exists.
            DataError: the columns are not those of the existing table.
        """
        ...

    def write_pair(
        self,
        sql: str,
        sources: Mapping[str, TableVersion],
        *,
        mark: str,
        names: tuple[TableName, TableName],
        columns: Sequence[str],
        metadata: Mapping[str, str],
        evolve_schema: bool,
        watch: Watch,
    ) -> tuple[TableVersion, TableVersion]:
        """Run ``sql`` once and divide its rows; both tables are committed or neither is.

        Rows where the boolean column ``mark`` is false replace the first table, the others the
        second.

        ``watch`` sees each batch before it is written and is asked, before the commits, whether
        they may happen.

        Raises:
            DataError: the columns differ from the existing table's and ``evolve_schema`` is off.
        """
        ...


class Watch(Protocol):
    """Looks on while a pair is written."""

    def batch(self, rows: pa.RecordBatch) -> None:
        """See ``rows``, the mark included, before they are written."""
        ...

    def before_commit(self) -> None:
        """Raise to have nothing committed."""
        ...


class Platform(Protocol):
    """Where tables, tracking and registry live."""

    @property
    def tables(self) -> Tables:
        """The tables."""
        ...

    @property
    def tracking_uri(self) -> str:
        """MLflow's tracking server or store."""
        ...

    @property
    def registry_uri(self) -> str:
        """MLflow's model registry."""
        ...

    @property
    def tracking_ui(self) -> str:
        """Where a browser finds MLflow."""
        ...

    def lock(
        self, name: str, *, wait_seconds: float, once: bool = False
    ) -> AbstractContextManager[None]:
        """Hold ``name`` against every other process; it is let go when the process dies.

        ``once`` says that nobody will ask for the name later, so that nothing is kept of it.

        Raises:
            ConflictError: another process holds it for longer than ``wait_seconds``.
        """
        ...

    def artifact_location(self, experiment: str) -> str | None:
        """Where a new experiment keeps its artefacts; nothing leaves it to the server."""
        ...

    def dataset_source(self, table: TableVersion) -> DatasetSource:
        """``table`` in MLflow's words, version included."""
        ...

"""How a source is split: checked before it is written, counted while it is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ml_assets.errors import DataError
from ml_assets.platforms.base import Tables
from ml_assets.preparation.label import as_label, count_labels, label_is_present
from ml_assets.preparation.source import Source, free_name, only_row
from ml_assets.preparation.split import test_mark
from ml_assets.progress import Progress

if TYPE_CHECKING:
    import pyarrow as pa

_COUNTED_FIRST = 200_000  # rows up to which both sides are counted before anything is written


class SplitPlan:
    """A source, its split, and what is known of both.

    Checked before anything is written; while it is written it counts what goes by. ``sql`` selects
    the rows with the boolean column ``mark``, which says whether a row belongs to the test set.

    Args:
        tables: where the source lives.
        source: the rows.
        target: the column whose classes are counted, when the source has it.
        test_size: share of the rows, or of the keys, that goes into the test set.
        seed: of the split.
        progress: told the rows done.
    """

    def __init__(
        self,
        tables: Tables,
        source: Source,
        *,
        target: str,
        test_size: float,
        seed: int,
        progress: Progress,
    ) -> None:
        self._tables = tables
        self._progress = progress
        self._done = 0
        self.source = source
        self.target = source.columns.field(target) if target in source.columns.names else None
        self.warnings = list(source.notes)
        self.missing_labels = 0
        self.counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self.total = sum(table.rows for table in source.tables.values())
        self._rows = [0, 0]
        columns = [source.columns.field(name) for name in source.keys] or list(source.columns)
        self.mark = free_name("__is_test", source.columns.names)
        in_test = test_mark(
            columns,
            content=not source.keys,
            test_size=test_size,
            seed=seed,
            dialect=self._tables.dialect,
        )
        where = f" where {label_is_present(self.target, self._tables)}" if self.target else ""
        self.sql = f"select *, {in_test} as {self.mark} from ({source.sql}) rows{where}"

    def check(self) -> None:
        """Refuse what can be known to be wrong before anything is written."""
        if not set(self.source.kept.names) - {self.target.name if self.target else None}:
            raise DataError(
                "There would be no column that could be a feature.",
                hint="Check --key-columns, --lookup-key and --feature-columns: keys are no "
                "features.",
            )
        if self.target is None:
            self.warnings.append(
                "no column 'target': labels are not checked; name it with --label-column"
            )
        else:
            self._check_labels(self.target)
        if self.source.keys or self.total <= _COUNTED_FIRST:
            self._check_sides()

    def _check_labels(self, target: pa.Field[pa.DataType]) -> None:
        counts = count_labels(self._tables, self.source.sql, self.source.tables, target)
        self.missing_labels = counts.missing
        if counts.missing:
            self.warnings.append(f"dropped {counts.missing} rows without a label")

    def _check_sides(self) -> None:
        row = only_row(
            self._tables,
            f"select count(*) as all_rows, count(case when {self.mark} then 1 end) as test_rows "
            f"from ({self.sql}) marked",
            self.source.tables,
        )
        self._refuse_empty(row["all_rows"] - row["test_rows"], row["test_rows"])

    def _refuse_empty(self, train_rows: int, test_rows: int) -> None:
        if train_rows and test_rows:
            return
        side = "train" if not train_rows else "test"
        raise DataError(
            f"The {side} set would be empty ({train_rows} train rows, {test_rows} test rows).",
            hint="The source needs more rows, or more different keys; or change --test-size or "
            "--random-seed.",
        )

    def batch(self, rows: pa.RecordBatch) -> None:
        """Count a batch that is about to be written."""
        import pyarrow.compute as pc

        mark = rows.column(self.mark)
        in_test = pc.sum(mark).as_py() or 0
        self._rows[0] += rows.num_rows - in_test
        self._rows[1] += in_test
        if self.target is not None:
            labels = rows.column(self.target.name)
            for side, chosen in zip(self.counts, (pc.invert(mark), mark), strict=True):
                for entry in labels.filter(chosen).value_counts():
                    label = as_label(entry["values"].as_py(), self.target)
                    side[str(label)] += entry["counts"].as_py()
        self._done += rows.num_rows
        self._progress("split", self._done, self.total)

    def before_commit(self) -> None:
        """Have nothing committed when a side came out empty."""
        self._refuse_empty(*self._rows)

    def class_warnings(self) -> list[str]:
        """A class that the test set lacks, by its name."""
        train, test = self.counts
        return [
            f"class {label!r} has no row in the {name} set"
            for side, other, name in ((test, train, "test"), (train, test, "train"))
            for label in sorted(other.keys() - side.keys())
        ]

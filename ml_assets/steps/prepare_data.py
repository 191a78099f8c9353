"""Split a source into a train and a test set, both versioned and from one batch."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from ml_assets.errors import DataError
from ml_assets.platforms.base import BATCH_ID, Platform
from ml_assets.progress import Progress, silent
from ml_assets.references import ColumnName, TableName, TableRef, TableVersion
from ml_assets.steps.base import Step, StepResult, TaggedParams
from ml_assets.steps.options import DataSource, SplitOptions

if TYPE_CHECKING:
    import pyarrow as pa

    from ml_assets.preparation.plan import SplitPlan
    from ml_assets.preparation.source import Source

_LOCK_SECONDS = 3600.0
_SYNTHETIC_SIDE = 20  # rows to be expected, so that by chance a side is empty in no lifetime


class PrepareDataParams(TaggedParams, DataSource, SplitOptions):
    """What to split, how, and into which tables."""

    label_column: ColumnName | None = Field(
        default=None, description="Target column (default: target)."
    )
    train_table: TableRef = Field(default="train_set", description="Training table name.")
    test_table: TableRef = Field(default="test_set", description="Test table name.")

    @model_validator(mode="after")
    def _two_tables(self) -> Self:
        if self.table(self.train_table) == self.table(self.test_table):
            raise ValueError("--train-table and --test-table are the same table")
        return self

    @model_validator(mode="after")
    def _target_is_its_own_column(self) -> Self:
        self.check_target(self.target)
        return self

    @model_validator(mode="after")
    def _enough_synthetic_rows(self) -> Self:
        smaller_side = self.synthetic_rows * min(self.test_size, 1 - self.test_size)
        if not self.table_refs and smaller_side < _SYNTHETIC_SIDE:
            raise ValueError(
                f"--synthetic-rows {self.synthetic_rows} and --test-size {self.test_size} leave "
                f"fewer than {_SYNTHETIC_SIDE} rows on one side"
            )
        return self

    @property
    def target(self) -> str:
        """The target column."""
        return self.label_column or "target"


class PreparedData(StepResult):
    """A train and a test set of one batch."""

    train_set: TableVersion
    test_set: TableVersion
    batch_id: str
    sources: dict[str, TableVersion]
    run_id: str
    run_page: str
    target: str | None
    train_classes: dict[str, int]
    test_classes: dict[str, int]
    missing_labels: int
    unmatched_labels: int
    warnings: list[str]

    def summary(self) -> list[str]:
        """Tables, rows, balance, warnings."""
        lines = [
            f"train set  {self.train_set}  {self.train_set.rows:,} rows",
            f"test set   {self.test_set}  {self.test_set.rows:,} rows",
            *(f"source     {table}" for table in self.sources.values()),
        ]
        if self.train_classes:
            lines.append(f"classes    train {_balance(self.train_classes)}")
            lines.append(f"           test  {_balance(self.test_classes)}")
        return [*lines, *(f"warning: {warning}" for warning in self.warnings)]


def _balance(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    return ", ".join(f"{label} {count / total:.1%}" for label, count in counts.items())


def run(params: PrepareDataParams, platform: Platform, progress: Progress = silent) -> PreparedData:
    """Read at a pinned version, check, split, write both tables, log the MLflow run."""
    from ml_assets.preparation.plan import SplitPlan

    names = (params.table(params.train_table), params.table(params.test_table))
    with ExitStack() as stack:
        for name in sorted(map(str, names)):
            stack.enter_context(platform.lock(f"table-{name}", wait_seconds=_LOCK_SECONDS))
        progress("check", 0, None)
        source = _source(params, platform, names)
        plan = SplitPlan(
            platform.tables,
            source,
            target=params.target,
            test_size=params.test_size,
            seed=params.random_seed,
            progress=progress,
        )
        plan.check()
        _refuse_other_columns(params, platform, names, source.kept)
        return _write(params, platform, source, plan, names)


def _source(params: PrepareDataParams, platform: Platform, names: Sequence[TableName]) -> Source:
    from ml_assets.preparation.feature_join import FeatureJoin, join_source
    from ml_assets.preparation.source import require_columns, table_source

    tables = platform.tables
    if params.feature_store_table is not None:
        features = tables.newest(_not_written(params.table(params.feature_store_table), names))
        if params.label_table is None:
            source = table_source(tables, features, params.lookup_key, flag="--lookup-key")
            require_columns(source.columns, features.table, [params.target], flag="--label-column")
            return source.only(params.feature_columns, params.target)
        join = FeatureJoin(
            features=features,
            labels=tables.newest(_not_written(params.table(params.label_table), names)),
            keys=params.lookup_key,
            label=params.target,
            feature_columns=params.feature_columns,
            timestamp=params.timestamp_key,
            max_unmatched=params.max_unmatched,
        )
        return join_source(tables, join)
    if params.source_table is not None:
        table = tables.newest(_not_written(params.table(params.source_table), names))
    else:
        table = _synthetic(params, platform, names)
    source = table_source(tables, table, params.key_columns, flag="--key-columns")
    if params.label_column is not None:
        require_columns(source.columns, table.table, [params.label_column], flag="--label-column")
    return source


def _refuse_other_columns(
    params: PrepareDataParams, platform: Platform, names: Sequence[TableName], columns: pa.Schema
) -> None:
    if not params.allow_schema_change:
        for name in names:
            platform.tables.check_columns(name, columns)


def _not_written(name: TableName, names: Sequence[TableName]) -> TableName:
    if name in names:
        raise DataError(
            f"{name} is to be read and to be overwritten.",
            hint="Choose other names with --train-table and --test-table.",
        )
    return name


def _synthetic(
    params: PrepareDataParams, platform: Platform, names: Sequence[TableName]
) -> TableVersion:
    from ml_assets.preparation.synthetic import synthetic_batches

    name = _not_written(params.table("synthetic_data"), names)
    batches = synthetic_batches(
        rows=params.synthetic_rows, seed=params.random_seed, target=params.target
    )
    _refuse_other_columns(params, platform, [name, *names], batches.schema)
    with platform.lock(f"table-{name}", wait_seconds=_LOCK_SECONDS):
        return platform.tables.write(
            name,
            batches,
            mode="replace",
            metadata={"ml_assets.synthetic_seed": str(params.random_seed)},
        )


def _write(
    params: PrepareDataParams,
    platform: Platform,
    source: Source,
    plan: SplitPlan,
    names: tuple[TableName, TableName],
) -> PreparedData:
    from ml_assets.tracking.datasets import log_dataset
    from ml_assets.tracking.interrupts import uninterrupted
    from ml_assets.tracking.runs import connect, log_params, mlflow_run

    batch_id = uuid.uuid4().hex
    client = connect(platform)
    with mlflow_run(
        client,
        platform,
        experiment=params.experiment,
        name=f"data_prep_{params.environment}",
        tags={**params.tags, "step": "prepare_data", BATCH_ID: batch_id},
    ) as open_run:
        train_set, test_set = platform.tables.write_pair(
            plan.sql,
            source.tables,
            mark=plan.mark,
            names=names,
            columns=source.kept.names,
            metadata={
                BATCH_ID: batch_id,
                **{f"ml_assets.{alias}": str(table) for alias, table in source.tables.items()},
            },
            evolve_schema=params.allow_schema_change,
            watch=plan,
        )
        with uninterrupted():
            log_params(client, open_run.run_id, params.model_dump(exclude={"tags"}))
            for table, context in (
                *((table, "source") for table in source.tables.values()),
                (train_set, "training"),
                (test_set, "testing"),
            ):
                log_dataset(client, open_run.run_id, platform, table, context=context)
            client.log_metric(open_run.run_id, "train_rows", train_set.rows)
            client.log_metric(open_run.run_id, "test_rows", test_set.rows)
    train, test = plan.counts
    labels = sorted(train.keys() | test.keys())
    return PreparedData(
        train_set=train_set,
        test_set=test_set,
        batch_id=batch_id,
        sources=dict(source.tables),
        run_id=open_run.run_id,
        run_page=open_run.page,
        target=plan.target.name if plan.target else None,
        train_classes={label: train[label] for label in labels},
        test_classes={label: test[label] for label in labels},
        missing_labels=plan.missing_labels,
        unmatched_labels=source.unmatched,
        warnings=[*plan.warnings, *plan.class_warnings()],
    )


STEP = Step(
    name="prepare_data",
    summary="Prepare and version training and test datasets.",
    params=PrepareDataParams,
    result=PreparedData,
    run=run,
)

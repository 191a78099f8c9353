"""What a training reads, checked before anything is fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ml_assets.errors import ConflictError, DataError, UsageError
from ml_assets.modeling.features import Feature, choose_features, other_columns
from ml_assets.platforms.base import Tables
from ml_assets.preparation.label import Label, class_labels
from ml_assets.references import TableVersion


@dataclass(frozen=True)
class TrainingData:
    """A pair of tables with the features and classes found in them.

    Attributes:
        train_set: what is fitted on.
        test_set: what is evaluated on.
        target: the target column.
        features: in the order in which the model takes them.
        classes: labels in the order of their positions; of two, the second is the positive one.
        warnings: what the user should know.
    """

    train_set: TableVersion
    test_set: TableVersion
    target: str
    features: Sequence[Feature]
    classes: Sequence[Label]
    warnings: Sequence[str]


def read_training_data(
    tables: Tables,
    train_set: TableVersion,
    test_set: TableVersion,
    *,
    target: str,
    ignore: Sequence[str],
    max_categories: int,
    positive_class: str | None,
) -> TrainingData:
    """Check the pair and find out its features and classes.

    Raises:
        ConflictError: the tables are of different preparations.
        NotFoundError: a named column is not there.
        DataError: something in the data that cannot be learned from.
        UsageError: the positive class is not one of two classes.
    """
    warnings = check_pair(train_set, test_set)
    for table, name in ((train_set, "training"), (test_set, "test")):
        if table.rows == 0:
            raise DataError(
                f"The {name} table {table} is empty.", hint="Run prepare_data on a filled source."
            )
    features = choose_features(
        tables, train_set, target=target, ignore=ignore, max_categories=max_categories
    )
    _check_same_columns(tables, train_set, test_set, [*(f.name for f in features), target])
    classes, only_in_test = class_labels(tables, train_set, test_set, target)
    if only_in_test:
        named = ", ".join(map(repr, only_in_test))
        warnings.append(f"only the test set has class {named}: every such row counts as an error")
    return TrainingData(
        train_set=train_set,
        test_set=test_set,
        target=target,
        features=features,
        classes=_in_order([*classes, *only_in_test], positive_class),
        warnings=warnings,
    )


def check_pair(train_set: TableVersion, test_set: TableVersion) -> list[str]:
    """Refuse tables of two preparations; return a warning when neither tells its own.

    Raises:
        ConflictError: rows of one may be in the other.
    """
    if train_set.batch_id != test_set.batch_id:
        raise ConflictError(
            f"{train_set} and {test_set} come from different preparations "
            f"({train_set.batch_id or 'unknown'} and {test_set.batch_id or 'unknown'}), so test "
            "rows may have been trained on.",
            hint="Run prepare_data again: it writes both.",
        )
    if train_set.batch_id is None:
        return [f"{train_set} and {test_set} were not written by prepare_data"]
    return []


def _check_same_columns(
    tables: Tables, train_set: TableVersion, test_set: TableVersion, names: Sequence[str]
) -> None:
    schema = tables.schema(train_set)
    wanted = [(name, str(schema.field(name).type)) for name in names]
    if wrong := other_columns(tables, test_set, wanted):
        raise DataError(
            f"Test table {test_set} lacks these columns or has them with another type: "
            f"{', '.join(wrong)}.",
            hint="Prepare both tables together with prepare_data.",
        )


def _in_order(classes: list[Label], positive_class: str | None) -> list[Label]:
    if positive_class is None:
        return classes
    positive = [label for label in classes if str(label) == positive_class]
    if len(classes) != 2 or not positive:
        raise UsageError(
            f"{positive_class!r} cannot be the positive class of {classes}.",
            hint="--positive-class names one of exactly two classes.",
        )
    return [label for label in classes if label not in positive] + positive

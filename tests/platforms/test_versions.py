"""What a version of a table is said to be, long after it stopped being the newest."""

from __future__ import annotations

from pathlib import Path

from deltalake import CommitProperties, DeltaTable

from ml_assets.platforms.local import LocalPlatform
from ml_assets.references import TableName
from tests.support import put_table

NAME = TableName(catalog="mlops_dev", schema_name="s", table="t")


def _commit(home: Path, batch: str, mode: str = "overwrite") -> None:
    metadata = CommitProperties(custom_metadata={"ml_assets.batch_id": batch})
    put_table(home, str(NAME), {"a": [1, 2]}, mode=mode, commit_properties=metadata)


def test_every_version_keeps_the_batch_that_wrote_it(home: Path) -> None:
    for number in range(12):
        _commit(home, f"batch-{number}")
    tables = LocalPlatform().tables

    found = [tables.at(NAME, version).batch_id for version in range(12)]

    assert found == [f"batch-{number}" for number in range(12)]
    assert tables.newest(NAME).batch_id == "batch-11"


def test_compaction_and_cleaning_are_no_new_data(home: Path) -> None:
    for number in range(3):
        _commit(home, f"batch-{number}", mode="append")
    delta = DeltaTable(home / "warehouse" / "mlops_dev" / "s" / "t")
    delta.optimize.compact()
    for _ in range(6):
        delta.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
        delta.alter.set_table_properties({"delta.deletedFileRetentionDuration": "interval 1 hours"})
    tables = LocalPlatform().tables

    newest, data = tables.newest(NAME), tables.newest_data(NAME)

    assert newest.version >= 9
    assert data.version == 2
    assert (newest.batch_id, data.batch_id) == ("batch-2", "batch-2")

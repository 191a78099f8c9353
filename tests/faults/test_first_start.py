"""``kill -9`` while the very first command makes MLflow's store."""

from __future__ import annotations

from pathlib import Path

from tests.faults.support import duration, kill_at, moments
from tests.support import client_of


def test_half_a_store_is_never_met(tmp_path: Path) -> None:
    whole = duration(tmp_path / "measured", "status")
    for number, moment in enumerate(moments(whole)):
        home = tmp_path / f"home_{number}"
        kill_at(moment, home, "status")
        if (home / "mlflow.db").exists():
            assert [e.name for e in client_of(home).search_experiments()] == ["Default"]
    unmade = [h for h in tmp_path.glob("home_*") if not (h / "mlflow.db").exists()]
    assert unmade
    with_a_rest = [home for home in unmade if list(home.glob("mlflow.db.*"))]
    assert with_a_rest, "no kill fell into the making of the store"
    duration(with_a_rest[0], "status")
    assert [file.name for file in with_a_rest[0].glob("mlflow.db*")] == ["mlflow.db"]
    assert [e.name for e in client_of(with_a_rest[0]).search_experiments()] == ["Default"]

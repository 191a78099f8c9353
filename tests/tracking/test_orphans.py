"""Runs whose process died are ended by the next one, and no other run is."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from mlflow import MlflowClient

from ml_assets.platforms.local import LocalPlatform
from ml_assets.tracking.runs import LEASE, connect, end_orphans


def _running(client: MlflowClient, lease: str) -> str:
    run = client.create_run("0", tags={LEASE: lease})
    return str(run.info.run_id)


def test_a_run_that_nobody_holds_is_ended(home: Path) -> None:
    platform = LocalPlatform()
    client = connect(platform)
    orphan, alive = _running(client, "a"), _running(client, "b")
    foreign = str(client.create_run("0").info.run_id)

    with platform.lock("run-b", wait_seconds=0):
        assert end_orphans(client, platform, "0") == [orphan]

    states = {run: client.get_run(run).info.status for run in (orphan, alive, foreign)}
    assert states == {orphan: "KILLED", alive: "RUNNING", foreign: "RUNNING"}


def test_a_run_that_ends_while_the_sweep_looks_keeps_its_end(home: Path) -> None:
    class EndsMeanwhile(LocalPlatform):
        @contextmanager
        def lock(
            self, name: str, *, wait_seconds: float, once: bool = False
        ) -> Generator[None, None, None]:
            client.set_terminated(run_id, status="FINISHED")
            with super().lock(name, wait_seconds=wait_seconds, once=once):
                yield

    client = connect(LocalPlatform())
    run_id = _running(client, "a")

    assert end_orphans(client, EndsMeanwhile(), "0") == []
    assert client.get_run(run_id).info.status == "FINISHED"

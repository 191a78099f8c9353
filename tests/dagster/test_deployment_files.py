"""The files that Dagster, its daemon and Dagster+ read."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import yaml
from dagster_cloud_cli.config.models import load_dagster_cloud_yaml

from tests.dagster.support import MODEL, PROJECT
from tests.support import clean_environment

LOCATION = "ml_assets"
MODULE = "ml_assets.definitions"


def _read(name: str) -> dict[str, Any]:
    return yaml.safe_load((PROJECT / name).read_text(encoding="utf-8"))


def test_dagster_plus_accepts_its_file() -> None:
    text = (PROJECT / "dagster_cloud.yaml").read_text(encoding="utf-8")

    (location,) = load_dagster_cloud_yaml(text).locations

    assert location.location_name == LOCATION
    assert location.code_source is not None
    assert location.code_source.module_name == MODULE
    assert location.build is not None
    assert (PROJECT / str(location.build.directory)).is_dir()


def test_every_way_to_load_it_names_the_same_module() -> None:
    (entry,) = _read("workspace.yaml")["load_from"]

    assert entry["python_module"]["module_name"] == MODULE
    assert entry["python_module"]["location_name"] == LOCATION


def test_the_workspace_loads(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "job", "list", "-w", "workspace.yaml"],
        cwd=PROJECT,
        env=clean_environment(tmp_path, DAGSTER_HOME=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    assert f"Job: {MODEL}_training" in done.stdout


def test_the_instance_loads_with_telemetry_off_and_one_run_of_a_model_at_a_time(
    tmp_path: Path,
) -> None:
    shutil.copy(PROJECT / "config/dagster.yaml", tmp_path)

    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        concurrency = instance.get_concurrency_config()
        assert not instance.telemetry_enabled
        assert concurrency.pool_config.default_pool_limit == 1
        assert str(concurrency.pool_config.pool_granularity).endswith("RUN")
        assert instance.run_monitoring_enabled
        assert instance.run_retries_enabled
        assert instance.run_retries_max_retries == 1
        assert not instance.run_retries_retry_on_asset_or_op_failure

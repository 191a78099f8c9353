"""The gates: what stops a run, and what a gate that said no still stops afterwards."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from ml_assets.steps.validate_model import CHECKS
from tests.dagster.support import checks, failure_text, run_assets, run_job, shipped
from tests.support import client_of

REGISTERED = "mlops_local.ml_models.breast_cancer"
IMPOSSIBLE = {"baseline_f1": 1.0}


def test_a_model_that_is_not_better_is_never_registered(
    home: Path, source: Path, instance: dg.DagsterInstance
) -> None:
    result = run_job(shipped(gate=IMPOSSIBLE), instance)

    assert not result.success
    assert checks(result) == {"f1_beats_baseline": False}
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.severity == dg.AssetCheckSeverity.ERROR
    shown: dict[str, Any] = {name: value.value for name, value in evaluation.metadata.items()}
    assert shown["baseline_f1"] == 1.0
    assert shown["margin"] == pytest.approx(shown["f1"] - 1.0)
    assert "to beat: 1.0000 (the given baseline)" in str(evaluation.description)
    assert client_of(home).search_model_versions(f"name='{REGISTERED}'") == []


def test_registering_alone_after_a_gate_that_said_no_is_refused(
    home: Path, source: Path, instance: dg.DagsterInstance
) -> None:
    defs = shipped(gate=IMPOSSIBLE)
    run_job(defs, instance)

    alone = run_assets(defs, instance, "registered_model")

    assert not alone.success
    assert "does not beat" in failure_text(alone)
    assert client_of(home).search_model_versions(f"name='{REGISTERED}'") == []


def test_the_environments_baseline_counts_when_the_model_has_none(
    home: Path, source: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    config = tmp_path / "environments.yml"
    config.write_text(
        "environments:\n  local:\n    platform: local\n    catalog: mlops_local\n"
        "    schema: ml_models\n    baseline_f1: 1.0\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("ML_ASSETS_CONFIG", str(config))

    result = run_job(shipped(gate={}), instance)

    assert checks(result) == {"f1_beats_baseline": False}


@pytest.mark.parametrize(
    ("damage", "failing", "valid"),
    [
        ("no_description", {"metadata_retrievable"}, True),
        ("no_git_tag", {"metadata_retrievable"}, True),
        ("no_model", {"model_loads", "signature_valid", "inference_works"}, False),
        ("no_booster", {"model_loads", "inference_works"}, False),
    ],
)
def test_three_of_four_checks_are_enough_unless_the_model_does_not_load(
    home: Path,
    source: Path,
    instance: dg.DagsterInstance,
    damage: str,
    failing: set[str],
    valid: bool,  # noqa: FBT001
) -> None:
    defs = shipped()
    assert run_job(defs, instance).success
    _damage(home, damage)

    result = _validate_again(defs, instance)

    assert result.success is valid
    assert checks(result) == {
        **{name: name not in failing for name in CHECKS},
        "validation_passed": valid,
    }
    severities = {e.check_name: e.severity for e in result.get_asset_check_evaluations()}
    assert {severities[name] for name in failing} == {dg.AssetCheckSeverity.WARN}
    assert severities["validation_passed"] == dg.AssetCheckSeverity.ERROR
    version = client_of(home).get_model_version(REGISTERED, "1")
    assert version.tags["validation"] == ("passed" if valid else "failed")
    assert version.tags["validation_checks"] == f"{4 - len(failing)}/4"


def _damage(home: Path, damage: str) -> None:
    client = client_of(home)
    (model,) = (home / "mlartifacts").glob("*/models/m-*/artifacts")
    if damage == "no_description":
        client.update_model_version(REGISTERED, "1", description="")
    elif damage == "no_git_tag":
        client.delete_model_version_tag(REGISTERED, "1", "git_sha")
    elif damage == "no_model":
        shutil.rmtree(model)
    else:
        (model / "artifacts/booster.txt").unlink()


def _validate_again(defs: dg.Definitions, instance: dg.DagsterInstance) -> Any:
    """Only the checks of the version that is there."""
    selection = dg.AssetSelection.all_asset_checks() - dg.AssetSelection.checks(
        dg.AssetCheckKey(dg.AssetKey(["breast_cancer", "trained_model"]), "f1_beats_baseline")
    )
    job = dg.Definitions.merge(
        defs, dg.Definitions(jobs=[dg.define_asset_job("validate_again", selection)])
    ).resolve_job_def("validate_again")
    return job.execute_in_process(instance=instance, raise_on_error=False)

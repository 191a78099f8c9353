"""The gates, as asset checks."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from ml_assets.assets.keys import REGISTERED_MODEL, TEST_SET, TRAINED_MODEL, asset_key
from ml_assets.model_spec import ModelSpec
from ml_assets.references import ModelVersion, TableVersion, TrainedModel
from ml_assets.runners.base import StepRunner
from ml_assets.steps import validate_model
from ml_assets.steps.validate_model import CHECKS, LOADS, REQUIRED_CHECKS

BEATS_BASELINE = "f1_beats_baseline"
VALIDATION_PASSED = "validation_passed"


def f1_beats_baseline(spec: ModelSpec) -> dg.AssetChecksDefinition:
    """Blocks registration of a model that is not better than its baseline."""

    @dg.asset_check(
        asset=asset_key(spec.name, TRAINED_MODEL),
        name=BEATS_BASELINE,
        description="F1 on the test set is above the baseline.",
        blocking=True,
    )
    def check(trained_model: TrainedModel) -> dg.AssetCheckResult:
        return dg.AssetCheckResult(
            passed=trained_model.beats_baseline,
            description=f"F1 {trained_model.f1:.4f}, to beat: {trained_model.baseline_f1:.4f} "
            f"({trained_model.baseline})",
            metadata={
                "f1": float(trained_model.f1),
                "baseline_f1": float(trained_model.baseline_f1),
                "margin": float(trained_model.f1 - trained_model.baseline_f1),
            },
        )

    return check


def validation_checks(spec: ModelSpec) -> dg.AssetChecksDefinition:
    """Four checks of a new version, and the blocking verdict on them."""
    registered = asset_key(spec.name, REGISTERED_MODEL)
    test_rows = asset_key(spec.name, TEST_SET)
    verdict = (
        f"At least {REQUIRED_CHECKS} of {len(CHECKS)} validation checks passed, {LOADS} among them."
    )

    @dg.multi_asset_check(
        name=f"{spec.name}__validate_model",
        specs=[
            *(
                dg.AssetCheckSpec(
                    name, asset=registered, additional_deps=[test_rows], description=description
                )
                for name, description in CHECKS.items()
            ),
            dg.AssetCheckSpec(
                VALIDATION_PASSED,
                asset=registered,
                additional_deps=[test_rows],
                description=verdict,
                blocking=True,
            ),
        ],
        ins={"registered_model": registered, "test_set": test_rows},
        pool=spec.name,
        # Without it the UI cannot validate a version again, only register it again.
        can_subset=True,
    )
    def check(
        context: dg.AssetCheckExecutionContext,
        runner: dg.ResourceParam[StepRunner],
        registered_model: ModelVersion,
        test_set: TableVersion,
    ) -> Iterator[dg.AssetCheckResult]:
        params = spec.validate_params(runner.place(), registered_model, test_set)
        result = runner.run(context, validate_model.STEP, params)
        verdicts = [
            *(
                _result(registered, outcome.name, passed=outcome.passed, text=outcome.detail)
                for outcome in result.checks
            ),
            dg.AssetCheckResult(
                asset_key=registered,
                check_name=VALIDATION_PASSED,
                passed=result.passed,
                description=verdict,
                metadata={
                    "passed": sum(outcome.passed for outcome in result.checks),
                    "required": REQUIRED_CHECKS,
                    "checks": len(result.checks),
                    "version": registered_model.version,
                },
            ),
        ]
        asked = {key.name for key in context.selected_asset_check_keys}
        yield from (verdict for verdict in verdicts if verdict.check_name in asked)

    return check


def _result(asset: dg.AssetKey, name: str, *, passed: bool, text: str) -> Any:
    # A warning, because it is the verdict that blocks.
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=name,
        passed=passed,
        description=text,
        severity=dg.AssetCheckSeverity.WARN,
    )

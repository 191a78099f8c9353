"""Check one registered version: four checks, three have to pass, loading among them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from ml_assets.errors import DataError
from ml_assets.platforms.base import Platform
from ml_assets.progress import Progress, silent
from ml_assets.references import AliasName, Identifier, ModelVersion, TableRef, TableVersion
from ml_assets.steps.base import GATE_NOT_PASSED, Step, StepParams, StepResult, pinned
from ml_assets.steps.options import ValidationOptions

if TYPE_CHECKING:
    import pyarrow as pa
    from mlflow import MlflowClient

LOADS = "model_loads"
CHECKS = {
    LOADS: "MLflow loads the version.",
    "signature_valid": "Inputs are columns of the test table, outputs a label and probabilities.",
    "inference_works": "Sampled rows of the test table get labels and finite probabilities.",
    "metadata_retrievable": "The version's tags, description and run are there.",
}
"""What each check looks at."""

REQUIRED_CHECKS = 3
"""How many of the checks have to pass; ``model_loads`` always has to."""


class ValidateModelParams(StepParams, ValidationOptions):
    """Which version, and what to try it on."""

    model_name: Identifier = Field(description="Model name.")
    version: int | None = Field(default=None, ge=1, description="Version (wins over the alias).")
    alias: AliasName = Field(default="latest-model", description="Model alias.")
    test_table: TableRef = Field(default="test_set", description="Test data table.")
    test_version: int | None = Field(
        default=None, ge=0, description="Version of the test table (newest when left out)."
    )


class CheckOutcome(BaseModel):
    """One check's verdict."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    passed: bool
    detail: str


class ValidationResult(StepResult):
    """All four verdicts."""

    model_version: ModelVersion
    test_set: TableVersion
    checks: list[CheckOutcome]
    passed: bool

    def summary(self) -> list[str]:
        """A line for each check, and the verdict."""
        good = sum(check.passed for check in self.checks)
        return [
            f"validating {self.model_version} on {self.test_set}",
            *(
                f"{'passed' if check.passed else 'FAILED'}  {check.name:<21} {check.detail}"
                for check in self.checks
            ),
            f"{'valid' if self.passed else 'not valid'}: {good} of {len(self.checks)} checks "
            f"passed, {REQUIRED_CHECKS} needed, {LOADS} among them",
            *(
                f"warning: {check.name} failed, and the version is valid nevertheless"
                for check in self.checks
                if self.passed and not check.passed
            ),
        ]

    @property
    def exit_code(self) -> int:
        """0 when the version is valid, 1 when it is not."""
        return 0 if self.passed else GATE_NOT_PASSED


def run(
    params: ValidateModelParams, platform: Platform, progress: Progress = silent
) -> ValidationResult:
    """Run all four checks whatever each says, and record the outcome on the version.

    Raises:
        NotFoundError: no such version or test table.
        DataError: the test table is empty.
    """
    del progress
    test_set = pinned(platform.tables, params.table(params.test_table), params.test_version)
    rows = _sample(platform, test_set, params.sample_size)

    from ml_assets.modeling.validation import Validation
    from ml_assets.tracking.failures import explained_store
    from ml_assets.tracking.registry import get_version
    from ml_assets.tracking.runs import connect

    client = connect(platform)
    name = params.model(params.model_name)
    with explained_store(platform):
        found = get_version(client, name, version=params.version, alias=params.alias)
    version = ModelVersion(
        name=name,
        version=int(found.version),
        run_id=str(found.run_id),
        alias=None if params.version else params.alias,
    )
    validation = Validation(client, version, rows)
    outcomes = [_outcome(name, check) for name, check in validation.checks.items()]
    result = ValidationResult(
        model_version=version, test_set=test_set, checks=outcomes, passed=is_valid(outcomes)
    )
    with explained_store(platform):
        _record(client, result)
    return result


def is_valid(outcomes: list[CheckOutcome]) -> bool:
    """Whether enough checks passed, loading among them."""
    passed = {outcome.name for outcome in outcomes if outcome.passed}
    return LOADS in passed and len(passed) >= REQUIRED_CHECKS


def _sample(platform: Platform, test_set: TableVersion, size: int) -> pa.Table:
    rows = platform.tables.query(f"select * from t limit {size}", {"t": test_set}).read_all()
    if rows.num_rows == 0:
        raise DataError(
            f"The test table {test_set} is empty.", hint="Run prepare_data on a filled source."
        )
    return rows


def _outcome(name: str, check: Callable[[], str]) -> CheckOutcome:
    try:
        return CheckOutcome(name=name, passed=True, detail=check())
    except Exception as error:  # A broken model may raise anything, and that is the verdict.
        detail = str(error).strip() or "no message"
        return CheckOutcome(name=name, passed=False, detail=f"{type(error).__name__}: {detail}")


def _record(client: MlflowClient, result: ValidationResult) -> None:
    good = [outcome.name for outcome in result.checks if outcome.passed]
    tags = {
        "validated_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "validation_checks": f"{len(good)}/{len(result.checks)}",
        "validation": "passed" if result.passed else "failed",
    }
    for key, value in tags.items():
        client.set_model_version_tag(
            result.model_version.name, str(result.model_version.version), key, value
        )


STEP = Step(
    name="validate_model",
    summary="Validate a registered model version: four checks, three must pass.",
    params=ValidateModelParams,
    result=ValidationResult,
    run=run,
)

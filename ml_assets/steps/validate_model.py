"""Check one registered version: four checks, three have to pass, loading among them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ml_assets.references import Identifier, ModelVersion, TableRef
from ml_assets.steps.base import GATE_NOT_PASSED, Progress, Step, StepParams, StepResult, silent

CHECKS = ("model_loads", "signature_valid", "inference_works", "metadata_retrievable")
REQUIRED_CHECKS = 3


class ValidateModelParams(StepParams):
    """Which version, and what to try it on."""

    model_name: Identifier = Field(description="Model name.")
    version: int | None = Field(default=None, ge=1, description="Version (wins over the alias).")
    alias: Identifier = Field(default="latest-model", description="Model alias.")
    test_table: TableRef = Field(default="test_set", description="Test data table.")
    test_version: int | None = Field(
        default=None, ge=0, description="Version of the test table (newest when left out)."
    )
    sample_size: int = Field(default=5, ge=1, le=100_000, description="Number of test samples.")


class CheckOutcome(BaseModel):
    """One check's verdict."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    passed: bool
    detail: str


class ValidationResult(StepResult):
    """All four verdicts."""

    model_version: ModelVersion
    checks: list[CheckOutcome]
    passed: bool

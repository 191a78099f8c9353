"""What README and docs show is run as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from tests.dagster.support import definitions_of, run_job
from tests.support import call, clean_environment, client_of

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def _blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    variables = clean_environment(folder / "home")
    variables["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), variables["PATH"]])
    return subprocess.run(
        command,
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def _models() -> list[Any]:
    return [
        pytest.param(yaml.safe_load(block)["attributes"], id=page.stem)
        for page in PAGES
        for block in _blocks(page, "yaml")
        if block.startswith("type: ml_assets.components.TrainingPipelineComponent")
    ]


@pytest.mark.parametrize("attributes", _models())
def test_every_shown_model_loads(home: Path, attributes: dict[str, Any]) -> None:
    defs = definitions_of(attributes)

    assert f"{attributes['name']}_training" in [job.name for job in defs.resolve_all_job_defs()]


def test_the_readme_model_of_three_classes_runs_to_a_validated_version(
    home: Path, tmp_path: Path
) -> None:
    attributes = yaml.safe_load(_blocks(ROOT / "README.md", "yaml")[0])["attributes"]
    file = str(tmp_path / "wine.csv")
    assert call("example", "wine", "--output", file).code == 0
    assert call("import_table", file, "--environment", "local", "--table", "wine").code == 0

    with dg.DagsterInstance.ephemeral() as instance:
        result = run_job(definitions_of(attributes), instance, "wine")

    assert result.success
    version = client_of(home).get_model_version_by_alias(
        "mlops_local.ml_models.wine", "latest-model"
    )
    assert version.tags["validation_checks"] == "4/4"
    code = _blocks(ROOT / "README.md", "python")[0].replace("breast_cancer", "wine")
    code = code.replace(".ml_assets/mlflow.db", f"/{home}/mlflow.db")
    done = _run([sys.executable, "-c", f"{code}\nprint(model.metadata.signature)"], tmp_path)
    assert "probability_class_2" in done.stdout, done.stderr


def test_the_commands_alone_run_as_the_readme_shows_them(tmp_path: Path) -> None:
    script = next(block for block in _blocks(ROOT / "README.md", "bash") if "prepare_data" in block)

    done = _run(["bash", "-e", "-c", script], tmp_path)

    assert done.returncode == 0, done.stderr
    assert "REGISTERED_VERSION=1" in done.stdout
    assert "valid: 4 of 4 checks passed" in done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8"))

    missing = [
        link
        for link in links
        if "://" not in link and not (page.parent / link.split("#")[0]).exists()
    ]

    assert missing == []

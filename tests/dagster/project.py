"""A copy of this project, to be changed as a user changes it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.dagster.server import BIN
from tests.dagster.support import MODEL, PROJECT
from tests.support import Done, clean_environment

COMPONENT = "ml_assets.components.TrainingPipelineComponent"


def copy_project(folder: Path) -> Path:
    """The project as a clone has it, without the models that its user has added."""
    for part in ("ml_assets", "config"):
        shutil.copytree(PROJECT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for model in (folder / "ml_assets/defs").iterdir():
        if model.is_dir() and model.name != MODEL:
            shutil.rmtree(model)
    shutil.copy(PROJECT / "pyproject.toml", folder)
    return folder


def model_file(project: Path, model: str = MODEL) -> Path:
    """A model's YAML file."""
    return project / "ml_assets/defs" / model / "defs.yaml"


def change_model(project: Path, changes: Mapping[str, Any], model: str = MODEL) -> None:
    """Set these attributes of a model's file."""
    file = model_file(project, model)
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    content["attributes"].update(changes)
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def dg(project: Path, *arguments: str) -> Done:
    """The ``dg`` command in a copy of the project."""
    done = subprocess.run(
        [BIN / "dg", *arguments],
        cwd=project,
        env=clean_environment(project / "home", PYTHONPATH=str(project), NO_COLOR="1"),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Done(done.returncode, done.stdout, done.stderr)

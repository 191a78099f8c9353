"""The pictures that a training run keeps."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from ml_assets.platforms.base import Platform
from ml_assets.tracking.runs import connect

FOLDER = "plots"


def run_pictures(platform: Platform, run_id: str) -> dict[str, bytes]:
    """Every picture of the run as PNG, by name."""
    client = connect(platform)
    with TemporaryDirectory() as folder:
        found = Path(client.download_artifacts(run_id, FOLDER, folder))
        return {file.stem: file.read_bytes() for file in sorted(found.glob("*.png"))}

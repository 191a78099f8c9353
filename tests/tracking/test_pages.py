"""Links to MLflow's UI, which end up in logs, metadata and tags."""

from __future__ import annotations

import pytest

from ml_assets.platforms.local import LocalPlatform
from ml_assets.references import ModelVersion
from ml_assets.tracking.pages import model_version_page, run_page

VERSION = ModelVersion(name="c.s.m", version=3, run_id="r")


@pytest.mark.parametrize(
    ("uri", "page"),
    [
        ("https://me:secret@mlflow.example/", "https://mlflow.example"),
        ("http://mlflow.example:5000", "http://mlflow.example:5000"),
        ("postgresql://me:secret@db.example/mlflow", "http://127.0.0.1:5000"),
    ],
)
def test_a_link_leads_to_the_server_and_tells_no_password(
    monkeypatch: pytest.MonkeyPatch, uri: str, page: str
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    platform = LocalPlatform()

    assert run_page(platform, "1", "r") == f"{page}/#/experiments/1/runs/r"
    assert model_version_page(platform, VERSION) == f"{page}/#/models/c.s.m/versions/3"

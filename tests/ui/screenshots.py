"""Take the README's pictures: ``python -m tests.ui.screenshots docs/images``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.dagster.server import Server, dagster_server, wait_for
from tests.dagster.support import breast_cancer
from tests.support import put_table
from tests.ui.browser import open_page

MODEL = "breast_cancer"
RUN_SECONDS = 180


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        put_table(home, f"mlops_local.ml_models.{MODEL}", breast_cancer())
        with dagster_server(home) as server:
            server.graphql("mutation { setNuxSeen }")
            _train(server)
            with open_page(server.url, height=720) as page:
                page.goto(f"/locations/__repository__@{server.location}/asset-groups/{MODEL}")
                expect(page.get_by_text("5 / 5 Passed")).to_be_visible()
                _shoot(page, folder / "asset_graph.png")
            with open_page(server.url, height=1180) as page:
                page.goto(f"/assets/{MODEL}/trained_model?view=overview")
                expect(page.get_by_text("test_roc_auc", exact=True)).to_be_visible()
                _shoot(page, folder / "model_metadata.png")


def _train(server: Server) -> None:
    server.launch(f"{MODEL}_training")
    ended = wait_for(
        "The end of the run",
        lambda: [run for run in server.runs() if run["endTime"]],
        seconds=RUN_SECONDS,
        server=server,
    )
    assert ended[0]["status"] == "SUCCESS"


def _shoot(page: Page, file: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)  # the graph glides into its place
    page.screenshot(path=file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

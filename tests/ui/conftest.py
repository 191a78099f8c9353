from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.dagster.server import Server, dagster_server
from tests.dagster.support import MODEL, breast_cancer
from tests.support import put_table
from tests.ui.browser import open_page


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The project as it is, with a source table and nothing else."""
    home = tmp_path_factory.mktemp("ui")
    put_table(home, f"mlops_local.ml_models.{MODEL}", breast_cancer())
    with dagster_server(home) as server:
        server.graphql("mutation { setNuxSeen }")  # what its welcome dialog sends when it is closed
        yield server


@pytest.fixture
def page(server: Server) -> Iterator[Page]:
    with open_page(server.url) as page:
        yield page

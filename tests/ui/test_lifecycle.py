"""What a person does and sees in the Dagster UI, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from ml_assets.steps.validate_model import CHECKS
from tests.dagster.server import Server
from tests.dagster.support import MODEL
from tests.ui.browser import open_page

pytestmark = pytest.mark.ui

RUN_MS = 240_000
METRICS = ("test_f1", "test_accuracy", "test_precision", "test_recall", "test_roc_auc")


@pytest.fixture(scope="session")
def materialized(server: Server) -> Server:
    """After everything was materialized by the button of the asset graph."""
    with open_page(server.url) as page:
        page.goto(_group(server))
        page.get_by_role("button", name="Materialize all").click()
        expect(page.get_by_text("Launched run")).to_be_visible()
        expect(page.get_by_text("5 / 5 Passed")).to_be_visible(timeout=RUN_MS)
    return server


def _group(server: Server) -> str:
    return f"/locations/__repository__@{server.location}/asset-groups/{MODEL}"


def _launchpad(server: Server) -> str:
    return f"/locations/__repository__@{server.location}/jobs/{MODEL}_training/playground"


def test_everything_is_materialized_from_the_asset_graph(materialized: Server, page: Page) -> None:
    page.goto(_group(materialized))

    expect(page.get_by_text("Materialized", exact=True)).to_have_count(4)
    expect(page.get_by_text("1 / 1 Passed")).to_be_visible()
    expect(page.get_by_text("5 / 5 Passed")).to_be_visible()
    page.goto("/runs")
    expect(page.get_by_text("Success", exact=True).first).to_be_visible()
    assert materialized.runs()[-1]["status"] == "SUCCESS"


def test_a_model_shows_its_metrics_and_where_its_run_is(materialized: Server, page: Page) -> None:
    page.goto(f"/assets/{MODEL}/trained_model?view=overview")

    for metric in METRICS:
        row = page.get_by_role("row").filter(has=page.get_by_text(metric, exact=True))
        expect(row).to_contain_text(re.compile(r"(0\.\d+|1)$"))
    run = page.locator('a[href^="http://127.0.0.1:5000/#/experiments/"]')
    expect(run.first).to_be_visible()


def test_a_model_shows_its_pictures(materialized: Server, page: Page) -> None:
    page.goto(f"/assets/{MODEL}/trained_model?view=overview")

    for name in ("confusion_matrix", "feature_importance", "roc_curve", "precision_recall_curve"):
        row = page.get_by_role("row").filter(has=page.get_by_text(name, exact=True))
        row.get_by_text("[Show Markdown]").click()
        picture = page.get_by_role("img", name=name)
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.naturalWidth") > 300
        page.get_by_role("button", name="Close").click()
        expect(picture).to_have_count(0)


@pytest.mark.parametrize("check", [*CHECKS, "validation_passed"])
def test_each_check_says_what_it_looked_at(materialized: Server, page: Page, check: str) -> None:
    page.goto(f"/assets/{MODEL}/registered_model?view=checks&checkDetail={check}")

    expect(page.get_by_text("Succeeded")).to_have_count(5)
    expect(page.get_by_text("Passed", exact=True)).to_be_visible()
    expect(page.get_by_text("No description provided")).to_have_count(0)


def test_a_version_is_validated_again_from_its_page(materialized: Server, page: Page) -> None:
    runs = len(materialized.runs())
    page.goto(f"/assets/{MODEL}/registered_model?view=checks")

    page.get_by_role("button", name="Execute all").click()

    expect(page.get_by_text("Launched run")).to_be_visible()
    page.goto("/runs")
    expect(page.get_by_text("Success", exact=True)).to_have_count(runs + 1, timeout=RUN_MS)
    expect(page.get_by_text("4 more", exact=True)).to_be_visible()  # checks, and no asset


def test_a_source_table_is_shown_before_the_tables_made_from_it(
    materialized: Server, page: Page
) -> None:
    page.goto(f"/assets/tables/{MODEL}?view=lineage")

    for name in (MODEL, "train_set", "test_set"):
        expect(page.get_by_text(name, exact=True).first).to_be_visible()


def test_the_launchpad_describes_and_bounds_its_fields(materialized: Server, page: Page) -> None:
    page.goto(_launchpad(materialized))

    page.get_by_text("n_estimators", exact=True).first.click()

    for text in (
        "LightGBM n_estimators: at least 1, at most 100000.",
        "LightGBM learning_rate: above 0, at most 10.",
        "Baseline F1 score to beat: at least 0, at most 1.",
    ):
        expect(page.get_by_text(text).first).to_be_visible()


def test_a_value_out_of_bounds_is_refused_before_a_run_starts(
    materialized: Server, page: Page
) -> None:
    runs = len(materialized.runs())
    page.goto(_launchpad(materialized))
    page.get_by_text("n_estimators", exact=True).first.click()
    _replace("100", "0", page)

    page.get_by_role("button", name="Launch Run").click()

    refusal = page.get_by_role("dialog")
    expect(refusal).to_contain_text("n_estimators of original value 0")
    expect(refusal).to_contain_text("Input should be greater than or equal to 1")
    assert len(materialized.runs()) == runs


def test_a_changed_value_is_what_the_run_uses(materialized: Server, page: Page) -> None:
    page.goto(_launchpad(materialized))
    page.get_by_text("n_estimators", exact=True).first.click()
    _replace("100", "7", page)

    page.get_by_role("button", name="Launch Run").click()

    expect(page.get_by_text("Success", exact=True).first).to_be_visible(timeout=RUN_MS)
    page.goto(f"/assets/{MODEL}/trained_model?view=overview")
    row = page.get_by_role("row").filter(has=page.get_by_text("rounds", exact=True))
    expect(row).to_contain_text(re.compile(r"M7$"))


def _replace(old: str, new: str, page: Page) -> None:
    """Write ``new`` over ``old`` at the end of the line that the cursor is in."""
    page.keyboard.press("End")
    for _ in old:
        page.keyboard.press("Backspace")
    page.keyboard.type(new)

"""A model is one YAML file: written by ``dg scaffold``, checked by ``dg check``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.dagster.project import COMPONENT, change_model, copy_project, dg, model_file
from tests.dagster.support import PROJECT, definitions_of, key


def test_the_project_passes_its_own_checks() -> None:
    assert dg(PROJECT, "check", "yaml").code == 0
    assert dg(PROJECT, "check", "defs").code == 0


def test_what_is_defined_can_be_listed() -> None:
    done = dg(PROJECT, "list", "defs", "--json")

    assert done.code == 0, done.err
    listed = json.loads(done.out)
    assert {asset["asset_key"] for asset in listed["assets"]} >= {
        "breast_cancer/trained_model",
        "tables/breast_cancer",
    }
    assert "breast_cancer_training" in [job["name"] for job in listed["jobs"]]
    assert "breast_cancer_source_updated" in [sensor["name"] for sensor in listed["sensors"]]


@pytest.mark.parametrize(("folder", "name"), [("churn", "churn"), ("shop/re-orders", "re_orders")])
def test_a_scaffolded_model_passes_the_checks_as_it_is(
    tmp_path: Path, folder: str, name: str
) -> None:
    project = copy_project(tmp_path)

    done = dg(project, "scaffold", "defs", COMPONENT, folder)

    assert done.code == 0, done.err
    written = yaml.safe_load(model_file(project, folder).read_text(encoding="utf-8"))
    assert written["type"] == COMPONENT
    assert written["attributes"]["name"] == name
    assert written["attributes"]["source"] == {"source_table": name}
    checked = dg(project, "check", "yaml")
    assert checked.code == 0, checked.out + checked.err
    listed = json.loads(dg(project, "list", "defs", "--json").out)
    assert f"{name}/registered_model" in {asset["asset_key"] for asset in listed["assets"]}


@pytest.mark.parametrize(
    ("line", "wrong", "words"),
    [
        ("  target: diagnosis", "  taget: diagnosis", "taget"),
        ("    n_estimators: 100", "    n_estimator: 100", "n_estimator"),
        ("    n_estimators: 100", "    n_estimators: many", "n_estimators"),
        ("    test_size: 0.2", "    test_size: 2", "test_size"),
        ("    sample_size: 50", "    sample_size: 0", "sample_size"),
        ("  name: breast_cancer", '  name: "a b;c"', "name"),
        ("  name: breast_cancer", "  name: breast-cancer", "name"),
        ("    source_table: breast_cancer", "    source_table: ../secret", "source_table"),
    ],
)
def test_a_mistake_is_shown_at_its_line(tmp_path: Path, line: str, wrong: str, words: str) -> None:
    project = copy_project(tmp_path)
    file = model_file(project)
    lines = file.read_text(encoding="utf-8").splitlines()
    at = lines.index(line)
    file.write_text("\n".join([*lines[:at], wrong, *lines[at + 1 :]]) + "\n", encoding="utf-8")

    done = dg(project, "check", "yaml")

    assert done.code == 1
    said = done.out + done.err
    assert f"defs.yaml:{at + 1}" in said
    assert words in said


def test_two_models_live_side_by_side(tmp_path: Path) -> None:
    project = copy_project(tmp_path)
    assert dg(project, "scaffold", "defs", COMPONENT, "churn").code == 0
    change_model(project, {"source": {"source_table": "breast_cancer"}}, model="churn")

    listed = json.loads(dg(project, "list", "defs", "--json").out)

    keys = [asset["asset_key"] for asset in listed["assets"]]
    assert keys.count("tables/breast_cancer") == 1
    assert {"churn/trained_model", "breast_cancer/trained_model"} <= set(keys)


def test_a_model_without_a_table_has_no_sensor() -> None:
    defs = definitions_of({"name": "demo", "target": "target", "source": {}})

    assert list(defs.sensors or []) == []
    assert defs.resolve_assets_def(key("demo", "trained_model")).keys


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"schedule": {"cron": "every monday"}}, "cron"),
        ({"schedule": {"cron": "0 6 * * 1", "timezone": "Mars/Olympus"}}, "Mars/Olympus"),
        ({"owners": ["somebody"]}, "owner"),
        ({"source": {"source_table": "a", "key_columns": ["diagnosis"]}}, "the target and a key"),
        ({"source": {"source_table": "a", "feature_store_table": "b"}}, "exclude each other"),
        ({"name": "n" * 250}, "is not a valid name"),
        ({"name": "tables"}, "is the prefix of the source tables"),
        ({"sensor": {"interval_seconds": 1}}, "interval_seconds"),
    ],
)
def test_what_only_the_whole_file_shows_is_refused(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    project = copy_project(tmp_path)
    change_model(project, changes)

    done = dg(project, "check", "defs")

    assert done.code == 1
    assert words in done.out + done.err

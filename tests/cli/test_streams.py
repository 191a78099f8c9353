"""Output that nobody reads, that cannot be written or that was closed before the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.support import shell
from tests.support import DEV, Done, call, put_table, runs_of

PREPARE = f"prepare_data {' '.join(DEV)} --synthetic-rows 1000"
TRAIN = f"train_model {' '.join(DEV)} --model-name m --n-estimators 20"


@pytest.fixture
def prepared(home: Path) -> Path:
    assert call(*PREPARE.split()).code == 0
    return home


@pytest.mark.parametrize(("options", "code"), [("--json", 0), ("--baseline-f1 1", 1)])
def test_a_reader_who_leaves_changes_no_verdict(prepared: Path, options: str, code: int) -> None:
    done = shell(f"{TRAIN} {options} | sleep 0; exit ${{PIPESTATUS[0]}}", home=prepared)
    assert (done.code, done.err) == (code, "")


@pytest.mark.parametrize("command", ["ml_assets status", "ml_assets --help"])
def test_a_reader_who_leaves_is_not_missed(home: Path, command: str) -> None:
    done = shell(f"set -o pipefail; {command} | sleep 0", home=home)
    assert (done.code, done.err) == (0, "")


def test_a_result_that_cannot_be_written_is_an_error(prepared: Path) -> None:
    done = shell(f"{TRAIN} > /dev/full", home=prepared)
    assert done.code == 3
    assert "error: The result cannot be written to standard output" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed(prepared: Path, closed: str) -> None:
    assert shell(f"{TRAIN} {closed}", home=prepared) == Done(0, "", "")
    assert [run.info.status for run in runs_of(prepared, "train_model")] == ["FINISHED"]


def test_an_error_without_standard_error_stays_off_standard_output(home: Path) -> None:
    assert shell(f"{TRAIN} 2>&-", home=home) == Done(3, "", "")


def test_letters_that_the_terminal_does_not_know(home: Path) -> None:
    rows = {"x": list(range(200)), "größe": ["klein", "groß"] * 100}
    put_table(home, "mlops_dev.fraud_detection.raw", rows)
    argv = f"prepare_data {' '.join(DEV)} --source-table raw --label-column größe"
    done = shell(argv, home=home, PYTHONIOENCODING="ascii")
    assert (done.code, done.err) == (0, "")
    assert "gro\\xdf" in done.out


@pytest.mark.parametrize("output", [".", "a_file/x.csv", "/dev/null/x.csv"])
def test_an_example_that_cannot_be_written(home: Path, output: str) -> None:
    (home.parent / "a_file").touch()
    done = call("example", "wine", "--output", output)
    assert done.code == 3
    assert f"error: {output} cannot be written" in done.err

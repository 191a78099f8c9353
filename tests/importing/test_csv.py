from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support import DEV, Done, call, read_table

TABLE = "mlops_dev.fraud_detection.t"
IMPORT = ("import_table", *DEV, "--table", "t", "--json")


def imported(
    home: Path, text: str | bytes, *argv: str, name: str = "f.csv"
) -> dict[str, list[Any]]:
    """The columns of the table that ``text`` becomes."""
    done = bring(home, text, *argv, name=name)
    assert done.code == 0, done.err
    return read_table(home, TABLE).to_pydict()


def bring(home: Path, text: str | bytes, *argv: str, name: str = "f.csv") -> Done:
    (home.parent / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return call(*IMPORT, name, *argv)


def column(home: Path, *values: str, late: str = "") -> list[Any]:
    """What a column of these texts becomes; ``late`` stands after a hundred thousand rows."""
    many = [*values, *[values[-1]] * 100_000, late] if late else [*values]
    text = "\n".join(f"{value},k" for value in ("x", *many)) + "\n"
    found = imported(home, text, "--if-exists", "replace")["x"]
    return [*found[: len(values)], found[-1]] if late else found


NOON = datetime(2026, 1, 2, 12, 0, 0, 500000)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (("1", "-2", " 3 "), [1, -2, 3]),
        (("1", "2.5", "1e3"), [1.0, 2.5, 1000.0]),
        (("1", "", "NA"), [1, None, None]),
        (("true", "False", ""), [True, False, None]),
        (("0", "1"), [0, 1]),
        (("007", "12"), ["007", "12"]),
        (("-01", "5"), ["-01", "5"]),
        (("0", "0.5", "-0.5"), [0.0, 0.5, -0.5]),
        (("9223372036854775807", "-9223372036854775808"), [2**63 - 1, -(2**63)]),
        (("9223372036854775808", "1"), ["9223372036854775808", "1"]),
        (("12345678901234567890123", "1.5"), ["12345678901234567890123", "1.5"]),
        (("0x1A", "0x2B"), ["0x1A", "0x2B"]),
        (("2026-01-02", ""), [date(2026, 1, 2), None]),
        (("2026-01-02", "2026-01-02T12:00:00.5"), [datetime(2026, 1, 2), NOON]),  # noqa: DTZ001
        (("2026-01-02 12:00:00.5",), [NOON]),
        (("2026-01-02T13:00:00.5+01:00", "2026-01-02 12:00:00.5Z"), [NOON.replace(tzinfo=UTC)] * 2),
        (("2026-01-02", "tomorrow"), ["2026-01-02", "tomorrow"]),
        (("?", "1"), ["?", "1"]),
        (("a", '"say ""hi"", twice"', '"NA"', '""'), ["a", 'say "hi", twice', "NA", ""]),
        (('"two\nlines"', "b"), ["two\nlines", "b"]),
        (("", "NULL"), [None, None]),
    ],
    ids=str,
)
def test_a_column_gets_the_narrowest_type_that_damages_no_value(
    home: Path, texts: tuple[str, ...], values: list[Any]
) -> None:
    assert column(home, *texts) == values


@pytest.mark.parametrize(
    ("first", "late", "values"),
    [
        ("1", "2.5", [1.0, 2.5]),
        ("1", "a", ["1", "a"]),
        ("true", "maybe", ["true", "maybe"]),
        ("2026-01-02", "2026-01-02 12:00:00.5", [datetime(2026, 1, 2), NOON]),  # noqa: DTZ001
        ("12", "012", ["12", "012"]),
    ],
)
def test_types_come_from_the_whole_file(
    home: Path, first: str, late: str, values: list[Any]
) -> None:
    assert column(home, first, late=late) == values


def test_texts_that_mean_missing_can_be_named(home: Path) -> None:
    found = imported(home, "a,b\n1,?\n?,x\n-,y\n", "--null-values", "?", "-")

    assert found == {"a": [1, None, None], "b": [None, "x", "y"]}


def test_types_can_be_given(home: Path) -> None:
    found = imported(home, "a,b,c\n1,2,2026-01-02\n", "--types", "a=number", "b=text", "c=text")

    assert found == {"a": [1.0], "b": ["2"], "c": ["2026-01-02"]}
    assert isinstance(found["a"][0], float)


@pytest.mark.parametrize(
    ("name", "text", "argv"),
    [
        ("f.tsv", "a\tb\n1\tx,y\n", ()),
        ("f.csv", "a\tb\n1\tx,y\n", ("--delimiter", "\\t")),
        ("f.csv", 'a;b\n1;"x,y"\n', ("--delimiter", ";")),
        ("f.txt", 'a|b\n1|"x,y"\n', ("--delimiter", "|")),
        ("f.csv", b'\xef\xbb\xbfa,b\n1,"x,y"\n', ()),
        ("f.csv", 'a,b\r\n1,"x,y"\r\n', ()),
        ("f.csv", 'a,b\n1,"x,y"', ()),
        ("f.csv", '"a","b"\n"1","x,y"\n', ()),
        ("F.CSV", 'a,b\n1,"x,y"\n', ()),
        ("f.csv.gz", gzip.compress(b'a,b\n1,"x,y"\n'), ()),
        ("f.tsv.gz", gzip.compress(b"a\tb\n1\tx,y\n"), ()),
        ("data", 'a,b\n1,"x,y"\n', ("--format", "csv")),
    ],
    ids=str,
)
def test_ways_to_write_the_same_rows(
    home: Path, name: str, text: str | bytes, argv: tuple[str, ...]
) -> None:
    assert imported(home, text, *argv, name=name) == {"a": [1], "b": ["x,y"]}


def test_names_are_cleaned_only_when_asked(home: Path) -> None:
    text = "first name,First-Name,,größe (cm),x\n1,2,3,4,5\n"

    refused = bring(home, text)
    found = imported(home, text, "--clean-names")

    assert refused.code == 3
    assert "'first name', '', 'größe (cm)'" in refused.err
    assert list(found) == ["first_name", "First_Name_2", "column_3", "größe_cm", "x"]


def test_what_happens_to_a_table_that_is_there(home: Path) -> None:
    imported(home, "a,b\n1.5,x\n")

    assert bring(home, "a,b\n2,y\n").code == 3
    assert bring(home, "a,b\n2,y\n", "--if-exists", "error").code == 3
    skipped = bring(home, "a,b\n2,y\n", "--if-exists", "skip")
    assert (json.loads(skipped.out)["written"], read_table(home, TABLE).num_rows) == (False, 1)

    appended = imported(home, "b,a\ny,2\n3,\n", "--if-exists", "append")
    assert sorted(zip(*appended.values(), strict=True), key=str) == [
        (1.5, "x"), (2.0, "y"), (None, "3"),
    ]  # fmt: skip
    unlike = bring(home, "a,b\nmuch,z\n", "--if-exists", "append")
    assert unlike.code == 3
    assert "Column 'a' is not number throughout" in unlike.err

    assert imported(home, "c\nz\n", "--if-exists", "replace") == {"c": ["z"]}
    assert json.loads(bring(home, "c\nq\n", "--if-exists", "append").out)["table"]["version"] == 3


def test_an_append_tells_what_it_added(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("a\n1\n2\n", encoding="utf-8")
    command = ("import_table", str(file), *DEV, "--table", "appended")

    told = [call(*command, *flags).out for flags in ((), ("--if-exists", "append"))]

    assert [f"imported   {file}  2 rows\n" in out for out in told] == [True, True]
    assert "4 rows, 1 columns" in told[1]


def test_what_is_told_of_an_import(home: Path) -> None:
    (home.parent / "f.csv").write_text("a;b\n1;x\n", encoding="utf-8")

    done = call("import_table", *DEV, "--table", "t", "f.csv", "--clean-names")

    assert done.code == 0
    assert f"table      {TABLE}@v0  1 rows, 1 columns" in done.out
    assert "warning: there is one column, 'a;b': is --delimiter right?" in done.out
    assert done.err == ""

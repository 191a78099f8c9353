"""The console face: arguments in, exit codes out.

Exit codes: 0 done; 1 the gate says no; 2 wrong usage; 3 an error that the message explains; 70 one
that nobody foresaw; 130 and 143 interrupted.
"""

from __future__ import annotations

import sys

from ml_assets.cli.app import execute


def import_table() -> None:
    """Console script ``import_table``."""
    sys.exit(execute("import_table", sys.argv[1:]))


def prepare_data() -> None:
    """Console script ``prepare_data``."""
    sys.exit(execute("prepare_data", sys.argv[1:]))


def train_model() -> None:
    """Console script ``train_model``."""
    sys.exit(execute("train_model", sys.argv[1:]))


def register_model() -> None:
    """Console script ``register_model``."""
    sys.exit(execute("register_model", sys.argv[1:]))


def validate_model() -> None:
    """Console script ``validate_model``."""
    sys.exit(execute("validate_model", sys.argv[1:]))


def main() -> None:
    """Console script ``ml_assets``: any command as its first argument."""
    from ml_assets.cli.app import dispatch

    sys.exit(dispatch(sys.argv[1:]))

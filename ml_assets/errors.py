"""Every error this package raises on purpose.

::

    MlAssetsError                  exit code 3
    ├── UsageError                 exit code 2: flags or values that cannot be meant
    ├── ConfigurationError         a configuration file or variable is wrong
    ├── NotFoundError              a table, model, run or file that does not exist
    ├── DataError                  the data cannot be used as asked
    ├── GateError                  a gate's rule was not met, so the lifecycle stops here
    ├── StoreError                 MLflow, or the disk, does not do what it is asked
    ├── ConflictError              another process holds or changed what this one needs
    └── MissingPackageError        an optional package is not installed

A message says what happened and to which object; the hint says what to do next.
"""

from __future__ import annotations

from typing import ClassVar


class MlAssetsError(Exception):
    """Base of the hierarchy.

    Args:
        message: what happened, naming the object it happened to.
        hint: what the reader can do next.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\n  {self.hint}"


class UsageError(MlAssetsError):
    """Flags or values that cannot be meant."""

    exit_code: ClassVar[int] = 2


class ConfigurationError(MlAssetsError):
    """A configuration file or environment variable is wrong."""


class NotFoundError(MlAssetsError):
    """Something named exactly does not exist."""


class DataError(MlAssetsError):
    """The data cannot be used as asked; nothing was written."""


class GateError(MlAssetsError):
    """A gate's rule was not met."""


class StoreError(MlAssetsError):
    """MLflow, or the disk below it, does not do what it is asked."""


class ConflictError(MlAssetsError):
    """Another process holds or changed what this one needs."""


class MissingPackageError(MlAssetsError):
    """An optional package is not installed."""

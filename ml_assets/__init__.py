"""Train, gate, register and validate tabular classifiers as Dagster assets."""

from importlib.metadata import version

__version__ = version("ml-assets")

"""Train, gate, register and validate tabular classifiers as Dagster assets."""

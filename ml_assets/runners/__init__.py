"""How a step is started from Dagster."""

"""The lifecycle's artefacts as Dagster assets."""

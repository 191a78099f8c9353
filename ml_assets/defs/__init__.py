"""One folder for each model."""

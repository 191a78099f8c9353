"""MLflow runs: opened, described and always ended."""

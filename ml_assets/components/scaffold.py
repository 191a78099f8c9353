"""What ``dg scaffold defs`` writes for a new model."""

from __future__ import annotations

from typing import Any

import dagster as dg


class TrainingPipelineScaffolder(dg.Scaffolder[Any]):
    """Writes a ``defs.yaml`` that loads as it is and shows what to fill in."""

    def scaffold(self, request: dg.ScaffoldRequest[Any]) -> None:
        """Write the file, the model named like its folder."""
        name = request.target_path.name.replace("-", "_")
        dg.scaffold_component(
            request,
            {
                "name": name,
                "description": "",
                "target": "target",
                "source": {"source_table": name},
                "split": {"test_size": 0.2},
                "training": {"n_estimators": 100, "max_depth": 5, "learning_rate": 0.1},
                "owners": [],
                "schedule": {"cron": "0 6 * * 1", "timezone": "UTC"},
            },
        )

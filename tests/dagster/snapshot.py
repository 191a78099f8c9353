"""What the code location defines, as text that a review can read.

``python -m tests.dagster.snapshot`` renews the file that the tests compare with.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dagster as dg

from tests.dagster.support import MODEL, location

FILE = Path(__file__).with_name("definitions.json")


def described(defs: dg.Definitions, model: str) -> dict[str, dict[str, Any]]:
    """Assets, checks, jobs, schedules and sensors of one model, and the table it reads."""
    return {
        kind: {name: said for name, said in found.items() if _belongs(name, model)}
        for kind, found in _everything(defs).items()
    }


def _belongs(name: str, model: str) -> bool:
    return name.startswith((f"{model}/", f"{model}_")) or name == f"tables/{model}"


def _everything(defs: dg.Definitions) -> dict[str, dict[str, Any]]:
    repository = defs.get_repository_def()
    graph = repository.asset_graph
    return {
        "assets": {
            spec.key.to_user_string(): {
                "group": spec.group_name,
                "description": spec.description,
                "kinds": sorted(spec.kinds),
                "owners": list(spec.owners),
                "reads": sorted(dep.asset_key.to_user_string() for dep in spec.deps),
                "pool": sorted(graph.get(spec.key).pools or ()),
                "metadata": sorted(spec.metadata),
            }
            for spec in sorted(defs.resolve_all_asset_specs(), key=lambda spec: spec.key)
        },
        "checks": {
            f"{check.asset_key.to_user_string()}:{check.name}": {
                "blocking": check.blocking,
                "description": check.description,
            }
            for check in sorted(graph.asset_check_keys)
            for check in [graph.get_check_spec(check)]
        },
        "jobs": {
            job.name: {"description": job.description, "tags": dict(job.tags)}
            for job in repository.get_all_jobs()
            if not job.name.startswith("__")
        },
        "schedules": {
            schedule.name: {
                "cron": schedule.cron_schedule,
                "timezone": schedule.execution_timezone,
                "job": schedule.job_name,
                "status": schedule.default_status.value,
                "description": schedule.description,
            }
            for schedule in repository.schedule_defs
        },
        "sensors": {
            sensor.name: {
                "job": sensor.job_name,
                "status": sensor.default_status.value,
                "seconds": sensor.minimum_interval_seconds,
                "description": sensor.description,
            }
            for sensor in repository.sensor_defs
        },
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(described(location(), MODEL), indent=2) + "\n", encoding="utf-8")

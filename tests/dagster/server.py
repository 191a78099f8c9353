"""A real ``dg dev``: webserver, daemon and code location in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[2]
STARTUP_SECONDS = 120
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Server:
    """A running Dagster: its address, and where it keeps things."""

    url: str
    home: Path
    log: Path

    def graphql(self, query: str, **variables: object) -> dict[str, Any]:
        """The data that ``query`` asks for."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}/graphql", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            answer = json.load(response)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def runs(self) -> list[dict[str, Any]]:
        """Every run, the newest first."""
        query = """{ runsOrError { ... on Runs { results {
            runId jobName status startTime endTime tags { key value } } } } }"""
        return self.graphql(query)["runsOrError"]["results"]

    def launch(self, job: str, config: Mapping[str, object] | None = None) -> str:
        """Start a run of ``job`` and return its id."""
        query = """mutation($params: ExecutionParams!) {
            launchRun(executionParams: $params) {
                __typename ... on LaunchRunSuccess { run { runId } }
                ... on PythonError { message } } }"""
        params = {
            "selector": {
                "repositoryLocationName": self.location,
                "repositoryName": "__repository__",
                "jobName": job,
            },
            "runConfigData": config or {},
        }
        launched = self.graphql(query, params=params)["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return launched["run"]["runId"]

    @property
    def location(self) -> str:
        """The name of the code location that is loaded."""
        query = """{ workspaceOrError { ... on Workspace { locationEntries { name
            locationOrLoadError { __typename ... on PythonError { message } } } } } }"""
        (entry,) = self.graphql(query)["workspaceOrError"]["locationEntries"]
        found = entry["locationOrLoadError"]
        assert found["__typename"] == "RepositoryLocation", found
        return entry["name"]


def wait_for(what: str, look: Callable[[], Any], *, seconds: float, server: Server) -> Any:
    """The first answer of ``look`` that is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.5)
    tail = server.log.read_text(encoding="utf-8", errors="replace")[-4000:]
    raise AssertionError(f"{what} did not happen within {seconds:.0f} s. The server said:\n{tail}")


@contextmanager
def dagster_server(
    home: Path, *, project: Path = PROJECT, variables: Mapping[str, str] | None = None
) -> Generator[Server, None, None]:
    """Start ``dg dev`` with everything it keeps under ``home``, and end it."""
    dagster_home = home / "dagster"
    dagster_home.mkdir(parents=True, exist_ok=True)
    config = yaml.safe_load((PROJECT / "config/dagster.yaml").read_text(encoding="utf-8"))
    (dagster_home / "dagster.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    server = Server(f"http://127.0.0.1:{_free_port()}", home, home / "server.log")
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            [BIN / "dg", "dev", "--host", "127.0.0.1", "--port", server.url.rsplit(":", 1)[1]],
            cwd=project,
            env=_environment(home, variables or {}),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(
            "The webserver's first answer",
            lambda: _answers(server, process),
            seconds=STARTUP_SECONDS,
            server=server,
        )
        yield server
    finally:
        _end(process)


def _environment(home: Path, variables: Mapping[str, str]) -> dict[str, str]:
    own = ("ML_ASSETS_", "MLFLOW_", "DAGSTER_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return {
        **kept,
        "PATH": f"{BIN}{os.pathsep}{kept['PATH']}",
        "ML_ASSETS_HOME": str(home),
        "DAGSTER_HOME": str(home / "dagster"),
        **variables,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(server: Server, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, server.log.read_text(encoding="utf-8", errors="replace")
    try:
        return bool(server.location)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the whole group to end, and insist after a while."""
    for how, patience in ((signal.SIGINT, 30), (signal.SIGKILL, 10)):
        try:
            os.killpg(process.pid, how)
            process.wait(patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue

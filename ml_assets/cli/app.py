"""Run one command: parse, bind the environment, run the step, print, and choose the exit code."""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from ml_assets.cli.arguments import add_flags, read_params
from ml_assets.cli.output import complain, open_streams, say
from ml_assets.environment import (
    Environment,
    check_catalog,
    current_environment,
    load_environments,
    named_environment,
    pick_environment,
)
from ml_assets.errors import MlAssetsError, UsageError
from ml_assets.platforms.connect import connect_platform

if TYPE_CHECKING:
    from ml_assets.steps.base import Step, StepResult

STEP_COMMANDS = ("import_table", "prepare_data", "train_model", "register_model", "validate_model")
OTHER_COMMANDS = {
    "example": "Write one of scikit-learn's data sets as CSV.",
    "status": "Show the models of each environment.",
}
UNEXPECTED = 70
INTERRUPTED = 130
TERMINATED = 143


def dispatch(argv: Sequence[str]) -> int:
    """Run the command named by the first argument."""
    known = (*STEP_COMMANDS, *OTHER_COMMANDS)
    if not argv or argv[0] in ("-h", "--help"):
        return guarded(lambda: _show_commands(known, asked=bool(argv)))
    command, rest = argv[0], argv[1:]
    if command in STEP_COMMANDS:
        return execute(command, rest)
    if command in OTHER_COMMANDS:
        return guarded(lambda: importlib.import_module(f"ml_assets.cli.{command}").run(rest))
    complain(f"ml_assets: no command {command!r}; there are: {', '.join(known)}")
    return UsageError.exit_code


def _show_commands(known: Sequence[str], *, asked: bool) -> int:
    say("usage: ml_assets COMMAND ...", "", "commands (each has --help):")
    for command in known:
        summary = OTHER_COMMANDS.get(command) or load_step(command).summary
        say(f"  {command:<15} {summary}")
    return 0 if asked else UsageError.exit_code


def execute(command: str, argv: Sequence[str]) -> int:
    """Run one step's command and return its exit code."""
    return guarded(lambda: _run_step(load_step(command), argv))


def load_step(command: str) -> Step[Any, Any]:
    """The step of this name."""
    step: Step[Any, Any] = importlib.import_module(f"ml_assets.steps.{command}").STEP
    return step


def guarded(body: Any) -> int:
    """Run ``body``; turn what it raises into a message and an exit code."""
    open_streams()
    signal.signal(signal.SIGTERM, _terminate)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    try:
        return int(body())
    except MlAssetsError as error:
        complain(f"error: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    except Exception:  # Left to Python the exit code would be 1, which is the gate's "no".
        complain(
            traceback.format_exc().rstrip(),
            "error: nobody foresaw this; please report it with the lines above",
        )
        return UNEXPECTED


def _terminate(_signum: int, _frame: FrameType | None) -> None:
    raise SystemExit(TERMINATED)


def base_parser(command: str, summary: str) -> argparse.ArgumentParser:
    """A parser with the flags that every command has."""
    parser = argparse.ArgumentParser(prog=command, description=summary, allow_abbrev=False)
    parser.add_argument("--config", type=Path, help="Configuration file of environments.")
    parser.add_argument("--json", action="store_true", help="Print the result as JSON.")
    return parser


def _run_step(step: Step[Any, Any], argv: Sequence[str]) -> int:
    from ml_assets.cli.progress import console_progress

    parser = base_parser(step.name, step.summary)
    add_flags(parser, step.params)
    given = vars(parser.parse_args(argv))
    config, as_json = given.pop("config"), given.pop("json")
    environments = load_environments(config)
    environment = bind(given, environments)
    params = read_params(step.params, given)
    check_catalog(environments, environment, params.catalog)
    platform = connect_platform(environment.platform, environment=environment.name)
    with console_progress() as progress:
        result: StepResult = step.run(params, platform, progress)
    _report(result, as_json=as_json)
    return result.exit_code


def bind(given: dict[str, Any], environments: Mapping[str, Environment]) -> Environment:
    """Choose the environment, and fill catalog and schema from it where it was named.

    The flag wins, then the process's variables, then the environment whose catalog was given.
    """
    if "environment" in given:
        environment = pick_environment(environments, given["environment"])
    elif named_environment() is not None:
        environment = current_environment(environments)
    else:
        owners = [e for e in environments.values() if e.catalog == given.get("catalog")]
        given["environment"] = (owners[0] if owners else current_environment(environments)).name
        for name, said in (("--catalog", "catalog"), ("--schema", "schema_name")):
            if said not in given:
                raise UsageError(
                    f"{name} is required",
                    hint="Or name the environment whose configuration has it: --environment or "
                    "ML_ASSETS_ENV.",
                )
        return pick_environment(environments, given["environment"])
    given["environment"] = environment.name
    given.setdefault("catalog", environment.catalog)
    given.setdefault("schema_name", environment.schema_name)
    return environment


def _report(result: StepResult, *, as_json: bool) -> None:
    if as_json:
        say(json.dumps(result.model_dump(mode="json"), indent=2))
        return
    (complain if result.outputs else say)(*result.summary())
    say(*(f"{name}={value}" for name, value in result.outputs.items()))

"""Flags from a parameter model: its fields, descriptions, defaults and types."""

from __future__ import annotations

import argparse
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from ml_assets.errors import UsageError
from ml_assets.steps.base import StepParams

M = TypeVar("M", bound=BaseModel)


def add_flags(parser: argparse.ArgumentParser, params: type[BaseModel]) -> None:
    """Give ``parser`` one flag for each field; what is left out keeps the model's default."""
    for name, field in _in_reading_order(params):
        if _is_positional(field):
            parser.add_argument(name, metavar=_metavar(name), help=_help(field))
            continue
        options: dict[str, Any] = {
            "dest": name,
            "default": argparse.SUPPRESS,
            "help": _help(field),
        }
        kind = _bare(field.annotation)
        if kind is bool:
            options["action"] = argparse.BooleanOptionalAction
        elif get_origin(kind) is list:
            options |= {"nargs": "+", "metavar": _metavar(name)}
        elif get_origin(kind) is dict:
            options |= {"nargs": "+", "metavar": "KEY=VALUE"}
        elif get_origin(kind) is Literal:
            options["choices"] = get_args(kind)
        else:
            options["metavar"] = _metavar(name)
        parser.add_argument(flag(name, field), **options)


def _in_reading_order(params: type[BaseModel]) -> list[tuple[str, FieldInfo]]:
    """Where, then what this command alone asks, then the settings it shares with YAML files."""
    own = params.__annotations__
    return sorted(
        params.model_fields.items(),
        key=lambda item: 0 if item[0] in StepParams.model_fields else 1 if item[0] in own else 2,
    )


def flag(name: str, field: FieldInfo) -> str:
    """The flag of a field: its alias or name, with dashes; a positional one's place."""
    if _is_positional(field):
        return _metavar(name)
    return "--" + (field.alias or name).replace("_", "-")


def _is_positional(field: FieldInfo) -> bool:
    extra = field.json_schema_extra
    return isinstance(extra, dict) and extra.get("positional") is True


def read_params(params: type[M], given: Mapping[str, Any]) -> M:
    """Build the model from what the flags gave.

    Raises:
        UsageError: naming each flag whose value is wrong or missing.
    """
    values = {
        name: _pairs(name, value, get_args(kind)[1]) if get_origin(kind) is dict else value
        for name, value in given.items()
        for kind in (_bare(params.model_fields[name].annotation),)
    }
    try:
        return params.model_validate(values)
    except ValidationError as error:
        raise UsageError("\n".join(_problems(params, error))) from error


def _problems(params: type[BaseModel], error: ValidationError) -> list[str]:
    lines: list[str] = []
    for problem in error.errors():
        message = problem["msg"].removeprefix("Value error, ")
        if not problem["loc"]:
            lines.append(message)
            continue
        place = str(problem["loc"][0])
        named = next(
            (
                flag(name, field)
                for name, field in params.model_fields.items()
                if place in (name, field.alias)
            ),
            place,
        )
        lines.append(
            f"{named} is required"
            if problem["type"] == "missing"
            else f"{named} {problem['input']!r}: {message}"
        )
    return lines


def _help(field: FieldInfo) -> str:
    text = (field.description or "").replace("%", "%%")
    shown = field.get_default(call_default_factory=False)
    if field.is_required() or field.default_factory is not None or shown is None or shown is False:
        return text
    return f"{text} Default: {shown}."


def _metavar(name: str) -> str:
    return name.removesuffix("_name").upper()


def _bare(annotation: Any) -> Any:
    """The annotation without ``| None``."""
    if get_origin(annotation) in (Union, types.UnionType):
        some = [arg for arg in get_args(annotation) if arg is not type(None)]
        if len(some) == 1:
            return some[0]
    return annotation


def _pairs(name: str, items: list[str], kind: Any) -> dict[str, Any]:
    """Values of one kind as they are; where several kinds may stand, what YAML makes of them."""
    read = _value if get_origin(kind) in (Union, types.UnionType) else str
    pairs: dict[str, Any] = {}
    for item in items:
        key, separator, value = item.partition("=")
        if not separator or not key:
            raise UsageError(f"--{name.replace('_', '-')} {item!r}: write key=value")
        pairs[key] = read(value)
    return pairs


def _value(text: str) -> Any:
    """A number, a truth value, a list, or else the text itself."""
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text

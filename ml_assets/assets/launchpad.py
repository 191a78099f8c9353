"""What a user may change for one run, in the launchpad."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import annotated_types
import dagster as dg
from pydantic import BaseModel
from pydantic.fields import FieldInfo

_SCALARS: tuple[type, ...] = (bool, int, float, str)


def launchpad_fields(
    params: type[BaseModel], names: Sequence[str], defaults: Mapping[str, object]
) -> dict[str, dg.Field]:
    """A config field for each named parameter, described and with its bounds.

    Args:
        params: the step's parameters, which check the values.
        names: the parameters that can be changed.
        defaults: what they are when they are left alone.
    """
    return {name: _config_field(params.model_fields[name], defaults.get(name)) for name in names}


def _config_field(field: FieldInfo, default: object) -> dg.Field:
    kind, described = _scalar(field.annotation), _described(field)
    if default is None:
        return dg.Field(kind, is_required=False, description=described)
    return dg.Field(kind, is_required=False, description=described, default_value=default)


def _scalar(annotation: Any) -> type:
    for kind in _SCALARS:
        if annotation == kind or annotation == kind | None:
            return kind
    raise TypeError(f"{annotation} is no scalar")


def _described(field: FieldInfo) -> str:
    bounds = [text for constraint in field.metadata if (text := _bound(constraint))]
    described = field.description or ""
    return f"{described} ({', '.join(bounds)})" if bounds else described


def _bound(constraint: object) -> str:
    if isinstance(constraint, annotated_types.Ge):
        return f"at least {constraint.ge}"
    if isinstance(constraint, annotated_types.Gt):
        return f"above {constraint.gt}"
    if isinstance(constraint, annotated_types.Le):
        return f"at most {constraint.le}"
    if isinstance(constraint, annotated_types.Lt):
        return f"below {constraint.lt}"
    return ""

"""What a user may change for one run, in the launchpad."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import annotated_types
import dagster as dg
from dagster._config import ConfigScalar, ConfigScalarKind
from dagster._config.errors import PostProcessingError
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

_KINDS: dict[type, ConfigScalarKind] = {
    bool: ConfigScalarKind.BOOL,
    int: ConfigScalarKind.INT,
    float: ConfigScalarKind.FLOAT,
    str: ConfigScalarKind.STRING,
}


def launchpad_fields(
    params: type[BaseModel], names: Sequence[str], defaults: Mapping[str, object]
) -> dict[str, dg.Field]:
    """A config field for each named parameter, described and held to its bounds.

    Args:
        params: the step's parameters, which check the values.
        names: the parameters that can be changed.
        defaults: what they are when they are left alone.
    """
    return {name: _config_field(params, name, defaults.get(name)) for name in names}


class _Checked(ConfigScalar):
    """A scalar that is checked when a run is asked for, before any of its steps starts.

    Dagster's own scalars only check the type. Its config types may check the value, but it offers
    them under a private name only.
    """

    def __init__(self, key: str, field: FieldInfo) -> None:
        kind = _scalar(field.annotation)
        super().__init__(key=key, given_name=kind.__name__, scalar_kind=_KINDS[kind])
        checked: Any = Annotated[field.annotation, field]
        self._adapter: TypeAdapter[Any] = TypeAdapter(checked)

    def post_process(self, value: Any) -> Any:
        """The value, when the step would take it."""
        try:
            return self._adapter.validate_python(value)
        except ValidationError as error:
            # Without the cause, whose trace would bury the message in the UI.
            raise PostProcessingError(error.errors()[0]["msg"]) from None


def _config_field(params: type[BaseModel], name: str, default: object) -> dg.Field:
    field = params.model_fields[name]
    checked = _Checked(f"{params.__name__}.{name}", field)
    if default is None:
        return dg.Field(checked, is_required=False, description=_described(field))
    return dg.Field(
        checked, is_required=False, description=_described(field), default_value=default
    )


def _scalar(annotation: Any) -> type:
    for kind in _KINDS:
        if annotation == kind or annotation == kind | None:
            return kind
    raise TypeError(f"{annotation} is no scalar")


def _described(field: FieldInfo) -> str:
    bounds = [text for constraint in field.metadata if (text := _bound(constraint))]
    described = field.description or ""
    return f"{described.removesuffix('.')}: {', '.join(bounds)}." if bounds else described


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

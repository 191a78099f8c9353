"""Table rows in the shape in which a caller of the model would send them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
from mlflow.types import DataType, Schema

_ARROW: dict[Any, pa.DataType] = {
    DataType.double: pa.float64(),
    DataType.long: pa.int64(),
    DataType.boolean: pa.bool_(),
    DataType.string: pa.string(),
}


def raw_rows(inputs: Schema, rows: pa.Table) -> pd.DataFrame:
    """The columns of ``rows`` that the signature names, in its types."""
    names = inputs.input_names()
    columns = [
        rows.column(name).cast(_ARROW[kind], safe=False)
        for name, kind in zip(names, inputs.input_types(), strict=True)
    ]
    return pa.table(columns, names=names).to_pandas()

"""Batches with the settings of a client of alibabacloud-oss-v2."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import alibabacloud_oss_v2 as oss

from ossign_fast import RequestError, UrlBatch

from ._presign import OPERATIONS, Presigner, operation_of


def presign_batch(
    presigner: Presigner,
    request: Any,
    keys: Any,
    *,
    expires: Any,
    expiration: datetime | None,
    **batch: Any,
) -> UrlBatch[Any]:
    """Returns the URLs of `request` for many keys; arguments as those of `presign_many`."""
    try:
        operation = operation_of(request)
    except oss.exceptions.ParamInvalidError:
        names = ", ".join(each.name for each in OPERATIONS.values())
        raise RequestError("request", f"must be a request model of {names}") from None
    signer = presigner.batch_signer()
    plain, columns = _split(request)
    headers, query = presigner.read(operation, plain)
    for place, name, column in columns:
        (query if place == "query" else headers)[name] = column
    if isinstance(expires, timedelta):
        expires //= timedelta(seconds=1)
    presigner.hand_over(operation, presigner.clock())
    return signer.presign_many(
        operation.method,
        keys,
        bucket=request.bucket,
        headers=headers,
        query=query,
        expires=expires,
        expiration=expiration,
        **batch,
    )


def _split(request: Any) -> tuple[Any, list[tuple[str, str, Any]]]:
    """Returns a request that the SDK can read, and the columns that it could not."""
    plain = copy.copy(request)
    plain.key = "key"
    columns = []
    for name, rules in request._attribute_map.items():
        value = getattr(request, name)
        if rules.get("position") in ("query", "header") and _is_column(value):
            setattr(plain, name, "column")
            columns.append((rules["position"], rules.get("rename", name), _texts(value)))
        elif name == "bucket" and _is_column(value):
            plain.bucket = "bucket"
    return plain, columns


def _is_column(value: Any) -> bool:
    marks = ("__len__", "__arrow_c_array__", "__arrow_c_stream__")
    is_several = any(hasattr(value, mark) for mark in marks)
    return is_several and not isinstance(value, (str, bytes, dict))


def _texts(column: Any) -> Any:
    """Returns a column whose values the SDK would write in its own way as text."""
    if getattr(getattr(column, "dtype", None), "kind", "") in ("b", "O"):
        column = column.tolist()
    if not isinstance(column, (list, tuple)):
        return column
    return [_text(value) for value in column]


def _text(value: Any) -> Any:
    if isinstance(value, Enum):
        return str(value.value)
    return str(value).lower() if isinstance(value, bool) else value

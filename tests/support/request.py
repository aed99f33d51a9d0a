"""How the tests of requests build one, and are refused one."""

from __future__ import annotations

from typing import Any

import pytest

from ossign_fast import RequestError
from ossign_fast._rules.operations import find_operation
from ossign_fast._rules.parameters import Parameter, Request
from ossign_fast._rules.request import build_request


def build(operation: str = "GET", batch: bool = False, **call: Any) -> Request:
    plain: dict[str, Any] = {
        "headers": None, "query": None, "additional_headers": (), "bucket": "examplebucket",
    }  # fmt: skip
    options = {name: call.pop(name) for name in [*call] if name not in plain}
    return build_request(find_operation(operation), options, **{**plain, **call}, batch=batch)


def refusal(*arguments: Any, **call: Any) -> tuple[str, str, int | None]:
    with pytest.raises(RequestError) as caught:
        build(*arguments, **call)
    assert caught.value.__cause__ is None
    return caught.value.field, caught.value.problem, caught.value.row


def pairs(parameters: tuple[Parameter, ...]) -> list[tuple[str, Any]]:
    return [(parameter.name, parameter.value) for parameter in parameters]

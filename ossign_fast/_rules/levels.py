"""Whether a request is for an object, a bucket or the service: said, and never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._errors import RequestError
from .operations import Operation, find_operation, unknown_option


class _NoKey:
    """The type of `NO_KEY`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NO_KEY"

    def __reduce__(self) -> str:
        return "NO_KEY"


#: Stands for the key of a request to a bucket, or to the service, of which there is none.
NO_KEY: Any = _NoKey()


def wants_object(operation: str, key: object, field: str = "key") -> bool:
    """Returns whether a request is for an object; `key` may be a column of keys.

    Raises:
        RequestError: The key is None, as that of a row that lacks one, and the operation does not
            tell that none was meant.
    """
    if key is None and find_operation(operation).level == "any":
        raise RequestError(
            field,
            "is None; give the object key, or leave the argument out for a request to the bucket",
        )
    return not (key is None or key is NO_KEY)


def check_level(
    operation: Operation, has_key: bool, bucket: object, *, service: bool = False
) -> None:
    """Checks that key and bucket are there exactly where `operation` needs them.

    Args:
        operation: The operation.
        has_key: Whether the request is for an object.
        bucket: The bucket, or None.
        service: Whether the request was said to be for the service.
    """
    if operation.level == "object" and not has_key:
        raise RequestError("key", f"is missing; {operation.name} works on an object")
    if operation.level == "bucket" and has_key:
        raise RequestError("key", f"{operation.name} works on a bucket; leave the key out")
    if bucket is None and (has_key or operation.level != "any"):
        raise RequestError("bucket", "is missing; give it to the Signer or to the call")
    if bucket is None and not service:
        raise RequestError(
            "bucket",
            "is missing; give it to the Signer or to the call, or bucket='' for a request to the "
            "service, such as the list of your buckets",
        )


def check_names(operation: Operation, options: Mapping[str, Any]) -> None:
    """Checks that `operation` has each of these options that is not None.

    Raises:
        RequestError: It has not; the text names near misses.
    """
    for name, value in options.items():
        if value is not None and name not in operation.options:
            raise unknown_option(operation, name)

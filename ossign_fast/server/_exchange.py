"""A request after its signature was checked, and the answer to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import BinaryIO
from urllib.parse import quote

from ._body import Body
from ._errors import ServiceError
from ._store import Store
from ._xml import Value, render

_NUMBER = re.compile("[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Call:
    """One request that may be carried out.

    Attributes:
        bucket: The bucket; empty for a request to the service.
        key: The object key; empty for a request to the bucket.
        query: Decoded parameters besides those of the signature.
        headers: Lower-case names; values hold one character per byte, as HTTP/1.1 has them.
        body: The body, not yet read.
        store: Where the objects are.
        region: The region of this endpoint.
        now: Epoch seconds.
    """

    bucket: str
    key: str
    query: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: Body
    store: Store
    region: str
    now: float

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """Returns the query parameter `name` as a number.

        Raises:
            ServiceError: InvalidArgument, if it is none or outside `low`..`high`.
        """
        text = self.query.get(name, "")
        number = int(text) if _NUMBER.fullmatch(text) else default if not text else low - 1
        if not low <= number <= high:
            raise ServiceError("InvalidArgument", f"{name}: must be a number from {low} to {high}.")
        return number

    def flag(self, name: str) -> bool:
        """Returns whether the header `name` says true."""
        return self.headers.get(name, "").lower() == "true"

    def spell(self, text: str) -> str:
        """Returns `text` in the encoding that the client asked for by `encoding-type`."""
        kind = self.query.get("encoding-type", "")
        if kind not in ("", "url"):
            raise ServiceError("InvalidArgument", "encoding-type: must be url.")
        return quote(text, safe="") if kind else text


@dataclass(frozen=True)
class Slice:
    """A stretch of an open file. Whoever sends it closes the file."""

    file: BinaryIO
    start: int
    count: int


@dataclass(frozen=True)
class Answer:
    """What goes back. The content is bytes, or a slice of a file."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | Slice = b""

    @property
    def length(self) -> int:
        """Bytes of the content."""
        return self.content.count if isinstance(self.content, Slice) else len(self.content)


def xml_answer(
    root: str,
    fields: Mapping[str, Value],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Returns an answer whose content is an XML document."""
    return Answer(
        status, {"Content-Type": "application/xml", **(headers or {})}, render(root, fields)
    )


def iso_time(moment: float) -> str:
    """Returns `moment` (epoch seconds) as XML bodies have it.

    Example:
        >>> iso_time(1709281815.25)
        '2024-03-01T08:30:15.000Z'
    """
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")

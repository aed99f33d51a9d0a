"""The answer of a server that refuses: what OSS tells of the reason, read from a stranger."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from ._errors import REFUSED, CommandError
from ._output import printable
from ._signed_url import SignedUrl

if TYPE_CHECKING:
    import requests

_BODY_BYTES = 1 << 16
_FIELDS = ("Code", "Message", "EC", "Endpoint", "RequestId", "RecommendDoc")
_SIGNATURE_HINT = (
    "hint: send exactly the headers that presign listed, value for value, with --header "
    "(Content-Type included; none if none was listed), with the method that was signed; if they "
    "are right, the URL was signed with another secret"
)
_ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS


class Refusal(CommandError):
    """The server's answer, where it is not a success.

    Attributes:
        status: The HTTP status.
        fields: Code, Message, EC and RequestId, as far as the server sent them.
    """

    def __init__(
        self, host: str, status: int, fields: Mapping[str, str], details: Sequence[str]
    ) -> None:
        self.status = status
        self.fields = fields
        super().__init__(f"{host} refused the request: HTTP {status}", REFUSED, details)


def read_refusal(
    response: requests.Response, url: SignedUrl, headers: Mapping[str, str]
) -> Refusal:
    """Returns what `response` tells, with hints.

    Args:
        response: The answer, its body unread.
        url: What was asked.
        headers: The headers that the caller sent with it.
    """
    fields = _oss_error_fields(response)
    lines = [f"{name}: {value}" for name, value in fields.items()]
    if fields.get("Code") == "SignatureDoesNotMatch":
        lines.append(_SIGNATURE_HINT)
        given = {name.lower() for name in headers}
        missing = [name for name in url.additional_headers if name not in given | {"host"}]
        if missing:
            lines.append(f"hint: the URL was signed with {', '.join(missing)}; --header lacks it")
    if 300 <= response.status_code < 400:
        lines.append("hint: redirects are not followed; sign for the endpoint that has the bucket")
    return Refusal(url.host, response.status_code, fields, lines)


def _oss_error_fields(response: requests.Response) -> dict[str, str]:
    """Returns Code, Message, EC and RequestId of an OSS error, as far as it has them.

    `StringToSign` and `CanonicalRequest` are left out: they hold the signature's inputs.
    """
    headers = response.headers
    fields = {"EC": headers.get("x-oss-ec", ""), "RequestId": headers.get("x-oss-request-id", "")}
    with contextlib.suppress(ElementTree.ParseError, ValueError, zlib.error):
        for element in ElementTree.fromstring(_xml_text(response)):
            fields[element.tag] = element.text or fields.get(element.tag, "")
    return {name: printable(fields[name]) for name in _FIELDS if fields.get(name)}


def _xml_text(response: requests.Response) -> str:
    """Returns the start of the body as text, which the parser takes as it is.

    Raises:
        ValueError: It is not in UTF-8, as all answers of OSS are, or holds a DTD, as none does:
            a stranger's entities are not expanded, in whatever encoding they hide.
        zlib.error: It is not compressed as it says.
    """
    body: bytes = response.raw.read(_BODY_BYTES, decode_content=False)
    if response.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip", "deflate"):
        body = zlib.decompressobj(_ZLIB_OR_GZIP).decompress(body, _BODY_BYTES)
    text = body.decode("utf-8-sig")
    if "<!" in text or "\0" in text:
        raise ValueError("not an answer of OSS")
    return text

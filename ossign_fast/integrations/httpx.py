"""`auth=` for httpx: signs each request that goes to a signer's endpoint."""

from __future__ import annotations

from collections.abc import Collection, Generator

import httpx

from ossign_fast import Signer

from ._handover import WRITTEN
from ._http import RequestSigner

__all__ = ["OSSAuth"]


class OSSAuth(httpx.Auth):
    """Signs requests in their headers, for `Client` and `AsyncClient`.

    With Signature V4, unless the signer is one of V1. Bucket and key are read from the URL, in the
    style of the signer: virtual, path or cname (for which the signer needs a bucket). The body is
    neither read nor signed, so it may be a stream. A request that a redirect led elsewhere at the
    same endpoint is signed anew when OSS refuses it, and sent once more if its body is no stream.

    httpx takes Authorization out of a request that a redirect leads to another host, but not the
    STS token, which is useless without its secret, yet nobody's business: do not follow redirects
    to places that you do not trust. It tidies the path of a URL ("." and ".."): keys with such
    segments need another client.

    Args:
        signer: Signs; requests anywhere but to its endpoint are refused.
        additional_headers: Names of headers to sign besides; default: those of the signer.

    Raises:
        RequestError: While sending, if the URL is not at the endpoint or the request breaks a rule.
        CredentialsError: While sending, if the signer has no credentials.

    Example:
        >>> auth = OSSAuth(Signer(region="cn-hangzhou"))
        >>> url = "https://examplebucket.oss-cn-hangzhou.aliyuncs.com/dir/a.txt?tagging"
        >>> signed = next(auth.auth_flow(httpx.Request("GET", url)))
        >>> signed.headers["Authorization"].partition(" ")[0]
        'OSS4-HMAC-SHA256'
    """

    def __init__(
        self, signer: Signer, *, additional_headers: Collection[str] | None = None
    ) -> None:
        self._signer = RequestSigner(signer, additional_headers)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Yields the signed request, and once more what a redirect made of it."""
        self._sign(request)
        response = yield request
        tried: set[httpx.URL] = set()
        while response.status_code == 403 and self._may_repeat(response.request, tried):
            tried.add(response.request.url)
            self._sign(response.request)
            response = yield response.request

    def _sign(self, request: httpx.Request) -> None:
        signed = self._signer.sign(*_parts(request))
        for name in WRITTEN:
            request.headers.pop(name, None)
        request.headers.update(signed)

    def _may_repeat(self, request: httpx.Request, tried: set[httpx.URL]) -> bool:
        """Returns whether a refused request may be another time with a signature of its own."""
        return (
            request.url not in tried
            and isinstance(request.stream, httpx.ByteStream)
            and self._signer.is_stale(*_parts(request))
        )


def _parts(request: httpx.Request) -> tuple[str, str, list[tuple[str, str | bytes]]]:
    pairs = request.headers.raw
    headers: list[tuple[str, str | bytes]] = [(name.decode("latin-1"), v) for name, v in pairs]
    return request.method, str(request.url), headers

"""`auth=` for httpx: signs each request that goes to a signer's endpoint."""

from __future__ import annotations

from collections.abc import Generator, Iterable

import httpx

from ossign_fast import Signer

from ._http import RequestSigner

__all__ = ["OSSAuth"]


class OSSAuth(httpx.Auth):
    """Signs requests with Signature V4 in their headers; for `Client` and `AsyncClient`.

    Bucket and key are read from the URL, in the style of the signer: virtual, path or cname (for
    which the signer needs a bucket). The body is neither read nor signed, so it may be a stream.
    A request that a redirect led elsewhere at the same endpoint is signed anew when OSS refuses it,
    and sent once more unless its body is a stream. With STS credentials do not follow redirects to
    places that you do not trust: httpx takes Authorization out on the way to another host, but not
    the token, which is useless without its secret, yet nobody's business.

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

    def __init__(self, signer: Signer, *, additional_headers: Iterable[str] | None = None) -> None:
        self._signer = RequestSigner(signer, additional_headers)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Yields the signed request, and once more what a redirect made of it."""
        self._sign(request)
        response = yield request
        sent = response.request
        if (
            response.status_code == 403
            and isinstance(sent.stream, httpx.ByteStream)
            and self._signer.is_stale(sent.method, str(sent.url), _pairs(sent))
        ):
            self._sign(sent)
            yield sent

    def _sign(self, request: httpx.Request) -> None:
        pairs = _pairs(request)
        own = {name.lower() for name, _ in pairs}
        signed = self._signer.sign(request.method, str(request.url), pairs)
        for name, value in signed.items():
            if name.lower() not in own or name in _WRITTEN:
                request.headers[name] = value


_WRITTEN = ("Authorization", "Date", "x-oss-content-sha256", "x-oss-date", "x-oss-security-token")


def _pairs(request: httpx.Request) -> list[tuple[str, str | bytes]]:
    return [(name.decode("ascii"), value) for name, value in request.headers.raw]

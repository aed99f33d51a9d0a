"""`auth=` for httpx: signs each request that goes to a signer's endpoint."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Generator
from typing import Any

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

    What a redirect leads to another host goes without signature and STS token. httpx itself takes
    only Authorization out, and asks nobody; the rest is taken out as httpx's own transports send
    the headers. A transport of another make has to see to that by itself.

    httpx tidies the path of a URL ("." and ".."): keys with such segments need another client.

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

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Runs `auth_flow` for a Client."""
        _Guard.watch(request, is_async=False)
        yield from super().sync_auth_flow(request)

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Runs `auth_flow` for an AsyncClient."""
        _Guard.watch(request, is_async=True)
        flow = self.auth_flow(request)
        request = next(flow)
        while True:
            response = yield request
            try:
                request = flow.send(response)
            except StopIteration:
                return

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
        _Guard.permit(request)

    def _may_repeat(self, request: httpx.Request, tried: set[httpx.URL]) -> bool:
        """Returns whether a refused request may be another time with a signature of its own."""
        return (
            request.url not in tried
            and isinstance(request.stream, httpx.ByteStream)
            and self._signer.is_stale(*_parts(request))
        )


class _Guard:
    """Takes the signature out of what is sent to another host than it was made for.

    httpx hands the extensions of a request on to the one that follows a redirect, and calls the
    extension "trace" before it sends headers.

    Attributes:
        place: Host and port that may have the signature.
        traced: What the caller traces with, if at all.
    """

    def __init__(self, traced: Callable[[str, dict[str, Any]], Any] | None) -> None:
        self.place: tuple[bytes, int | None] | None = None
        self.traced = traced

    @classmethod
    def watch(cls, request: httpx.Request, *, is_async: bool) -> None:
        """Makes a guard part of `request`."""
        kind = _AsyncGuard if is_async else cls
        given = request.extensions.get("trace")
        traced = given.traced if isinstance(given, _Guard) else given
        request.extensions = {**request.extensions, "trace": kind(traced)}

    @staticmethod
    def permit(request: httpx.Request) -> None:
        """Lets the host of `request` have the signature, and no other."""
        guard = request.extensions.get("trace")
        if isinstance(guard, _Guard):
            guard.place = request.url.raw_host, request.url.port

    def __call__(self, event: str, info: dict[str, Any]) -> Any:
        """Looks at what is sent, if it is headers that are, and passes the event on."""
        if event.endswith(".send_request_headers.started"):
            self._inspect(info["request"])
        return self.traced and self.traced(event, info)

    def _inspect(self, request: Any) -> None:
        url = request.url
        place = url.host, url.port
        if url.target.startswith(b"http"):  # to a proxy, which passes it on
            target = httpx.URL(url.target.decode("latin-1"))
            place = target.raw_host, target.port
        if place != self.place:
            request.headers = [
                (name, value)
                for name, value in request.headers
                if name.lower().decode("latin-1") not in WRITTEN
            ]


class _AsyncGuard(_Guard):
    """As `_Guard`, for an AsyncClient, which awaits what it calls."""

    async def __call__(self, event: str, info: dict[str, Any]) -> None:
        """Looks at what is sent, if it is headers that are, and passes the event on."""
        passed_on = super().__call__(event, info)
        if passed_on is not None:
            await passed_on


def _parts(request: httpx.Request) -> tuple[str, str, list[tuple[str, str | bytes]]]:
    pairs = request.headers.raw
    headers: list[tuple[str, str | bytes]] = [(name.decode("latin-1"), v) for name, v in pairs]
    return request.method, str(request.url), headers

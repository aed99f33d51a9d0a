"""`auth=` for requests: signs each request that goes to a signer's endpoint."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urljoin

import requests
from requests.auth import AuthBase
from requests.sessions import SessionRedirectMixin
from requests.utils import rewind_body

from ossign_fast import Signer

from ._handover import WRITTEN
from ._http import RequestSigner

__all__ = ["OSSAuth"]


class OSSAuth(AuthBase):
    """Signs requests in their headers, with Signature V4 unless the signer is one of V1.

    Bucket and key are read from the URL, in the style of the signer: virtual, path or cname (for
    which the signer needs a bucket). The body is neither read nor signed, so it may be a stream.
    A request that a redirect led elsewhere at the same endpoint, or that is sent long after it was
    prepared, is signed anew when OSS refuses it, and sent once more if its body can be rewound.
    What a redirect leads elsewhere goes without signature and STS token.

    requests tidies the path of a URL ("." and ".."): keys with such segments need another client.

    Args:
        signer: Signs; requests anywhere but to its endpoint are refused.
        additional_headers: Names of headers to sign besides; default: those of the signer.

    Raises:
        RequestError: While sending, if the URL is not at the endpoint or the request breaks a rule.
        CredentialsError: While sending, if the signer has no credentials.

    Example:
        >>> signer = Signer(region="cn-hangzhou")
        >>> url = "https://examplebucket.oss-cn-hangzhou.aliyuncs.com/dir/a.txt?tagging"
        >>> prepared = requests.Request("GET", url, auth=OSSAuth(signer)).prepare()
        >>> prepared.headers["Authorization"].partition(" ")[0]
        'OSS4-HMAC-SHA256'
    """

    def __init__(
        self, signer: Signer, *, additional_headers: Collection[str] | None = None
    ) -> None:
        self._signer = RequestSigner(signer, additional_headers)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Signs `request` in place; called by requests before it is sent."""
        self._sign(request)
        if self._answered not in request.hooks["response"]:
            request.register_hook("response", self._answered)  # type: ignore[no-untyped-call]
        return request

    def _sign(self, request: requests.PreparedRequest) -> None:
        signed = self._signer.sign(*_parts(request))
        _forget(request)
        request.headers.update(signed)
        for name, value in list(request.headers.items()):
            # Non-ASCII text would go out as Latin-1, but UTF-8 is what was signed.
            if isinstance(value, str) and not value.isascii():
                request.headers[name] = value.encode()  # type: ignore[assignment]

    def _answered(self, response: requests.Response, **options: Any) -> requests.Response:
        """Sends a refused request once more if its signature was not a fresh one of its own."""
        request = response.request
        if (
            response.status_code == 403
            and self._signer.is_stale(*_parts(request))
            and _is_rewound(request)
        ):
            response.request = request.copy()  # as it was sent
            self._sign(request)
            _ = response.content  # so that the connection can be used again
            response.close()
            again: requests.Response = response.connection.send(request, **options)
            again.history.append(response)
            response = again
        if response.status_code == 301 and request.body and request.method != "POST":
            # requests will repeat this without the body: better refused than an empty object.
            others = [hook for hook in request.hooks["response"] if hook != self._answered]
            request.hooks = {**request.hooks, "response": others}
        target = SessionRedirectMixin().get_redirect_target(response)
        if target is not None and not self._signer.is_at_endpoint(urljoin(response.url, target)):
            _forget(request)  # of which requests makes the one that follows the redirect
        return response


def _parts(request: requests.PreparedRequest) -> tuple[str, str, Any]:
    return request.method or "", request.url or "", request.headers.items()


def _forget(request: requests.PreparedRequest) -> None:
    """Takes out all that an earlier signature wrote, such as an STS token."""
    for name in WRITTEN:
        request.headers.pop(name, None)


def _is_rewound(request: requests.PreparedRequest) -> bool:
    """Rewinds the body and returns whether it can be sent once more."""
    if request.body is None or isinstance(request.body, (str, bytes)):
        return True
    try:
        rewind_body(request)
    except requests.exceptions.UnrewindableBodyError:
        return False
    return True

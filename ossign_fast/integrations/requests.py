"""`auth=` for requests: signs each request that goes to a signer's endpoint."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

import requests
from requests.auth import AuthBase
from requests.utils import rewind_body

from ossign_fast import Signer

from ._http import WRITTEN, RequestSigner

__all__ = ["OSSAuth"]


class OSSAuth(AuthBase):
    """Signs requests with Signature V4 in their headers.

    Bucket and key are read from the URL, in the style of the signer: virtual, path or cname (for
    which the signer needs a bucket). The body is neither read nor signed, so it may be a stream.
    A request that a redirect led elsewhere at the same endpoint, or that is sent long after it was
    prepared, is signed anew when OSS refuses it, and sent once more if its body can be rewound.

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

    def __init__(self, signer: Signer, *, additional_headers: Iterable[str] | None = None) -> None:
        self._signer = RequestSigner(signer, additional_headers)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Signs `request` in place; called by requests before it is sent."""
        self._sign(request)
        request.register_hook("response", self._again)  # type: ignore[no-untyped-call]
        return request

    def _sign(self, request: requests.PreparedRequest) -> None:
        method, url, headers = _parts(request)
        for name, value in self._signer.sign(method, url, headers.items()).items():
            # A str would go out as Latin-1, but UTF-8 is what was signed.
            headers[name] = value if value.isascii() else value.encode()

    def _again(self, response: requests.Response, **options: Any) -> requests.Response:
        """Sends a refused request once more if its signature was not one of its own."""
        if response.is_redirect:
            self._forget(response)
        if response.status_code != 403:
            return response
        request = response.request.copy()
        method, url, headers = _parts(request)
        if not self._signer.is_stale(method, url, headers.items()) or not _rewound(request):
            return response
        self._sign(request)
        _ = response.content  # so that the connection can be used again
        response.close()
        sent: requests.Response = response.connection.send(request, **options)
        sent.history.append(response)
        sent.request = request
        return sent

    def _forget(self, response: requests.Response) -> None:
        """Keeps an STS token from going along with a redirect that leaves the endpoint."""
        location = requests.Session().get_redirect_target(response) or ""
        if not self._signer.is_at_endpoint(urljoin(response.url, location)):
            for name in WRITTEN:
                response.request.headers.pop(name, None)


def _parts(request: requests.PreparedRequest) -> tuple[str, str, Any]:
    return request.method or "", request.url or "", request.headers


def _rewound(request: requests.PreparedRequest) -> bool:
    """Rewinds the body and returns whether it can be sent once more."""
    if request.body is None or isinstance(request.body, (str, bytes)):
        return True
    if not isinstance(request._body_position, int):
        return False
    rewind_body(request)
    return True

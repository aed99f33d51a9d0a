"""What the auth objects for oss2 share, whichever version they sign."""

from __future__ import annotations

import base64
import copy
import hmac
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from ossign_fast import NO_KEY, CredentialsError, RequestError, Signer

from .._handover import BEFORE_PATH, SIGNED, SignerPool, as_clock, check_portable, checked_names
from ._strict import url_of

NO_NAMES: frozenset[str] = frozenset()
MAX_EXPIRES_V1 = 2**31 - 1


class Keys:
    """One access key, read under the names of oss2's credentials as well as ours."""

    __slots__ = ("access_key_id", "access_key_secret", "security_token")

    def __init__(
        self, access_key_id: str, access_key_secret: str, security_token: str | None
    ) -> None:
        self.access_key_id = access_key_id
        self.access_key_secret = access_key_secret
        self.security_token = security_token

    def __repr__(self) -> str:
        return "<Keys>"

    def get_access_key_id(self) -> str:
        """Returns the id, as oss2 asks."""
        return self.access_key_id

    def get_access_key_secret(self) -> str:
        """Returns the secret, as oss2 asks."""
        return self.access_key_secret

    def get_security_token(self) -> str | None:
        """Returns the STS token, as oss2 asks."""
        return self.security_token


class KeyPair:
    """A provider of one access key, which no `vars()` shows, as it would oss2's own."""

    __slots__ = ("_keys",)

    def __init__(
        self, access_key_id: str, access_key_secret: str, security_token: str | None = None
    ) -> None:
        self._keys = Keys(access_key_id, access_key_secret, security_token)

    def get_credentials(self) -> Keys:
        """Returns the access key."""
        return self._keys


class Call(NamedTuple):
    """What an auth object signs.

    Attributes:
        method: HTTP method.
        bucket: Bucket name; empty for the service.
        key: The object key; empty for a bucket.
        region: The region, or the id of a cloud box.
        product: The product.
        headers: Signed headers by their lower-case names.
        params: The caller's query parameters.
        names: Lower-case names of the additional headers.
    """

    method: str
    bucket: str
    key: str
    region: Any
    product: Any
    headers: dict[str, str]
    params: Any
    names: frozenset[str] = NO_NAMES


class BaseAuth:
    """What all auth objects share: credentials, clock, signers, and RTMP, whose signature is V1's.

    Args:
        credentials_provider: An oss2 credentials provider; asked at each call.
        strict_sdk: Whether to do wrong what oss2 does wrong, for comparisons.
        clock: Returns the time in seconds since the epoch; None for `time.time`.
    """

    credentials_provider: Any

    def __init__(
        self,
        credentials_provider: Any,
        *,
        strict_sdk: bool = False,
        clock: Callable[[], float] | None = None,
    ) -> None:
        if not hasattr(credentials_provider, "get_credentials"):
            del credentials_provider  # it may be the keys themselves
            raise TypeError("credentials_provider must have get_credentials()")
        super().__init__(credentials_provider)  # type: ignore[call-arg]
        self._strict = strict_sdk
        self._now = as_clock(clock)
        self._pool = SignerPool()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}, signature {self.auth_version()}>"

    def __copy__(self) -> Any:
        twin = object.__new__(type(self))
        vars(twin).update(vars(self))
        return twin

    def __getstate__(self) -> dict[str, Any]:
        check_portable(credentials=self.credentials_provider)
        return vars(self)

    @property
    def strict_sdk(self) -> bool:
        """Whether oss2's faults are reproduced."""
        return self._strict

    def auth_version(self) -> str:
        """Returns the version of the signature, as oss2 asks."""
        raise NotImplementedError

    def with_clock(self, clock: Callable[[], float]) -> Any:
        """Returns a copy of this object that signs by another clock."""
        twin = copy.copy(self)
        twin._now = as_clock(clock)
        return twin

    def _sign_rtmp_url(
        self, url: str, bucket_name: str, channel_name: str, expires: int, params: Any
    ) -> str:
        """Returns the URL to push a live stream to; called by `Bucket.sign_rtmp_url`."""
        if not self._strict:
            expires = whole_lifetime(expires, MAX_EXPIRES_V1)
        keys, end = self._keys(), str(int(self._now()) + expires)
        query = dict(params or {})
        if keys.security_token:
            query["security-token"] = keys.security_token
        left_out = ("OSSAccessKeyId", "Signature", "Expires", "SecurityToken")
        lines = [f"{name}:{query[name]}\n" for name in sorted(query) if name not in left_out]
        text = f"{end}\n{''.join(lines)}/{bucket_name}/{channel_name}"
        digest = hmac.digest(keys.access_key_secret.encode(), text.encode(), "sha1")
        query |= {"OSSAccessKeyId": keys.access_key_id, "Expires": end}
        query["Signature"] = base64.b64encode(digest).decode()
        return url_of(url, query)

    def _clock(self) -> float:
        return self._now()

    @property
    def clock(self) -> Callable[[], float]:
        """What time is taken from."""
        return self._now

    def _keys(self) -> Keys:
        found = self.credentials_provider.get_credentials()
        if type(found) is Keys:
            return found
        try:
            return Keys(
                found.get_access_key_id(), found.get_access_key_secret(), found.get_security_token()
            )
        except AttributeError:  # they are of another library, or none
            pass
        try:
            return Keys(found.access_key_id, found.access_key_secret, found.security_token)
        except AttributeError:
            kind = type(found).__name__
        del found  # so that no report of the error shows what it holds
        raise CredentialsError(
            f"credentials_provider.get_credentials() returned {kind}; it must return oss2's "
            "credentials, such as oss2.credentials.Credentials(id, secret, token)"
        )

    def _snapshot(self) -> Keys:
        return self._keys()

    def _presigned(self, signer: Signer, call: Call, expires: int) -> tuple[str, list[str]]:
        """Returns the encoded key of a presigned URL and the parameters of its query."""
        self._hand_over()
        result = signer.presign(
            call.method,
            call.key or NO_KEY,
            bucket=call.bucket or "",
            headers=call.headers or None,
            query=call.params or None,
            expires=expires,
        )
        path, _, query = result.url[len(BEFORE_PATH) :].partition("?")
        return path, query.split("&")

    def _signed(self, signer: Signer, req: Any, call: Call) -> dict[str, str]:
        """Returns the headers of a signed request."""
        self._hand_over()
        return signer.sign_headers(
            req.method,
            call.key or NO_KEY,
            bucket=call.bucket or "",
            headers=call.headers,
            query=call.params,
        )

    def _hand_over(self) -> None:
        self._pool.hand_over(self._keys(), self._now())


def to_send(req: Any, signed: dict[str, str], written: Collection[str]) -> dict[str, str]:
    """Returns what the signature wrote, and text that oss2 would not send as it was signed.

    Text that is not ASCII comes back from the signer as text that is sent as UTF-8.
    """
    return {
        name: value
        for name, value in signed.items()
        if name in written or not (value.isascii() or isinstance(req.headers.get(name), bytes))
    }


def whole_lifetime(expires: Any, maximum: int) -> int:
    """Returns a lifetime as oss2 takes it, a number of seconds that has to be given.

    Raises:
        RequestError: It is none, or out of bounds.
    """
    if isinstance(expires, float) and expires.is_integer():
        expires = int(expires)  # oss2 would write 3600.0 into the URL, which OSS cannot read
    if isinstance(expires, bool) or not isinstance(expires, int) or not 1 <= expires <= maximum:
        raise RequestError("expires", f"must be a whole number of 1..{maximum} seconds")
    return expires


def signed_headers(headers: Any, names: frozenset[str]) -> dict[str, str]:
    """Returns those of oss2's headers that are signed, under lower-case names."""
    if hasattr(headers, "lower_items"):  # a dict of requests, slow to ask for names
        pairs = headers.lower_items()
    else:
        pairs = [(name.lower(), value) for name, value in headers.items()]
    return {
        name: value.decode(errors="surrogateescape") if isinstance(value, bytes) else value
        for name, value in pairs
        if name in SIGNED or name.startswith("x-oss-") or (name in names and value)
    }


def lower_names(names: Iterable[str] | None) -> frozenset[str]:
    """Returns names of additional headers as they are compared."""
    return checked_names(names) if names else NO_NAMES

"""Drop-ins for `oss2`, the former official SDK: its auth objects, and faster buckets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from ossign_fast import CredentialsError, RequestError

from ._auth import KeyPair
from ._bucket import accelerated
from ._v1 import ProviderAuth
from ._v4 import ProviderAuthV4

__all__ = ["Auth", "AuthV4", "ProviderAuth", "ProviderAuthV4", "StsAuth", "accelerate"]


class _OfKeyPair:
    """Makes an auth object that takes a provider from one access key pair."""

    def __init__(
        self,
        access_key_id: str,
        access_key_secret: str,
        *,
        strict_sdk: bool = False,
        clock: Callable[[], float] | None = None,
    ) -> None:
        if not (isinstance(access_key_id, str) and isinstance(access_key_secret, str)):
            del access_key_id, access_key_secret  # so that no report of the error shows them
            raise CredentialsError("access_key_id and access_key_secret must be text")
        provider = KeyPair(access_key_id.strip(), access_key_secret.strip())
        super().__init__(provider, strict_sdk=strict_sdk, clock=clock)  # type: ignore[call-arg]


class AuthV4(_OfKeyPair, ProviderAuthV4):
    """Signature V4 with one access key pair; see `ProviderAuthV4`.

    Args:
        access_key_id: Blanks at its ends are dropped, as oss2 does.
        access_key_secret: Likewise.
        strict_sdk: Whether to do wrong what oss2 does wrong, for comparisons.
        clock: Returns the time in seconds since the epoch; None for `time.time`.

    Example:
        >>> AuthV4("id", "secret")
        <AuthV4, signature v4>
    """


class Auth(_OfKeyPair, ProviderAuth):
    """Signature V1 with one access key pair; see `ProviderAuth`.

    Args:
        access_key_id: Blanks at its ends are dropped, as oss2 does.
        access_key_secret: Likewise.
        strict_sdk: Whether to do wrong what oss2 does wrong, for comparisons.
        clock: Returns the time in seconds since the epoch; None for `time.time`.

    Example:
        >>> Auth("id", "secret")
        <Auth, signature v1>
    """


class StsAuth:
    """A temporary access key with its STS token, for either version of the signature.

    Args:
        access_key_id: As STS gave it.
        access_key_secret: As STS gave it.
        security_token: As STS gave it.
        auth_version: "v1", which is oss2's default, or "v4".
        strict_sdk: Whether to do wrong what oss2 does wrong, for comparisons.
        clock: Returns the time in seconds since the epoch; None for `time.time`.

    Raises:
        RequestError: `auth_version` is another one.

    Example:
        >>> StsAuth("STS.id", "secret", "token", auth_version="v4").auth_version()
        'v4'
    """

    def __init__(
        self,
        access_key_id: str,
        access_key_secret: str,
        security_token: str,
        auth_version: str = "v1",
        *,
        strict_sdk: bool = False,
        clock: Callable[[], float] | None = None,
    ) -> None:
        kinds = {"v1": ProviderAuth, "v4": ProviderAuthV4}
        if auth_version not in kinds:
            del access_key_id, access_key_secret, security_token
            raise RequestError("auth_version", "must be 'v1' or 'v4'; oss2 alone signs V2")
        provider = KeyPair(access_key_id, access_key_secret, security_token)
        self._auth: Any = kinds[auth_version](provider, strict_sdk=strict_sdk, clock=clock)

    def __repr__(self) -> str:
        if not hasattr(self, "_auth"):  # __init__ failed
            return "<StsAuth, refused>"
        return f"<StsAuth, signature {self.auth_version()}>"

    def auth_version(self) -> str:
        """Returns the version of the signature, as oss2 asks."""
        return str(self._auth.auth_version())

    def with_clock(self, clock: Callable[[], float]) -> StsAuth:
        """Returns a copy of this object that signs by another clock."""
        twin = object.__new__(type(self))
        twin._auth = self._auth.with_clock(clock)
        return twin

    def _sign_request(self, *args: Any, **options: Any) -> None:
        self._auth._sign_request(*args, **options)

    def _sign_url(self, *args: Any, **options: Any) -> str:
        return str(self._auth._sign_url(*args, **options))

    def _sign_rtmp_url(self, *args: Any, **options: Any) -> str:
        return str(self._auth._sign_rtmp_url(*args, **options))


_BucketT = TypeVar("_BucketT")


def accelerate(
    bucket: _BucketT, *, strict_sdk: bool = False, clock: Callable[[], float] | None = None
) -> _BucketT:
    """Returns `bucket` with a faster `sign_url`; the same object in everything else.

    An auth object is called late: oss2 has by then built a request and formatted what it might
    log. What comes back is of a subclass of the bucket's class, shares its state, and signs URLs
    without that, with the credentials provider of the bucket's auth object. The URLs are the same.

    Args:
        bucket: An `oss2.Bucket` whose auth object signs V1 or V4; it is not changed.
        strict_sdk: Whether to do wrong what oss2 does wrong, for comparisons; also if the auth
            object is one of ours that does.
        clock: Returns the time in seconds since the epoch; by default what an auth object of ours
            looks at.

    Raises:
        TypeError: `bucket` is no such bucket.

    Example:
        >>> import oss2
        >>> auth = oss2.AuthV4("id", "secret")
        >>> endpoint = "https://oss-cn-hangzhou.aliyuncs.com"
        >>> bucket = accelerate(oss2.Bucket(auth, endpoint, "examplebucket", region="cn-hangzhou"))
        >>> bucket.sign_url("GET", "dir/a.txt", 600, slash_safe=True).partition("?")[0]
        'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/dir/a.txt'
    """
    return cast("_BucketT", accelerated(bucket, strict_sdk, clock))

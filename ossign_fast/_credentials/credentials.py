"""Credentials, what stands for them, and what no access key can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Protocol, runtime_checkable

from .._errors import CredentialsError
from .._frames import sealed, showable
from .answers import fields_of, time_of

_QUOTES = "\"'`\u2018\u2019\u201c\u201d"


@showable
class Credentials:
    """An access key pair, with a security token where STS issued it.

    Args:
        access_key_id: The access key id, non-empty.
        access_key_secret: The access key secret, non-empty.
        security_token: The STS token, or None.
        expiration: Aware time at which the key stops working, or None. What caches credentials
            renews them before it.

    Raises:
        CredentialsError: The id or the secret is empty, or one of the three is not text, or was
            copied with something that is no part of it: a newline, a blank, quotes, a zero-width
            space. Or the id is one of STS, and its token is missing.

    Example:
        >>> Credentials("LTAIexample", "secret", "token")
        Credentials(access_key_id='LTAIexample', access_key_secret=***, security_token=***)
    """

    __slots__ = ("access_key_id", "access_key_secret", "expiration", "security_token")

    access_key_id: str
    access_key_secret: str
    security_token: str | None
    expiration: datetime | None

    @sealed
    def __init__(
        self,
        access_key_id: str,
        access_key_secret: str,
        security_token: str | None = None,
        expiration: datetime | None = None,
    ) -> None:
        for name, value in (
            ("access_key_id", access_key_id),
            ("access_key_secret", access_key_secret),
        ):
            if value is not None and not isinstance(value, str):
                raise CredentialsError(f"{name} must be text, not {type(value).__name__}")
            if not value:
                raise CredentialsError(f"{name} is empty; give the access key pair of a RAM user")
        if security_token is not None and not isinstance(security_token, str):
            raise CredentialsError("security_token must be text or None")
        _refuse_unissued(access_key_id, access_key_secret, security_token or "")
        if expiration is not None and not isinstance(expiration, datetime):
            kind = type(expiration).__name__
            raise CredentialsError(f"expiration must be an aware datetime or None, not {kind}")
        if expiration is not None and expiration.tzinfo is None:
            raise CredentialsError("expiration is a naive datetime; give an aware one, as in UTC")
        set_field = object.__setattr__
        set_field(self, "access_key_id", access_key_id)
        set_field(self, "access_key_secret", access_key_secret)
        set_field(self, "security_token", security_token or None)
        set_field(self, "expiration", expiration)

    @classmethod
    @sealed
    def of(cls, value: object) -> Credentials:
        """Returns what another library, STS or a file calls credentials.

        Args:
            value: An object with `access_key_id`, `access_key_secret` and `security_token` or
                with getters of these names, a dict with the like (`AccessKeyId`,
                `access_key_id`), or the answer of AssumeRole that holds it. Its `expiration`,
                where there is one, comes along; it is UTC if it does not say otherwise.

        Raises:
            CredentialsError: It holds no access key, or one that cannot sign.

        Example:
            >>> answer = {"Credentials": {"AccessKeyId": "STS.example", "AccessKeySecret": "secret",
            ...     "SecurityToken": "token", "Expiration": "2026-03-02T01:00:00Z"}}
            >>> Credentials.of(answer).expiration
            datetime.datetime(2026, 3, 2, 1, 0, tzinfo=datetime.timezone.utc)
        """
        return as_credentials(value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Credentials are immutable; make new ones")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("Credentials are immutable; make new ones")

    def __repr__(self) -> str:
        token = "None" if self.security_token is None else "***"
        return (
            f"Credentials(access_key_id={self.access_key_id!r}, access_key_secret=***, "
            f"security_token={token})"
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Credentials):
            return NotImplemented
        return (
            self.access_key_id == other.access_key_id
            and self.access_key_secret == other.access_key_secret
            and self.security_token == other.security_token
            and self.expiration == other.expiration
        )

    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # no secrets in keys of dicts

    def __reduce__(self) -> tuple[object, ...]:
        return Credentials, (
            self.access_key_id,
            self.access_key_secret,
            self.security_token,
            self.expiration,
        )


def as_credentials(value: object) -> Credentials:
    """Returns `value` as Credentials, reading each of its fields once.

    Raises:
        CredentialsError: A field is missing, empty, not text or not copied well.
    """
    if isinstance(value, Credentials):
        return value
    access_key_id, access_key_secret, token, end = fields_of(value)
    return Credentials(access_key_id, access_key_secret, token or None, time_of(end))


def _refuse_unissued(access_key_id: str, access_key_secret: str, security_token: str) -> None:
    """Refuses what Alibaba Cloud gives to nobody; what came with a key when it was copied, mostly.

    Raises:
        CredentialsError: One was not copied well, or the id is of STS and has no token.
    """
    _refuse_damaged("access_key_id", access_key_id)
    _refuse_damaged("access_key_secret", access_key_secret)
    if security_token:
        _refuse_damaged("security_token", security_token)
    elif access_key_id.startswith("STS."):
        raise CredentialsError(
            "security_token is missing: an access_key_id that begins with STS. signs only "
            "with the token that STS gave out with it (OSS_SESSION_TOKEN in the environment)"
        )


def _refuse_damaged(name: str, value: str) -> None:
    """Refuses what came with `value` from a file, a shell or a web page and is no part of a key.

    Args:
        name: What the error calls it.
        value: Non-empty text, of which no error shows anything but an invisible character.

    Raises:
        CredentialsError: It was not copied well.
    """
    is_whole = value.isprintable() and " " not in value
    if is_whole and value[0] not in _QUOTES and value[-1] not in _QUOTES:
        return
    problem = ""
    if any("\ud800" <= character <= "\udfff" for character in value):
        problem = "holds a lone surrogate; it is not valid text"
    elif value[-1] in "\r\n":
        problem = "ends with a newline; strip it"
    elif value[0] in "\r\n":
        problem = "begins with a newline; strip it"
    elif value != value.strip():
        problem = "begins or ends with a blank; strip it"
    elif value[0] in _QUOTES or value[-1] in _QUOTES:
        problem = "has a quotation mark at an end; give it without quotes"
    elif " " in value:
        problem = "holds a blank; give it without that"
    elif not value.isprintable():
        odd = next(character for character in value if not character.isprintable())
        problem = f"holds an invisible character, U+{ord(odd):04X}; give it without that"
    if problem:
        raise CredentialsError(f"{name} {problem}")


class CredentialsLike(Protocol):
    """What every SDK's credentials object has; accepted wherever credentials are."""

    @property
    def access_key_id(self) -> str | None: ...

    @property
    def access_key_secret(self) -> str | None: ...

    @property
    def security_token(self) -> str | None: ...


@runtime_checkable
class CredentialsProvider(Protocol):
    """Anything with `get_credentials()`: ours, or a provider of an OSS SDK."""

    def get_credentials(self) -> CredentialsLike:
        """Returns the credentials to use now."""
        ...


class OfficialCredentials(Protocol):
    """What the client of `alibabacloud-credentials` has."""

    def get_credential(self) -> Any:
        """Returns the credentials to use now."""
        ...


CredentialsSource = (
    Credentials
    | CredentialsLike
    | CredentialsProvider
    | OfficialCredentials
    | Callable[[], CredentialsLike | Mapping[str, Any]]
    | Mapping[str, Any]
    | None
)

"""Credentials and the providers that hand them out."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable

from .._errors import CredentialsError
from .._frames import sealed

_TOKEN = "security_token"
_QUOTES = "\"'`\u2018\u2019\u201c\u201d"


class Credentials:
    """An access key pair, with a security token where STS issued it.

    Args:
        access_key_id: The access key id, non-empty.
        access_key_secret: The access key secret, non-empty.
        security_token: The STS token, or None.
        expiration: Aware time at which the key stops working, or None. Informative: a provider
            decides when to refresh.

    Raises:
        CredentialsError: The id or the secret is empty, or one of the three is not text, or was
            copied with something that is no part of it: a line break, quotes, a zero-width space.

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
            _refuse_damaged(name, value)
        if security_token is not None and not isinstance(security_token, str):
            raise CredentialsError("security_token must be text or None")
        if security_token:
            _refuse_damaged("security_token", security_token)
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

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Credentials are immutable; make new ones")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("Credentials are immutable; make new ones")

    def __repr__(self) -> str:
        if not hasattr(self, "expiration"):
            return "<Credentials that were refused>"
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


def _refuse_damaged(name: str, value: str) -> None:
    """Refuses what came with `value` from a file, a shell or a web page and is no part of a key.

    Blanks around a security token stay, as the SDKs sign them.

    Args:
        name: What the error calls it.
        value: Non-empty text, of which no error shows anything but an invisible character.

    Raises:
        CredentialsError: It was not copied well.
    """
    problem = ""
    if any("\ud800" <= character <= "\udfff" for character in value):
        problem = "holds a lone surrogate; it is not valid text"
    elif value[-1] in "\r\n":
        problem = "ends in a line break; strip it"
    elif value[0] in "\r\n":
        problem = "begins with a line break; strip it"
    elif value != value.strip() and (name != _TOKEN or value.strip() != value.strip(" ")):
        problem = "begins or ends with a blank; strip it"
    elif value[0] in _QUOTES or value[-1] in _QUOTES:
        problem = "has a quotation mark at an end; give it without quotes"
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


CredentialsSource = (
    Credentials | CredentialsLike | CredentialsProvider | Callable[[], CredentialsLike] | None
)


class EnvironmentVariableCredentialsProvider:
    """Reads `OSS_ACCESS_KEY_ID`, `OSS_ACCESS_KEY_SECRET` and `OSS_SESSION_TOKEN` at each call.

    The names are those that the official SDKs read.

    Example:
        >>> EnvironmentVariableCredentialsProvider()
        EnvironmentVariableCredentialsProvider()
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "EnvironmentVariableCredentialsProvider()"

    @sealed
    def get_credentials(self) -> Credentials:
        """Returns the credentials that the environment holds now.

        Raises:
            CredentialsError: `OSS_ACCESS_KEY_ID` or `OSS_ACCESS_KEY_SECRET` is not set, or one of
                the variables was not copied well.
        """
        names = ("OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN")
        access_key_id, access_key_secret, token = (os.environ.get(name, "") for name in names)
        if not access_key_id or not access_key_secret:
            name = "OSS_ACCESS_KEY_SECRET" if access_key_id else "OSS_ACCESS_KEY_ID"
            raise CredentialsError(
                f"{name} is not set; export it, or pass credentials=Credentials(...)"
            )
        return Credentials(access_key_id, access_key_secret, token or None)


def snapshot_source(source: CredentialsSource) -> Callable[[], CredentialsLike]:
    """Returns a function that takes one consistent snapshot of `source` per call.

    What a provider raises arrives as CredentialsError, with its own exception as the cause: only
    the type of that is told, for its text may hold anything.

    Raises:
        CredentialsError: `source` is of no accepted kind, or a coroutine function.
    """
    if source is None:
        source = EnvironmentVariableCredentialsProvider()
    if isinstance(source, Credentials):
        fixed = source
        return lambda: fixed
    get_credentials = getattr(source, "get_credentials", None)
    if callable(get_credentials):
        return _snapshots_of(get_credentials)
    if hasattr(source, "access_key_id") and hasattr(source, "access_key_secret"):
        return _snapshots_of(lambda: source)
    if callable(source):
        return _snapshots_of(source)
    raise CredentialsError(
        f"credentials of type {type(source).__name__} cannot be used; give Credentials, "
        "an object with get_credentials(), or a callable that returns credentials"
    )


def _snapshots_of(get: Callable[[], object]) -> Callable[[], Credentials]:
    """Returns a function that asks `get` each time, and makes no new snapshot of what is the same.

    An object of an SDK may change under our hands, so its fields are compared, not its identity.
    """
    if _is_coroutine_function(get):
        raise CredentialsError(
            "credentials come from a coroutine function, which nothing awaits here; give a "
            "function that returns the credentials, or await them first"
        )
    last: Credentials | None = None

    def snapshot() -> Credentials:
        nonlocal last
        try:
            value, known = get(), last
        except CredentialsError:
            raise
        except Exception as error:
            raise CredentialsError(
                f"the credentials provider raised {type(error).__name__}; its own exception is "
                "the cause of this one"
            ) from error
        if known is not None:
            try:
                if (
                    value.access_key_id == known.access_key_id  # type: ignore[attr-defined]
                    and value.access_key_secret == known.access_key_secret  # type: ignore[attr-defined]
                    and (value.security_token or None) == known.security_token  # type: ignore[attr-defined]
                ):
                    return known
            except AttributeError:
                pass
        if not isinstance(value, Credentials):
            value = as_credentials(value)
            last = value
        return value

    return snapshot


def _is_coroutine_function(function: Callable[[], object]) -> bool:
    """Returns whether a call of `function` would make a coroutine, without making one."""
    from inspect import iscoroutinefunction  # not needed to import the package

    call = getattr(type(function), "__call__", None)  # noqa: B004 - of an instance, perhaps
    return iscoroutinefunction(function) or iscoroutinefunction(call)


def as_credentials(value: object) -> Credentials:
    """Returns `value` as Credentials, reading each of its fields once.

    Raises:
        CredentialsError: A field is missing, empty, not text or not copied well.
    """
    if isinstance(value, Credentials):
        return value
    try:
        access_key_id = value.access_key_id  # type: ignore[attr-defined]
        access_key_secret = value.access_key_secret  # type: ignore[attr-defined]
    except AttributeError:
        if hasattr(value, "__await__"):
            getattr(value, "close", bool)()  # or Python warns that nobody awaited it
        raise CredentialsError(
            f"the credentials provider returned {type(value).__name__}, which has no "
            "access_key_id and access_key_secret"
        ) from None
    return Credentials(
        access_key_id,
        access_key_secret,
        getattr(value, "security_token", None) or None,
        None,
    )

"""How to ask what a signer was given as credentials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from .._errors import CredentialsError
from . import official
from .credentials import Credentials, CredentialsSource, as_credentials
from .environment import EnvironmentVariableCredentialsProvider

_AWAITED = (
    "credentials come from a coroutine function, which nothing awaits here; give a function that "
    "returns the credentials, or await them first: Credentials.of(await ...)"
)


def question_of(source: CredentialsSource) -> Callable[[], Credentials]:
    """Returns a function that asks `source` itself, with the end of its keys where that is known.

    Raises:
        CredentialsError: `source` is of no accepted kind, or a coroutine function.
    """
    get = None if source is None else official.way_in(source)
    if get is not None:
        _refuse_coroutines(get)
        ask = official.in_each_process(get)
        return lambda: official.with_end(source, answer_of(ask))
    if isinstance(source, (Credentials, Mapping)):
        return partial(as_credentials, source)
    get = asker(source)
    return lambda: as_credentials(answer_of(get))


def asker(source: Any) -> Callable[[], object]:
    """Returns what to call for an answer of `source`."""
    if source is None:
        source = EnvironmentVariableCredentialsProvider()
    get = getattr(source, "get_credentials", None)
    if not callable(get):
        if hasattr(source, "access_key_id") and hasattr(source, "access_key_secret"):
            return lambda: source
        get = source
    if callable(get):
        _refuse_coroutines(get)
        return get  # type: ignore[no-any-return]
    cure = "give Credentials, an object with get_credentials(), or a callable that returns them"
    if isinstance(source, (str, bytes)):
        cure = "of the JSON of AssumeRole, give Credentials.of(json.loads(text))"
    raise CredentialsError(f"credentials of type {type(source).__name__} cannot be used; {cure}")


def _refuse_coroutines(get: Callable[[], object]) -> None:
    """Refuses what would make a coroutine if it were called, without making one."""
    from inspect import iscoroutinefunction  # not needed to import the package

    call = getattr(type(get), "__call__", None)  # noqa: B004 - of an instance, perhaps
    if iscoroutinefunction(get) or iscoroutinefunction(call):
        raise CredentialsError(_AWAITED)


def answer_of(get: Callable[[], object]) -> object:
    try:
        return get()
    except CredentialsError:
        raise
    except Exception as error:
        raise CredentialsError(
            f"the credentials provider raised {type(error).__name__}; its own exception is "
            "the cause of this one"
        ) from error


def snapshots_of(get: Callable[[], object]) -> Callable[[], Credentials]:
    """Returns a function that asks `get` each time, and makes no new snapshot of what is the same.

    Our own credentials are handed on. An object of an SDK may change under our hands, so its
    fields are compared, not its identity.
    """
    last: tuple[Credentials, object] | None = None

    def snapshot() -> Credentials:
        nonlocal last
        value: Any = answer_of(get)
        if isinstance(value, Credentials):
            return value
        if last is not None:
            known, end = last
            try:
                if (
                    value.access_key_id == known.access_key_id
                    and value.access_key_secret == known.access_key_secret
                    and (value.security_token or None) == known.security_token
                    and getattr(value, "expiration", None) == end
                ):
                    return known
            except AttributeError:
                pass
        made = as_credentials(value)
        if last is not None and made == last[0]:
            return last[0]
        last = made, getattr(value, "expiration", None)
        return made

    return snapshot

"""From whatever a signer was given as credentials to a function that takes one snapshot of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .cached import CachedCredentials
from .credentials import Credentials, CredentialsSource, as_credentials
from .environment import EnvironmentVariableCredentialsProvider
from .official import way_in
from .questions import asker, snapshots_of


def snapshot_source(source: CredentialsSource) -> Callable[[], Credentials]:
    """Returns a function that takes one consistent snapshot of `source` per call.

    It gives the same object until what a source of others says has changed. What a provider raises
    arrives as CredentialsError, with its own exception as the cause: only the type of that is told,
    for its text may hold anything.

    Raises:
        CredentialsError: `source` is of no accepted kind, or a coroutine function.
    """
    if source is None:
        return EnvironmentVariableCredentialsProvider().get_credentials
    if isinstance(source, (Credentials, Mapping)):
        fixed = as_credentials(source)
        return lambda: fixed
    if isinstance(source, CachedCredentials):
        return source.get_credentials
    if way_in(source) is not None:
        return CachedCredentials(source).get_credentials
    return snapshots_of(asker(source))

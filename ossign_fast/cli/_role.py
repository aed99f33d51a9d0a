"""Temporary keys from where `alibabacloud-credentials` finds them; it writes what it does to logs.

Only the modes that ask a server for the keys of a role are handed to it: others run programs or
write to the file.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ossign_fast import CachedCredentials, Credentials, CredentialsError, DefaultCredentials

#: Modes of profiles in the JSON file of the aliyun CLI, and types in INI files, that it resolves.
MODES = {
    "json": ("RamRoleArn", "ChainableRamRoleArn", "EcsRamRole", "OIDC"),
    "ini": ("ram_role_arn", "oidc_role_arn", "ecs_ram_role", "rsa_key_pair"),
}
_EXTRA = "pip install 'ossign_fast[credentials]'"


def default_credentials() -> Credentials:
    """Returns the keys of this machine, as `DefaultCredentials` finds them.

    Raises:
        CredentialsError: There are none.
    """
    with _quiet():
        return DefaultCredentials().get_credentials()


def credentials_of_role(path: str, profile: str, kind: str) -> Credentials:
    """Returns temporary keys for a profile of one of `MODES`.

    Args:
        path: The file, which is read once more.
        profile: Name of the profile or section.
        kind: `json` or `ini`.

    Raises:
        CredentialsError: The library is missing, or could get no keys; the text is the end of a
            sentence.
    """
    if not Path(path).is_file():
        raise CredentialsError("are to be fetched first; give a file of its own, no pipe")
    try:
        from alibabacloud_credentials import provider
    except ModuleNotFoundError as error:
        if error.name != "alibabacloud_credentials":
            raise
        raise CredentialsError(
            f"are to be fetched first: {_EXTRA}, or give those temporary keys with their "
            "security_token, as the answer of AssumeRole has them"
        ) from None
    readers: dict[str, Callable[..., Any]] = {
        "json": provider.CLIProfileCredentialsProvider,
        "ini": provider.ProfileCredentialsProvider,
    }
    with _quiet():
        try:
            source = readers[kind](profile_file=path, profile_name=profile)
            return CachedCredentials(source).get_credentials()
        except Exception as error:
            cause = error.__cause__ if isinstance(error, CredentialsError) else error
            problem = str(error) if cause is None else f"raised {type(cause).__name__}"
    raise CredentialsError(f"could not be fetched: alibabacloud-credentials {problem}")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps what the library tells of failures, such as whole answers, from standard error."""
    log = logging.getLogger("credentials")
    before = log.disabled
    log.disabled = True
    try:
        yield
    finally:
        log.disabled = before

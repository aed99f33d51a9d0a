"""Wherever keys are on this machine: the OSS_* variables, then what the official library finds."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from .._errors import CredentialsError
from .._frames import sealed
from . import environment, official
from .cached import CachedCredentials
from .credentials import Credentials

_LIBRARY = "alibabacloud_credentials"
_LATE = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "environment_access_key_id",
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "environment_oidc_token_file",
    "ALIBABA_CLOUD_CREDENTIALS_FILE": "environment_credentials_file",
    "ALIBABA_CLOUD_CREDENTIALS_URI": "environment_credentials_uri",
}


class DefaultCredentials(CachedCredentials):
    """The credentials of this machine: OSS_* variables, then those of Alibaba Cloud's other tools.

    What follows the OSS_* variables is the chain of `alibabacloud-credentials`, which the extra
    `ossign_fast[credentials]` installs: the ALIBABA_CLOUD_* variables, the role of a pod (RRSA),
    profile files, the role of an ECS instance, and a URI that hands out keys. Kept and renewed as
    `CachedCredentials` are; what is found is asked for at the first call.

    Args:
        clock: Returns the time in seconds since 1970.

    Example:
        >>> DefaultCredentials().get_credentials()  # OSS_* are set
        Credentials(access_key_id='LTAIexample', access_key_secret=***, security_token=None)
    """

    __slots__ = ()

    @sealed
    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(_Chain(), clock=clock)

    def __repr__(self) -> str:
        return "DefaultCredentials()"


class _Chain:
    """Asks one after the other; the library anew in each process, for it has threads and locks."""

    __slots__ = ("_ask", "_process", "_provider")

    def __init__(self) -> None:
        if not environment.are_set():
            with contextlib.suppress(ImportError):  # which is told when keys are asked for
                import_module(f"{_LIBRARY}.provider")  # now, not in the midst of a signature
        self._process = 0
        self._provider: Any = None
        self._ask = official.in_each_process(self._ask_library)

    def __reduce__(self) -> tuple[Any, ...]:
        return _Chain, ()

    def get_credentials(self) -> Credentials:
        if environment.are_set():
            return environment.EnvironmentVariableCredentialsProvider().get_credentials()
        if self._process != os.getpid():
            self._provider, self._process = _library_chain(), os.getpid()
        try:
            answer = self._ask()
        except Exception as error:
            raise CredentialsError(_found_nothing(error)) from error
        return official.with_end(self._provider, answer)

    def _ask_library(self) -> object:
        return self._provider.get_credentials()


def _library_chain() -> Any:
    try:
        from alibabacloud_credentials.provider import DefaultCredentialsProvider
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != _LIBRARY:
            raise
        found = environment.seen()
        there = "stands here" if len(found) == 1 else "stand here"
        told = f"{environment.listed(found)} {there}, which" if found else "what else there may be"
        raise CredentialsError(
            f"OSS_ACCESS_KEY_ID is not set; {told} alibabacloud-credentials reads: "
            f"{environment.EXTRA}"
        ) from None
    return DefaultCredentialsProvider()


def _found_nothing(error: Exception) -> str:
    """Returns what is told where the library had no keys to give; its own words stay out of it."""
    found = environment.seen()
    here = f"it had {environment.listed(found)} to go by" if found else "it had nothing to go by"
    text = (
        "OSS_ACCESS_KEY_ID is not set, and alibabacloud-credentials found no keys: "
        f"{here}, and raised {type(error).__name__}, the cause of this"
    )
    library = sys.modules.get(f"{_LIBRARY}.utils.auth_util")
    late = [name for name in _LATE if os.environ.get(name) and not getattr(library, _LATE[name], 1)]
    if late:
        text += f"; {environment.listed(late)} was set only after that library had been imported"
    return text

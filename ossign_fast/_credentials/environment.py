"""Access keys from the environment, and what else lies there that holds some."""

from __future__ import annotations

import os

from .._errors import CredentialsError
from .._frames import sealed
from .credentials import Credentials

EXTRA = "pip install 'ossign_fast[credentials]'"
_ID, _SECRET, _TOKEN = "OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN"
#: Variables that tell `alibabacloud-credentials` where keys are.
_VARIABLES = (
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
    "ALIBABA_CLOUD_ROLE_ARN",
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
    "ALIBABA_CLOUD_PROFILE",
    "ALIBABA_CLOUD_CREDENTIALS_FILE",
    "ALIBABA_CLOUD_ECS_METADATA",
    "ALIBABA_CLOUD_CREDENTIALS_URI",
)
_FILES = ("~/.aliyun/config.json", "~/.alibabacloud/credentials.ini")


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
        access_key_id, access_key_secret, token = (
            os.environ.get(name, "") for name in (_ID, _SECRET, _TOKEN)
        )
        if access_key_id and access_key_secret:
            return Credentials(access_key_id, access_key_secret, token or None)
        raise CredentialsError(
            f"{_SECRET if access_key_id else _ID} is not set; export it, or pass "
            f"credentials=Credentials(...){_hint()}"
        )


def are_set() -> bool:
    """Returns whether the environment holds any key for OSS, be it but a part of one."""
    return bool(os.environ.get(_ID) or os.environ.get(_SECRET))


def seen() -> list[str]:
    """Returns the names of the variables and files that tell where keys are, values untold."""
    variables = [name for name in _VARIABLES if os.environ.get(name)]
    # A signature may ask, which must import nothing.
    files = [name for name in _FILES if os.path.isfile(os.path.expanduser(name))]  # noqa: PTH111, PTH113
    return variables + files


def listed(names: list[str]) -> str:
    """Returns names in a row, as a sentence has them."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _hint() -> str:
    """Returns what to do where the keys are meant for other tools."""
    found = seen()
    if not found:
        return ""
    stands = "stands" if len(found) == 1 else "stand"
    return (
        f"; {listed(found)} {stands} here, which credentials=DefaultCredentials() reads ({EXTRA})"
    )

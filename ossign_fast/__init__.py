"""Presigned URLs for Alibaba Cloud OSS (Signature V4), one or a million."""

import importlib
import typing

from ._credentials.credentials import (
    Credentials,
    CredentialsProvider,
    EnvironmentVariableCredentialsProvider,
)
from ._engine import EngineInfo, engine_info
from ._engine.inputs import VARIES
from ._errors import (
    ClockSkewError,
    CredentialsError,
    ExpiredError,
    MalformedSignatureError,
    NotYetValidError,
    OssignError,
    OssignKeyWarning,
    OssignPerformanceWarning,
    RequestError,
    SignatureMismatchError,
    UnknownAccessKeyError,
    VerificationError,
)
from ._rules.levels import NO_KEY
from ._rules.operations import Operation, Option, describe_operation, operations
from ._rules.target import Target
from ._signer.batch import UrlBatch
from ._signer.bound import BoundPresigner
from ._signer.result import PresignResult
from ._signer.signer import Signer
from ._version import __version__

if typing.TYPE_CHECKING:
    from ._verify.many import verify_many
    from ._verify.verify import Verified, verify

__all__ = [
    "NO_KEY",
    "VARIES",
    "BoundPresigner",
    "ClockSkewError",
    "Credentials",
    "CredentialsError",
    "CredentialsProvider",
    "EngineInfo",
    "EnvironmentVariableCredentialsProvider",
    "ExpiredError",
    "MalformedSignatureError",
    "NotYetValidError",
    "Operation",
    "Option",
    "OssignError",
    "OssignKeyWarning",
    "OssignPerformanceWarning",
    "PresignResult",
    "RequestError",
    "SignatureMismatchError",
    "Signer",
    "Target",
    "UnknownAccessKeyError",
    "UrlBatch",
    "VerificationError",
    "Verified",
    "__version__",
    "describe_operation",
    "engine_info",
    "operations",
    "verify",
    "verify_many",
]

_ON_DEMAND = {"Verified": "verify", "verify": "verify", "verify_many": "many"}


def __getattr__(name: str) -> object:
    """Returns a name of the verifier, which signers need not wait for."""
    if name not in _ON_DEMAND:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}._verify.{_ON_DEMAND[name]}")
    globals()[name] = found = getattr(module, name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_ON_DEMAND})

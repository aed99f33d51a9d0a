"""Presigned URLs for Alibaba Cloud OSS (Signature V4), one or a million."""

import importlib
import typing

from ._credentials.credentials import Credentials, CredentialsProvider
from ._credentials.environment import EnvironmentVariableCredentialsProvider
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
    from ._credentials.cached import CachedCredentials
    from ._credentials.default import DefaultCredentials
    from ._rules.callback import Callback
    from ._rules.disposition import content_disposition
    from ._signer.job import Job, TableJob
    from ._signer.report import Refusal, Report
    from ._verify.verify import Verified, verify
    from ._verify_many import verify_many

__all__ = [
    "NO_KEY",
    "VARIES",
    "BoundPresigner",
    "CachedCredentials",
    "Callback",
    "ClockSkewError",
    "Credentials",
    "CredentialsError",
    "CredentialsProvider",
    "DefaultCredentials",
    "EngineInfo",
    "EnvironmentVariableCredentialsProvider",
    "ExpiredError",
    "Job",
    "MalformedSignatureError",
    "NotYetValidError",
    "Operation",
    "Option",
    "OssignError",
    "OssignKeyWarning",
    "OssignPerformanceWarning",
    "PresignResult",
    "Refusal",
    "Report",
    "RequestError",
    "SignatureMismatchError",
    "Signer",
    "TableJob",
    "Target",
    "UnknownAccessKeyError",
    "UrlBatch",
    "VerificationError",
    "Verified",
    "__version__",
    "content_disposition",
    "describe_operation",
    "engine_info",
    "operations",
    "verify",
    "verify_many",
]

_ON_DEMAND = {
    "CachedCredentials": "_credentials.cached",
    "Callback": "_rules.callback",
    "DefaultCredentials": "_credentials.default",
    "content_disposition": "_rules.disposition",
    "Job": "_signer.job",
    "Refusal": "_signer.report",
    "Report": "_signer.report",
    "TableJob": "_signer.job",
    "Verified": "_verify.verify",
    "verify": "_verify.verify",
    "verify_many": "_verify_many",
}


def __getattr__(name: str) -> object:
    """Returns a name that signers need not wait for."""
    if name not in _ON_DEMAND:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_ON_DEMAND[name]}")
    globals()[name] = found = getattr(module, name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_ON_DEMAND})

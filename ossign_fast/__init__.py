"""Presigned URLs for Alibaba Cloud OSS (Signature V4), one or a million."""

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
from ._verify.many import verify_many
from ._verify.verify import Verified, verify
from ._version import __version__

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

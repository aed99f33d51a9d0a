"""Every error that ossign_fast raises on purpose.

    OssignError
    ├── RequestError (ValueError)          the request cannot be signed as it was given
    ├── CredentialsError (RuntimeError)    no usable access key could be had
    └── VerificationError                  a signed request would be refused by OSS
        ├── MalformedSignatureError        InvalidArgument, 400
        ├── UnknownAccessKeyError          InvalidAccessKeyId, 403
        ├── NotYetValidError               AccessDenied, 403
        ├── ExpiredError                   AccessDenied, 403
        ├── ClockSkewError                 RequestTimeTooSkewed, 403
        └── SignatureMismatchError         SignatureDoesNotMatch, 403

`OssignKeyWarning` and `OssignPerformanceWarning` are no errors, but warnings.

Each text names the field and the cure. No text holds a secret, a security token, a signature,
a header value or a canonical request.
"""

from __future__ import annotations

from datetime import datetime


class OssignPerformanceWarning(RuntimeWarning):
    """A large batch is signed by the slower engine, for a reason that its text tells."""


class OssignKeyWarning(UserWarning):
    """A key looks like a URL, or has a query behind it; it is signed as it is."""


class OssignError(Exception):
    """Base of all errors of this package."""


class RequestError(OssignError, ValueError):
    """The request cannot be signed as it was given; nothing was signed.

    Attributes:
        field: Name of the argument, header or query parameter at fault.
        problem: What is wrong with it and what to do.
        row: Index of the bad row of a batch, or None outside batches.

    Example:
        >>> str(RequestError("expires", "must be 1..604800 seconds", row=3))
        'row 3: expires: must be 1..604800 seconds'
    """

    def __init__(self, field: str, problem: str, *, row: int | None = None) -> None:
        self.field = field
        self.problem = problem
        self.row = row
        super().__init__(f"{field}: {problem}" if row is None else f"row {row}: {field}: {problem}")

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild_request_error, (type(self), self.field, self.problem, self.row)

    def at_row(self, row: int) -> RequestError:
        """Returns the same error, placed at row `row` of a batch."""
        return type(self)(self.field, self.problem, row=row)


def _rebuild_request_error(
    kind: type[RequestError], field: str, problem: str, row: int | None
) -> RequestError:
    return kind(field, problem, row=row)


class CredentialsError(OssignError, RuntimeError):
    """No usable access key could be had from the credentials provider."""


class VerificationError(OssignError):
    """A signed request that OSS would refuse.

    Attributes:
        code: The `Code` of the OSS error this stands for.
        status: The HTTP status OSS answers with.
        string_to_sign: What the verifier signed, where it got that far. May be shown to
            whoever sent the request, never logged.
        canonical_request: The canonical request, where it got that far; V1 has none. Holds the
            security token, so the same care applies.
        access_key_id: Who claims to have signed, where the signature did not match.
        signature: The signature that came with the request, where it did not match. Not to be
            logged either.
        moment: The time at fault: the signing time, or with `ExpiredError` the end of validity.
    """

    # Not in the dictionary of the error, which reporters of errors write down.
    __slots__ = ("canonical_request", "signature", "string_to_sign")

    code = "AccessDenied"
    status = 403

    def __init__(
        self,
        message: str,
        *,
        string_to_sign: str | None = None,
        canonical_request: str | None = None,
        access_key_id: str | None = None,
        signature: str | None = None,
        moment: datetime | None = None,
    ) -> None:
        self.string_to_sign = string_to_sign
        self.canonical_request = canonical_request
        self.access_key_id = access_key_id
        self.signature = signature
        self.moment = moment
        super().__init__(message)

    def __reduce__(self) -> tuple[object, ...]:
        hidden = {name: getattr(self, name) for name in VerificationError.__slots__}
        return type(self), self.args, {**vars(self), **hidden}


class MalformedSignatureError(VerificationError):
    """A parameter of the signature is missing, repeated or unreadable."""

    code = "InvalidArgument"
    status = 400


class UnknownAccessKeyError(VerificationError):
    """The access key id is not one the verifier knows."""

    code = "InvalidAccessKeyId"


class NotYetValidError(VerificationError):
    """The signing time lies too far in the future."""


class ExpiredError(VerificationError):
    """The signature's lifetime is over."""


class ClockSkewError(VerificationError):
    """A request signed in its headers was signed too long ago, or by a clock that is ahead."""

    code = "RequestTimeTooSkewed"


class SignatureMismatchError(VerificationError):
    """The signature is not the one this request calls for."""

    code = "SignatureDoesNotMatch"

"""The refusals of the local endpoint, under the codes and statuses of OSS."""

from __future__ import annotations

from collections.abc import Mapping

STATUS = {
    "AccessDenied": 403,
    "BadRequest": 400,
    "EntityTooLarge": 400,
    "EntityTooSmall": 400,
    "FileAlreadyExists": 409,
    "IncompleteBody": 400,
    "InsufficientStorage": 507,
    "InternalError": 500,
    "InvalidAccessKeyId": 403,
    "InvalidArgument": 400,
    "InvalidBucketName": 400,
    "InvalidDigest": 400,
    "InvalidObjectName": 400,
    "InvalidPart": 400,
    "InvalidPartOrder": 400,
    "InvalidRange": 416,
    "MalformedXML": 400,
    "MethodNotAllowed": 405,
    "MissingContentLength": 411,
    "NoSuchKey": 404,
    "NoSuchUpload": 404,
    "NotImplemented": 501,
    "PreconditionFailed": 412,
    "RequestHeaderTooLarge": 431,
    "RequestTimeTooSkewed": 403,
    "SignatureDoesNotMatch": 403,
    "UriTooLong": 414,
}


class ServiceError(Exception):
    """A request refused; becomes the XML error body that OSS would send.

    Attributes:
        code: The `Code` of the error, one of `STATUS`.
        message: The `Message`.
        details: Further elements of the body. They go to the sender alone, never to a log.
        headers: Headers of the answer.
        reason: What a log may say of it; empty where the status says enough.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        details: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        reason: str = "",
    ) -> None:
        self.code = code
        self.message = message
        self.details = dict(details or {})
        self.headers = dict(headers or {})
        self.reason = reason
        super().__init__(f"{code}: {message}")

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return STATUS[self.code]

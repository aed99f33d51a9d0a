"""The two official Python SDKs as signers of vector cases, at a clock that stands still.

Only the clocks of the SDKs are replaced, and only inside `frozen_clock`. The option
`additional_headers` of alibabacloud-oss-v2 never reaches its signer, so it is handed over there.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import alibabacloud_oss_v2 as oss_v2
import oss2
from alibabacloud_oss_v2 import presigner
from alibabacloud_oss_v2.signer import v4

from support.oracle import METHODS, base_url, is_address

REQUESTS = {name: getattr(oss_v2, f"{name}Request") for name in METHODS if name != "DeleteObject"}
#: Query names that an operation has an option for; None where the operation implies the name.
TYPED_QUERY: dict[str, dict[str, str | None]] = {
    "InitiateMultipartUpload": {"uploads": None},
    "UploadPart": {"uploadId": "upload_id", "partNumber": "part_number"},
    "CompleteMultipartUpload": {"uploadId": "upload_id"},
    "AbortMultipartUpload": {"uploadId": "upload_id"},
}


def moment_of(case: Mapping[str, Any]) -> datetime.datetime:
    """Returns the signing time of `case` as an aware datetime."""
    return datetime.datetime.fromisoformat(case["signing_time"].replace("Z", "+00:00"))


@contextmanager
def frozen_clock(moment: datetime.datetime) -> Iterator[None]:
    """Makes `moment` the present for both SDKs."""

    class Frozen(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            return moment.astimezone(tz)

        @classmethod
        def utcnow(cls) -> datetime.datetime:
            return moment.astimezone(datetime.timezone.utc).replace(tzinfo=None)

    module = SimpleNamespace(
        datetime=Frozen, timedelta=datetime.timedelta, timezone=datetime.timezone
    )
    with (
        patch.object(v4, "datetime", module),
        patch.object(presigner, "datetime", module),
        patch.object(oss2.auth, "datetime", Frozen),
    ):
        yield


class _AdditionalHeadersSigner(v4.SignerV4):  # type: ignore[misc]
    """The SDK's V4 signer, given the additional headers that its client forgets."""

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def sign(self, signing_ctx: Any) -> None:
        signing_ctx.additional_headers = self._names
        super().sign(signing_ctx)


def client_v2(case: Mapping[str, Any]) -> oss_v2.Client:
    """Returns a client of alibabacloud-oss-v2 with the settings of `case`."""
    kind = case.get("endpoint_type")
    config = oss_v2.Config(
        region=case["region"],
        endpoint=case.get("endpoint"),
        disable_ssl=case.get("scheme") == "http",
        credentials_provider=oss_v2.credentials.StaticCredentialsProvider(
            case["access_key_id"], case["access_key_secret"], case.get("security_token")
        ),
        use_cname=case.get("url_style") == "cname",
        use_path_style=case.get("url_style") == "path",
        use_internal_endpoint=kind == "internal",
        use_dualstack_endpoint=kind == "dualstack",
        use_accelerate_endpoint=kind == "accelerate",
        cloud_box_id=case["region"] if case.get("product") == "oss-cloudbox" else None,
    )
    return oss_v2.Client(
        config, signer=_AdditionalHeadersSigner(case.get("additional_headers", []))
    )


def sign_v2(case: Mapping[str, Any]) -> str:
    """Returns the URL that alibabacloud-oss-v2 makes of `case`."""
    lifetime = datetime.timedelta(seconds=case.get("expires_seconds") or 900)
    with frozen_clock(moment_of(case)):
        client = client_v2(case)
        if case["op"] == "DeleteObject":
            return _sign_v2_generic(client, case, lifetime)
        return client.presign(request_v2(case), expires=lifetime).url  # type: ignore[no-any-return]


def request_v2(case: Mapping[str, Any]) -> Any:
    """Returns the request model of `case`; what has no typed field goes in as it is."""
    free, typed = split_query(case)
    return REQUESTS[case["op"]](
        bucket=case["bucket"],
        key=case["key"],
        headers=dict(case.get("headers", {})),
        parameters=free,
        **typed,
    )


def split_query(case: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """Returns the query of `case` as free parameters and as typed options of its operation."""
    names = TYPED_QUERY.get(case["op"], {})
    query = case.get("query", {})
    free = {name: value for name, value in query.items() if name not in names}
    typed: dict[str, Any] = {
        option: query[name] for name, option in names.items() if option and name in query
    }
    if "part_number" in typed:
        typed["part_number"] = int(typed["part_number"])
    return free, typed


def _sign_v2_generic(
    client: oss_v2.Client, case: Mapping[str, Any], lifetime: datetime.timedelta
) -> str:
    """DeleteObject has no presign request, so it goes the way `Client.presign` goes inside."""
    operation = oss_v2.OperationInput(
        op_name=case["op"],
        method=METHODS[case["op"]],
        bucket=case["bucket"],
        key=case["key"],
        headers=dict(case.get("headers", {})),
        parameters=dict(case.get("query", {})),
        op_metadata={"expiration_time": moment_of(case) + lifetime},
    )
    output = client.invoke_operation(operation, **presigner._presign_kwargs)
    return output.http_response.request.url  # type: ignore[no-any-return]


def sign_oss2(case: Mapping[str, Any]) -> str:
    """Returns the URL that oss2 makes of `case`."""
    plain = base_url({**case, "bucket": None, "key": None}).rstrip("/")
    cloudbox = case.get("product") == "oss-cloudbox"
    auth = oss2.ProviderAuthV4(
        oss2.credentials.StaticCredentialsProvider(
            case["access_key_id"], case["access_key_secret"], case.get("security_token")
        )
    )
    bucket = oss2.Bucket(
        auth,
        plain,
        case["bucket"],
        is_cname=case.get("url_style") == "cname" and not is_address(plain.split("://")[1]),
        region=case["region"],
        cloudbox_id=case["region"] if cloudbox else None,
        is_path_style=case.get("url_style") == "path",
    )
    with frozen_clock(moment_of(case)):
        url: str = bucket.sign_url(
            METHODS[case["op"]],
            case["key"],
            case.get("expires_seconds") or 900,
            headers=dict(case.get("headers", {})),
            params=dict(case.get("query", {})),
            slash_safe=True,
            additional_headers=case.get("additional_headers", []),
        )
    return url

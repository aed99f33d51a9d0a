"""The signers of the official Python SDKs, without their clients, at a time that stands still.

`sdk_signers` has the clients, which presign with V4. Here are Authorization headers, and V1. What
the signers of alibabacloud-oss-v2 leave out of V1, `sub_resource` of their context puts in.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import formatdate
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import alibabacloud_oss_v2 as oss_v2
import oss2
from alibabacloud_oss_v2.signer import SignerV1, SignerV4
from alibabacloud_oss_v2.types import HttpRequest, SigningContext
from oss2.http import Request

from support import oracle
from support.sdk_signers import moment_of


def context_of(case: Mapping[str, Any]) -> SigningContext:
    """Returns the request of `case`, ready for a signer of alibabacloud-oss-v2."""
    pairs = [oracle.encode_pair(*pair) for pair in (case.get("query") or {}).items()]
    url = oracle.base_url(case) + ("?" + "&".join(pairs) if pairs else "")
    method = case.get("method") or oracle.METHODS[case["op"]]
    context = SigningContext(
        product=case.get("product") or "oss",
        region=case["region"],
        bucket=case.get("bucket"),
        key=case.get("key"),
        request=HttpRequest(method, url, oracle.sent_headers(case)),
        credentials=oss_v2.credentials.Credentials(
            case["access_key_id"], case["access_key_secret"], case.get("security_token")
        ),
        signing_time=moment_of(case),
        additional_headers=set(case.get("additional_headers") or ()),
    )
    given = [name for name in case.get("query") or {} if name.startswith("x-oss-")]
    context.sub_resource = [*given, *(case.get("sub_resources") or ())]
    return context


def v4_headers(case: Mapping[str, Any]) -> dict[str, str]:
    """Returns the headers of `case`, signed by alibabacloud-oss-v2, names in lower case."""
    return signed_by(SignerV4(), context_of(case))


def v1_headers(case: Mapping[str, Any]) -> dict[str, str]:
    """Returns the headers of `case`, signed by alibabacloud-oss-v2, names in lower case."""
    return signed_by(SignerV1(), context_of(case))


def signed_by(signer: Any, context: SigningContext) -> dict[str, str]:
    signer.sign(context)
    return {name.lower(): value for name, value in context.request.headers.items()}


def v1_url(case: Mapping[str, Any]) -> str:
    """Returns the URL that alibabacloud-oss-v2 makes of `case`."""
    context = context_of(case)
    context.auth_method_query = True
    lifetime = datetime.timedelta(seconds=case.get("expires_seconds") or 900)
    context.expiration_time = moment_of(case) + lifetime
    SignerV1().sign(context)
    return str(context.request.url)


@contextmanager
def frozen_oss2(moment: datetime.datetime) -> Iterator[None]:
    """Makes `moment` the present for V1 of oss2."""
    second = moment.timestamp()
    with (
        patch.object(oss2.auth, "time", SimpleNamespace(time=lambda: second)),
        patch.object(oss2.utils, "http_date", lambda: formatdate(int(second), usegmt=True)),
    ):
        yield


def oss2_auth(case: Mapping[str, Any]) -> oss2.ProviderAuth:
    return oss2.ProviderAuth(
        oss2.credentials.StaticCredentialsProvider(
            case["access_key_id"], case["access_key_secret"], case.get("security_token")
        )
    )


def oss2_request(case: Mapping[str, Any]) -> Request:
    method = case.get("method") or oracle.METHODS[case["op"]]
    return Request(
        method,
        oracle.base_url(case),
        params=dict(case.get("query") or {}),
        headers=oracle.sent_headers(case),
    )


def oss2_v1_url(case: Mapping[str, Any]) -> str:
    """Returns the URL that oss2 makes of `case`."""
    with frozen_oss2(moment_of(case)):
        url: str = oss2_auth(case)._sign_url(
            oss2_request(case), case["bucket"], case["key"], case.get("expires_seconds") or 900
        )
    return url


def oss2_v1_headers(case: Mapping[str, Any]) -> dict[str, str]:
    """Returns the headers of `case`, signed by oss2, names in lower case; its own are left out."""
    request = oss2_request(case)
    with frozen_oss2(moment_of(case)):
        oss2_auth(case)._sign_request(request, case["bucket"], case["key"])
    headers = {name.lower(): value for name, value in request.headers.items()}
    return {n: v for n, v in headers.items() if n not in ("accept-encoding", "user-agent")}

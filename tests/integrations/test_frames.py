"""Refusals by drop-ins and auth objects, as a report with the variables of all frames shows them.

By their repr: the base classes of the SDKs keep credentials in dictionaries of theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import httpx
import oss2
import pytest
import requests

from ossign_fast import Credentials, Signer
from ossign_fast.integrations import alibabacloud_oss_v2
from ossign_fast.integrations import httpx as for_httpx
from ossign_fast.integrations import oss2 as for_oss2
from ossign_fast.integrations import requests as for_requests
from support.frames import leaks
from support.refusals import ID, SECRET, TOKEN

URL = "https://examplebucket.oss-cn-hangzhou.aliyuncs.com/"
PROVIDER = SimpleNamespace(get_credentials=lambda: oss2.credentials.Credentials(ID, SECRET, TOKEN))


def bucket(auth: Any) -> Any:
    return oss2.Bucket(auth, "https://oss-cn-hangzhou.aliyuncs.com", "examplebucket",
                       region="cn-hangzhou")  # fmt: skip


def signer() -> Signer:
    return Signer(
        region="cn-hangzhou", bucket="examplebucket", credentials=Credentials(ID, SECRET, TOKEN)
    )


def client() -> Any:
    keys = oss_v2.credentials.StaticCredentialsProvider(ID, SECRET, TOKEN)
    return alibabacloud_oss_v2.accelerate(
        oss_v2.Client(oss_v2.Config(region="cn-hangzhou", credentials_provider=keys))
    )


REFUSED: dict[str, Callable[[], object]] = {
    "oss2 key": lambda: bucket(for_oss2.AuthV4(ID, SECRET)).sign_url("GET", "k" * 2000, 60),
    "oss2 header": lambda: bucket(for_oss2.ProviderAuthV4(PROVIDER)).sign_url(
        "PUT", "k", 60, headers={"x-oss-meta-a": "\n"}
    ),
    "oss2 request": lambda: bucket(for_oss2.ProviderAuthV4(PROVIDER)).put_object("k" * 2000, b""),
    "oss_v2 key": lambda: client().presign(
        oss_v2.GetObjectRequest(bucket="examplebucket", key="k" * 2000)
    ),
    "oss_v2 metadata": lambda: client().presign(
        oss_v2.PutObjectRequest(bucket="examplebucket", key="k", metadata={"a": "\n"})
    ),
    "requests key": lambda: requests.get(URL + "k" * 2000, auth=for_requests.OSSAuth(signer())),
    "requests host": lambda: requests.get("https://a.test", auth=for_requests.OSSAuth(signer())),
    "httpx key": lambda: httpx.get(URL + "k" * 2000, auth=for_httpx.OSSAuth(signer())),
    "httpx host": lambda: httpx.get("https://a.test", auth=for_httpx.OSSAuth(signer())),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_show_no_secret(name: str) -> None:
    with pytest.raises(Exception, match=r"key|header|meta|endpoint") as caught:
        REFUSED[name]()
    assert leaks(caught.value, (SECRET, TOKEN), depth=0) == []

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

from ossign_fast import Credentials, CredentialsError, OssignError, Signer
from ossign_fast.integrations import alibabacloud_oss_v2
from ossign_fast.integrations import httpx as for_httpx
from ossign_fast.integrations import oss2 as for_oss2
from ossign_fast.integrations import requests as for_requests
from ossign_fast.server import LocalEndpoint
from support.frames import frames_of, leaks, told_by
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


def answering(answer: Any) -> Any:
    return SimpleNamespace(get_credentials=lambda: answer)


@pytest.mark.parametrize("kind", [for_oss2.ProviderAuthV4, for_oss2.ProviderAuth])
@pytest.mark.parametrize("call", ["sign_url", "get_object", "accelerated", "sign_rtmp_url"])
@pytest.mark.parametrize("strict", [False, True])
def test_providers_of_oss2_that_return_something_else(kind: Any, call: str, strict: bool) -> None:
    given = {"access_key_id": ID, "access_key_secret": SECRET, "security_token": TOKEN}
    signing = bucket(kind(answering(given), strict_sdk=strict))
    if call == "accelerated":
        signing, call = for_oss2.accelerate(signing), "sign_url"
    words = {"sign_url": ("GET", "k", 60), "get_object": ("k",), "sign_rtmp_url": ("c", "p", 60)}
    del given
    with pytest.raises(CredentialsError, match="returned dict; it must return oss2's") as caught:
        getattr(signing, call)(*words[call])
    assert leaks(caught.value, (SECRET, TOKEN), depth=0) == []
    assert caught.value.__context__ is None


def made() -> dict[str, Any]:
    """Objects of the drop-ins that have signed, but for what the SDKs keep of their own."""
    auth = for_oss2.AuthV4(ID, SECRET)
    sts = for_oss2.StsAuth(ID, SECRET, TOKEN, "v4")
    v1 = for_oss2.Auth(ID, SECRET)
    for each in (auth, sts, v1):
        for_oss2.accelerate(bucket(each)).sign_url("GET", "k", 60)
        bucket(each).sign_url("GET", "k", 60)
    fast = client()
    fast.presign(oss_v2.GetObjectRequest(bucket="examplebucket", key="k"))
    presigner = fast._presigner
    http_auth = for_requests.OSSAuth(signer())
    requests.Request("GET", URL + "k", auth=http_auth).prepare()
    own = {name: value for name, value in vars(presigner).items() if name[1:] not in SDKS}
    return {"AuthV4": auth, "StsAuth": sts, "Auth": v1, "presigner": own, "requests": http_auth}


#: What a presigner has of the client that it was made for.
SDKS = ("impl", "options")


def test_attributes_of_objects_show_no_secret() -> None:
    for name, item in made().items():
        shown = "".join(told_by(item, depth=8))
        assert "SignerPool" in shown or "Handover" in shown or name == "requests"
        assert not any(secret in shown for secret in (SECRET, TOKEN)), name


@pytest.mark.parametrize(
    "make",
    [
        lambda: for_oss2.StsAuth(ID, SECRET, TOKEN, "v2"),
        lambda: for_oss2.AuthV4(ID, SECRET.encode()),  # type: ignore[arg-type]
        lambda: for_oss2.ProviderAuthV4((ID, SECRET)),
        lambda: for_requests.OSSAuth(signer(), additional_headers="range"),
        lambda: LocalEndpoint(credentials=Credentials(ID, SECRET), host="no host"),
        lambda: LocalEndpoint("/dev/null/folder", credentials=Credentials(ID, SECRET)),
    ],
)
def test_objects_that_were_refused_can_be_shown(make: Callable[[], object]) -> None:
    with pytest.raises((OssignError, TypeError, OSError)) as caught:
        make()
    assert list(frames_of(caught.value))
    assert leaks(caught.value, (SECRET, TOKEN), depth=0) == []


def test_a_presigned_url_that_is_to_be_signed_again() -> None:
    """With httpx its own frames show it, as the repr of a request holds the URL."""
    url = signer().presign("GET", "k").url
    with pytest.raises(OssignError) as caught:
        requests.get(url, auth=for_requests.OSSAuth(signer()))
    own = [frame for frame in frames_of(caught.value) if "ossign_fast" in frame.f_code.co_filename]
    assert [frame.f_code.co_name for frame in own][-1] == "sign"
    signature = url.rpartition("=")[2]
    assert [f for f in own if any(signature in repr(v) for v in f.f_locals.values())] == []

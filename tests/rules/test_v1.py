"""The rules of Signature V1 by themselves: columns, jobs, reserved names; `oracle_v1` signs too."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import oss2
import pytest
from alibabacloud_oss_v2 import operations
from alibabacloud_oss_v2.signer import SignerV1

from ossign_fast import Credentials, CredentialsError, SignatureMismatchError, Signer, verify
from ossign_fast._engine.plan import (
    BAD_START,
    BLANK_END,
    CONTROL,
    DECIMAL,
    FIELD,
    LABEL,
    NOT_INTEGER,
    NOT_LABEL,
    NOT_TEXT,
    NULL,
    OUT_OF_RANGE,
    RAW,
    SURROGATE,
    TOO_LONG,
    TOO_SHORT,
    VALUE,
    Column,
    ColumnError,
)
from ossign_fast._rules import v1
from ossign_fast._rules.endpoints import Endpoint
from ossign_fast._rules.shape import Moment, Shape
from ossign_fast._verify import v1 as verifier
from support import oracle_v1

HOST = Endpoint("https", "oss-cn-hangzhou.aliyuncs.com", "virtual")
NOW = 1_709_281_815
MOMENT = Moment.at(NOW)
CREDENTIALS = Credentials("id", "secret")
CASE: dict[str, Any] = {
    "method": "GET", "bucket": "examplebucket", "region": "cn-hangzhou", "access_key_id": "id",
    "access_key_secret": "secret", "signing_time": "2024-03-01T08:30:15Z", "expires_seconds": 60,
}  # fmt: skip


def value(name: str) -> tuple[str, Column]:
    return name, Column(name, VALUE)


def field(name: str) -> tuple[str, Column]:
    return name, Column(name, FIELD, 1)


def shape(**changes: Any) -> Shape:
    return Shape("GET", HOST, "examplebucket", 1, (), (), (), False)._replace(**changes)


def bind(
    plain: Shape,
    *values: Any,
    credentials: Credentials = CREDENTIALS,
    sub_resources: tuple[str, ...] = (),
    expires: int | None = 60,
) -> Any:
    scope = v1.Scope(frozenset(sub_resources))
    return v1.bind(plain, values, MOMENT, scope, credentials, expires=expires)


def wanted(key: str, **changes: Any) -> str:
    return oracle_v1.presign({**CASE, "key": key, **changes}).text


# The oracle, and what is signed


def test_the_oracle_signs_the_example_of_the_documentation() -> None:
    """Of "Include signatures in the Authorization header", with its key pair."""
    answer = oracle_v1.authorize(
        {"method": "PUT", "bucket": "oss-example", "key": "nelson",
         "access_key_id": "44CF9590006BF252F707",
         "access_key_secret": "OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV",
         "headers": {"Content-MD5": "ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=",
                     "Content-Type": "text/html", "X-OSS-Meta-Author": "foo@bar.com",
                     "X-OSS-Magic": "abracadabra", "Host": "oss-example.example.com"},
         "signing_time": "2005-11-17T18:49:58Z"}
    )  # fmt: skip
    assert answer.text == "OSS 44CF9590006BF252F707:26NBxoKdsyly4EDv6inkoDft/yA="


def test_sub_resources_are_those_of_the_sdks_and_of_the_verifier() -> None:
    known = oss2.ProviderAuth._subresource_key_set | SignerV1._subresource_key_set
    for file in Path(operations.__file__).parent.glob("*.py"):
        for names in re.findall(r"sub-resource['\"]: *\[(.*?)\]", file.read_text("utf-8")):
            known |= set(re.findall(r"['\"](.+?)['\"]", names))
    documented = {"img"}  # in "Include a V1 signature in the Authorization header"
    misspelled = {"MetaQuery"}
    listed = {name for name in known - misspelled if not name.startswith("x-oss-")} | documented
    assert listed == v1.SUB_RESOURCES == verifier.SUB_RESOURCES


@pytest.mark.parametrize("name", ["cors", "lifecycle", "policy", "website", "worm", "retention"])
@pytest.mark.parametrize("value", ["", "1"])
def test_sub_resources_are_signed_as_the_verifier_reads_them(name: str, value: str) -> None:
    credentials = Credentials("id", "secret")
    signer = Signer(
        region=None, endpoint="h", bucket="bkt", credentials=credentials, signature_version="v1"
    )
    known: dict[str, Any] = {"credentials": credentials, "signature_versions": ("v1",)}
    url = signer.presign("GET", "k", query={name: value}).url
    assert verify("GET", url, **known).key == "k"
    with pytest.raises(SignatureMismatchError):
        verify("GET", url.replace(f"?{name}", "?other"), **known)


@pytest.mark.parametrize(
    ("header", "signed"),
    [("content-type", True), ("content-md5", True), ("x-oss-meta-a", True), ("date", False),
     ("content-length", False), ("x-os", False), ("range", False)],
)  # fmt: skip
def test_headers_that_are_signed(header: str, signed: bool) -> None:
    assert v1.is_signed_by_default(header) is signed
    assert SignerV1.is_signed_header(header) is (signed or header == "date")


@pytest.mark.parametrize(
    ("name", "reserved"),
    [
        ("OSSAccessKeyId", True), ("Expires", True), ("Signature", True), ("security-token", True),
        ("x-oss-signature", True), ("X-Oss-Expires", True), ("x-oss-security-token", True),
        ("expires", False), ("signature", False), ("Security-Token", False), ("uploadId", False),
        ("x-oss-process", False), ("", False),
    ],
)  # fmt: skip
def test_query_that_is_reserved(name: str, reserved: bool) -> None:
    assert v1.is_reserved_query(name) is reserved


def test_all_names_exist() -> None:
    assert all(hasattr(v1, name) for name in v1.__all__)
    assert v1.MAX_EXPIRES == 2**31 - 1


def test_signature_headers() -> None:
    date = {"Date": "Fri, 01 Mar 2024 08:30:15 GMT"}
    assert v1.signature_headers(MOMENT, CREDENTIALS) == date
    with_token = Credentials("id", "secret", "token")
    assert v1.signature_headers(MOMENT, with_token) == {**date, "x-oss-security-token": "token"}


# Columns


def test_columns_in_their_order() -> None:
    full = shape(
        bucket=None, key=1, query=(value("acl"), ("n", Column("n", DECIMAL, 1, 9))),
        headers=(field("content-type"),), token=True,
    )  # fmt: skip
    assert v1.columns_of(full) == (
        Column("key", RAW, 1, 1023, "/\\", "\r\n"),
        Column("bucket", LABEL, 3, 63),
        Column("acl", RAW),
        Column("n", DECIMAL, 1, 9),
        Column("content-type", FIELD, 1),
        Column("expires", DECIMAL, 1, 2**31 - 1),
    )
    header = v1.columns_of(full._replace(carrier="header"))
    assert header[:5] == v1.columns_of(full)[:5]
    assert header[5:] == (Column("credentials", FIELD, 1), Column("security_token", FIELD, 1))


def test_columns_that_a_shape_has_not() -> None:
    assert [c.name for c in v1.columns_of(shape(key=0))] == ["expires"]
    assert v1.columns_of(shape(key=2))[0] == Column("key", RAW, 1, 1023)
    header = v1.columns_of(shape(key=0, carrier="header"))
    assert [c.name for c in header] == ["credentials"]


# Jobs


def test_a_job_signs_rows() -> None:
    job = bind(shape(), None)
    assert job.varying == (0,)
    assert len(job.encoders) == 1
    assert repr(job) == "<Job>"
    for key in ("a.txt", "dir/a b", "中", "a\nb", "a?b#c%2F", "..", "é" * 511):
        assert v1.sign_one(job, key) == wanted(key)


def test_a_job_with_everything() -> None:
    plain = shape(
        method="PUT", query=(value("uploadId"), value("x-oss-process"), value("free")),
        headers=(field("content-md5"), field("content-type"), field("x-oss-a"), field("x-oss-b")),
        token=True,
    )  # fmt: skip
    credentials = Credentials("i/d", "sécret", "tok+/=")
    values = (None, "u/1", "image/resize,w_1", "", "md5==", "a/b", "1", "中")
    query = {"uploadId": "u/1", "x-oss-process": "image/resize,w_1", "free": ""}
    headers = {"content-md5": "md5==", "content-type": "a/b", "x-oss-a": "1", "x-oss-b": "中"}
    case = {
        "method": "PUT", "query": query, "headers": headers, "security_token": "tok+/=",
        "access_key_id": "i/d", "access_key_secret": "sécret",
    }  # fmt: skip
    for names in ((), ("free",)):
        job = bind(plain, *values, credentials=credentials, sub_resources=names)
        assert v1.sign_one(job, "k") == wanted("k", **case, sub_resources=names)
        job = bind(
            plain._replace(carrier="header"), *values, credentials=credentials, sub_resources=names
        )
        answer = oracle_v1.authorize({**CASE, **case, "key": "k", "sub_resources": names})
        assert v1.sign_one(job, "k") == answer.text


@pytest.mark.parametrize("style", ["virtual", "path", "cname"])
@pytest.mark.parametrize(("bucket", "key"), [("examplebucket", 1), ("examplebucket", 0), ("", 0)])
def test_styles_and_levels(style: str, bucket: str, key: int) -> None:
    plain = shape(endpoint=Endpoint("http", "oss.example.com", style), bucket=bucket, key=key)
    url = v1.sign_one(bind(plain, *[None] * key), "k" if key else None)
    case = {"bucket": bucket, "endpoint": "http://oss.example.com", "url_style": style}
    assert url == wanted("k" if key else "", **case)


def test_rows_of_every_column() -> None:
    plain = shape(bucket=None, query=(value("acl"),), headers=(field("x-oss-a"),))
    job = bind(plain, None, None, None, None, expires=None)
    assert job.varying == (0, 1, 2, 3, 4)
    columns: list[list[Any]] = [
        ["k", "l"],
        ["abc", "d-e"],
        ["", "v w"],
        [" 1", "2"],
        [1, 2**31 - 1],
    ]
    data, offsets, validity = v1.sign_packed(job, columns)
    urls = [bytes(data)[i:j].decode() for i, j in pairwise(offsets)]
    assert urls == [
        wanted(key, bucket=bucket, query={"acl": acl}, headers={"x-oss-a": a}, expires_seconds=n)
        for key, bucket, acl, a, n in zip(*columns, strict=True)
    ]
    assert validity is None


# Faults


@pytest.mark.parametrize(
    ("index", "bad", "fault"),
    [
        (0, "", TOO_SHORT), (0, "k" * 1024, TOO_LONG), (0, "/k", BAD_START), (0, "\\k", BAD_START),
        (0, "\ud800", SURROGATE), (0, b"k", NOT_TEXT), (1, "ab", TOO_SHORT), (1, "a.b", NOT_LABEL),
        (2, "\udfff", SURROGATE), (2, 5, NOT_TEXT), (3, "a\nb", CONTROL), (3, " ", TOO_SHORT),
        (3, "\u00a0a", BLANK_END), (4, "5", NOT_INTEGER), (4, 0, OUT_OF_RANGE),
        (4, 2**31, OUT_OF_RANGE), (4, True, NOT_INTEGER), (2, None, NULL),
    ],
)  # fmt: skip
def test_faults_tell_column_and_row(index: int, bad: Any, fault: str) -> None:
    plain = shape(bucket=None, query=(value("acl"),), headers=(field("x-oss-a"),))
    good: list[Any] = ["k", "abc", "v", "1", 5]
    job = bind(plain, None, None, None, None, expires=None)
    columns = [[item, bad if at == index else item] for at, item in enumerate(good)]
    with pytest.raises(ColumnError) as caught:
        v1.sign_packed(job, columns)
    assert (caught.value.column, caught.value.fault, caught.value.row) == (index, fault, 1)


@pytest.mark.parametrize(
    ("index", "bad", "fault"),
    [(1, "\ud800", SURROGATE), (2, "", TOO_SHORT), (2, "a\r", CONTROL), (3, 2**31, OUT_OF_RANGE)],
)
def test_faults_of_constants(index: int, bad: Any, fault: str) -> None:
    values: list[Any] = [None, "v", "1", 60]
    values[index] = bad
    plain = shape(query=(value("acl"),), headers=(field("x-oss-a"),))
    with pytest.raises(ColumnError) as caught:
        bind(plain, *values[:3], expires=values[3])
    assert (caught.value.column, caught.value.fault, caught.value.row) == (index, fault, None)


@pytest.mark.parametrize(
    ("keys", "index"), [(("i\nd", "s", None), 1), ((" ", "s", None), 1), (("i", "s", "t\0"), 2)]
)
def test_credentials_that_no_header_carries(keys: tuple[Any, ...], index: int) -> None:
    names = ("access_key_id", "access_key_secret", "security_token")
    credentials: Any = SimpleNamespace(**dict(zip(names, keys, strict=True)))
    plain = shape(carrier="header", token=bool(credentials.security_token))
    with pytest.raises(ColumnError) as caught:
        bind(plain, None, credentials=credentials)
    assert caught.value.column == index
    assert v1.sign_one(bind(shape(), None, credentials=credentials), "k").startswith("https://")


def test_ids_beyond_ascii_are_for_urls_alone() -> None:
    credentials = Credentials("é", "secret")
    with pytest.raises(CredentialsError, match="beyond ASCII"):
        bind(shape(carrier="header"), None, credentials=credentials)
    url = v1.sign_one(bind(shape(), None, credentials=credentials), "k")
    assert url == wanted("k", access_key_id="é")

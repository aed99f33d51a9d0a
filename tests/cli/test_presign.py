"""`ossign-fast presign`: its output forms and its arguments."""

from __future__ import annotations

import base64
import json
import re
import time
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from ossign_fast import Credentials, verify
from ossign_fast.cli import main
from support.cli import (
    BUCKET,
    CREDENTIALS,
    ENVIRONMENT,
    ID,
    REGION,
    SECRET,
    TARGET,
    TOKEN,
    presign,
    presign_json,
    run_process,
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OSS_SESSION_TOKEN", raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def query_of(url: str) -> dict[str, str]:
    parsed = parse_qs(urlsplit(url).query, keep_blank_values=True)
    return {name: values[0] for name, values in parsed.items()}


def test_output_is_that_of_the_sample_program(capsys: pytest.CaptureFixture[str]) -> None:
    first, *rest = presign(
        capsys, "PutObject", "--key", "a b.txt", "--content-type", "text/plain", "--expires", "10m"
    ).splitlines()
    match = re.fullmatch(r"method: PUT, expiration: (\d{4}-\d\d-\d\dT.*\.000Z), url: (.*)", first)
    assert match is not None
    assert rest == ["signed headers key: Content-Type, signed headers value: text/plain"]
    headers = {"Content-Type": "text/plain"}
    verified = verify("PUT", match[2], credentials=CREDENTIALS, headers=headers)
    assert (verified.key, verified.region) == ("a b.txt", REGION)
    assert f"{verified.expiration:%Y-%m-%dT%H:%M:%S}.000Z" == match[1]
    assert query_of(match[2])["x-oss-expires"] == "600"


def test_json_holds_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--key", "k", "--header", "x-oss-meta-a: b", "--query", "x=1", "--query", "y"]
    result = json.loads(presign(capsys, "PUT", *words, "--json"))
    assert list(result) == ["method", "url", "expiration", "signed_headers", "headers"]
    assert result["method"] == "PUT"
    assert result["signed_headers"] == {"x-oss-meta-a": "b"}
    verified = verify("PUT", result["url"], credentials=CREDENTIALS, headers={"x-oss-meta-a": "b"})
    assert dict(verified.query) == {"x": "1", "y": ""}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("600", 600), ("90s", 90), ("10m", 600), ("1h30m", 5400), ("7d", 604800), ("6d24h", 604800)],
)
def test_expires(text: str, seconds: int, capsys: pytest.CaptureFixture[str]) -> None:
    url, _ = presign_json(capsys, "GetObject", "--key", "k", "--expires", text)
    assert query_of(url)["x-oss-expires"] == str(seconds)


def test_expires_by_default_after_15_minutes(capsys: pytest.CaptureFixture[str]) -> None:
    url, headers = presign_json(capsys, "GetObject", "--key", "k")
    assert query_of(url)["x-oss-expires"] == "900"
    assert headers == {}


@pytest.mark.parametrize(
    ("words", "base"),
    [
        ([], f"https://{BUCKET}.oss-{REGION}.aliyuncs.com/k"),
        (["--scheme", "http"], f"http://{BUCKET}.oss-{REGION}.aliyuncs.com/k"),
        (
            ["--endpoint-type", "internal"],
            f"https://{BUCKET}.oss-{REGION}-internal.aliyuncs.com/k",
        ),
        (["--endpoint-type", "accelerate"], f"https://{BUCKET}.oss-accelerate.aliyuncs.com/k"),
        (["--url-style", "path", "--endpoint", "h:81"], f"https://h:81/{BUCKET}/k"),
        (["--endpoint", "http://127.0.0.1:8080"], f"http://127.0.0.1:8080/{BUCKET}/k"),
        (["--endpoint", "img.example.com", "--url-style", "cname"], "https://img.example.com/k"),
        (
            ["--product", "oss-cloudbox", "--endpoint", "box.example.com"],
            f"https://{BUCKET}.box.example.com/k",
        ),
    ],
)
def test_endpoints(words: list[str], base: str, capsys: pytest.CaptureFixture[str]) -> None:
    url, _ = presign_json(capsys, "GetObject", "--key", "k", *words)
    assert url.partition("?")[0] == base


def test_url_only(capsys: pytest.CaptureFixture[str]) -> None:
    text = presign(capsys, "PutObject", "--key", "k", "--content-type", "a/b", "--url-only")
    headers = {"Content-Type": "a/b"}
    assert verify("PUT", text.strip(), credentials=CREDENTIALS, headers=headers).key == "k"
    assert text.count("\n") == 1


def test_signature_v1(capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--endpoint", "oss-cn-hangzhou.aliyuncs.com", "--bucket", BUCKET, "--key", "k"]
    assert main(["presign", "GetObject", *place, "--signature-version", "v1", "--url-only"]) == 0
    url = capsys.readouterr().out.strip()
    verified = verify("GET", url, credentials=CREDENTIALS, bucket=BUCKET, signature_versions=["v1"])
    assert verified.key == "k"


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        (["--clock-offset", "90"], 90),
        (["--clock-offset", "-90"], -90),
        (["--clock-offset=-2h"], -7200),
        (["--clock-offset", "0"], 0),
        (["--clock-offset", "+5m"], 300),
    ],
)
def test_clock_offset(words: list[str], seconds: int, capsys: pytest.CaptureFixture[str]) -> None:
    now = time.time()
    url, _ = presign_json(capsys, "GetObject", "--key", "k", *words)
    signed_at = datetime.strptime(query_of(url)["x-oss-date"], "%Y%m%dT%H%M%S%z")
    assert signed_at.timestamp() - now == pytest.approx(seconds, abs=30)


def test_typed_options(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["part-number=7", "upload_id=A/b="]
    options = [word for option in words for word in ("--option", option)]
    url, _ = presign_json(capsys, "UploadPart", "--key", "k", *options)
    assert query_of(url)["partNumber"] == "7"
    assert query_of(url)["uploadId"] == "A/b="


def test_dotted_options_become_dictionaries(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["metadata.author=me", "metadata.place=a.b", "tagging.k=v w", "forbid_overwrite=true"]
    options = [word for option in words for word in ("--option", option)]
    _, headers = presign_json(capsys, "PutObject", "--key", "k", *options)
    assert {name.lower(): value for name, value in headers.items()} == {
        "x-oss-meta-author": "me",
        "x-oss-meta-place": "a.b",
        "x-oss-tagging": "k=v%20w",
        "x-oss-forbid-overwrite": "true",
    }


def test_callbacks_are_json_or_parts(capsys: pytest.CaptureFixture[str]) -> None:
    url = "http://a.example.com/done?a=1"
    encoded = base64.b64encode(json.dumps({"callbackUrl": url}, separators=(",", ":")).encode())
    for option in (
        f"callback.callbackUrl={url}",
        f'callback={{"callbackUrl": "{url}"}}',
        f"callback={encoded.decode()}",
    ):
        _, headers = presign_json(capsys, "PutObject", "--key", "k", "--option", option)
        assert headers == {"x-oss-callback": encoded.decode()}


def test_additional_headers_are_signed(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--key", "k", "--header", "Cache-Control: no-store"]
    url, headers = presign_json(capsys, "PutObject", *words, "--additional-header", "Cache-Control")
    assert query_of(url)["x-oss-additional-headers"] == "cache-control"
    assert {name.lower(): value for name, value in headers.items()} == {"cache-control": "no-store"}
    assert verify("PUT", url, credentials=CREDENTIALS, headers=headers).key == "k"


def test_bucket_level_operation_needs_no_key(capsys: pytest.CaptureFixture[str]) -> None:
    url, _ = presign_json(capsys, "ListObjectsV2", "--option", "prefix=a/")
    assert query_of(url)["prefix"] == "a/"
    assert urlsplit(url).path == "/"


def test_security_token_is_taken_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OSS_SESSION_TOKEN", TOKEN)
    url, _ = presign_json(capsys, "GetObject", "--key", "k")
    assert verify("GET", url, credentials=Credentials(ID, SECRET, TOKEN)).key == "k"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["GetObject"], "key"),
        (["GetObject", "--key", ""], "key"),
        (["GetObject", "--key", "\udcff"], "key"),
        (["GetObjekt", "--key", "k"], "GetObject"),
        (["GetObject", "--key", "k", "--expires", "8d"], "expires"),
        (["GetObject", "--key", "k", "--query", "x-oss-expires=1"], "x-oss-expires"),
        (["GetObject", "--key", "k", "--query", "=1"], "--query"),
        (["GetObject", "--key", "k", "--query", "a=1", "--query", "a=2"], "a is given twice"),
        (["GetObject", "--key", "k", "--header", "novalue"], "--header"),
        (["PutObject", "--key", "k", "--header", "A:1", "--header", "a:2"], "given twice"),
        (
            ["PutObject", "--key", "k", "--content-type", "a", "--header", "content-type:b"],
            "given twice",
        ),
        (["PutObject", "--key", "k", "--header", "bad name: x"], "bad name"),
        (["GetObject", "--key", "k", "--option", "versionid=1"], "version_id"),
        (["GetObject", "--key", "k", "--option", "signing_time=1"], "signing_time"),
        (["GetObject", "--key", "k", "--option", "key=1"], "key"),
        (["PutObject", "--key", "k", "--option", "acl.b=c"], "acl has no parts"),
        (["PutObject", "--key", "k", "--option", "metadata=c"], "write metadata.NAME=VALUE"),
        (["PutObject", "--key", "k", "--option", "tagging.=c"], "write tagging.NAME=VALUE"),
        (
            ["PutObject", "--key", "k", "--option", "tagging=a=1", "--option", "tagging.b=c"],
            "two forms",
        ),
        (
            ["PutObject", "--key", "k", "--option", "tagging.b=c", "--option", "tagging=a=1"],
            "two forms",
        ),
        (["GetObject", "--key", "k", "--json", "--url-only"], "--url-only"),
        (["GetObject", "--key", "k", "--clock-offset", "soon"], "--clock-offset"),
        (["GetObject", "--key", "k", "--clock-offset", ""], "--clock-offset"),
        (["GetObject", "--key", "k", "--clock-offset=--5"], "--clock-offset"),
        (["PutObject", "--key", "k", "--option", "callback={'a': 1}"], "is not valid JSON"),
        (["PutObject", "--key", "k", "--option", "callback={}"], "callback"),
        (["GetObject", "--key", "k", "--signature-version", "v2"], "--signature-version"),
        (["GetObject", "--key", "k", "--region", "oss-cn-hangzhou"], "cn-hangzhou"),
        (["GetObject", "--key", "k", "--bucket", "Bad_Bucket"], "bucket"),
        (["GetObject", "--key", "k", "--endpoint", "a b"], "endpoint"),
        (["GetObject", "--key", "k", "--endpoint-type", "fast"], "--endpoint-type"),
        (["GetObject", "--key", "k", "--file", "f"], "--curl"),
        (["GetObject", "--key", "k", "--curl", "--json"], "--json"),
    ],
)
def test_bad_requests_exit_2(
    words: list[str], field: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = TARGET[2 * ("--region" in words) : 4 - 2 * ("--bucket" in words)]
    assert main(["presign", *target, *words]) == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.count("\n") == 1
    assert field in errors


def test_secret_is_in_no_output() -> None:
    done = run_process("presign", "GetObject", *TARGET, "--key", "k")
    assert done.returncode == 0
    assert done.stdout.startswith(b"method: GET, ")
    assert SECRET.encode() not in done.stdout + done.stderr

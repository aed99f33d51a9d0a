"""What `ossign-fast presign` signs for: objects told in two ways, buckets only where asked for."""

from __future__ import annotations

import json

import pytest

from ossign_fast import verify
from ossign_fast.cli import main
from support.cli import BUCKET, CREDENTIALS, ENVIRONMENT, REGION, refused

PLACE = ["--region", REGION]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OSS_SESSION_TOKEN", raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def signed_for(
    capsys: pytest.CaptureFixture[str], operation: str, *words: str
) -> tuple[str | None, str | None]:
    """Returns bucket and key that a URL is good for."""
    assert main(["presign", operation, *words, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    verified = verify(result["method"], result["url"], credentials=CREDENTIALS)
    return verified.bucket, verified.key


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("a b/c%20d?e#f.txt", [f"oss://{BUCKET}/a b/c%20d?e#f.txt", *PLACE]),
        ("k", [*PLACE, f"oss://{BUCKET}/k"]),
        ("oss://k", [*PLACE, "--bucket", BUCKET, "--key=oss://k"]),
        ("-k", [*PLACE, "--bucket", BUCKET, "--key=-k"]),
    ],
)
def test_objects(key: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert signed_for(capsys, "GetObject", *words) == (BUCKET, key)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["s3://b/k"], "TARGET: write it as oss://BUCKET/KEY"),
        (["b/k", *PLACE], "TARGET: write it as oss://BUCKET/KEY"),
        ([f"oss://{BUCKET}/k", "--key", "k"], "--key: leave it out; TARGET already names the key"),
        (
            [f"oss://{BUCKET}/k", "--bucket", BUCKET],
            "--bucket: leave it out; TARGET already names the bucket",
        ),
        (["oss:///k"], "--bucket: must be 3 to 63"),
        ([f"oss://{BUCKET}/"], "--key: is missing; GetObject works on an object"),
        ([f"oss://{BUCKET}/k", "oss://b/l"], "too many arguments"),
        ([f"oss://{BUCKET}/k", "--key", "k", "--key", "l"], "--key: is given twice"),
    ],
)
def test_bad_targets(words: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    place = [] if "--region" in words else PLACE
    code, errors = refused(capsys, "presign", "GetObject", *place, *words)
    assert (code, errors.count("\n")) == (2, 1)
    assert text in errors


BUCKET_WORDS = ["--bucket", BUCKET]


@pytest.mark.parametrize("operation", ["DELETE", "GET", "PUT"])
@pytest.mark.parametrize(
    ("words", "text"),
    [
        (BUCKET_WORDS, "--bucket-level"),
        ([], "--bucket-level"),
        ([f"oss://{BUCKET}"], "--bucket-level"),
        ([f"oss://{BUCKET}/"], "--bucket-level"),
        ([*BUCKET_WORDS, "--key", ""], "--key: is empty"),
        ([*BUCKET_WORDS, "--key", "", "--bucket-level"], "leave the key out"),
        ([f"oss://{BUCKET}/k", "--bucket-level"], "leave the key out"),
        (["--bucket-level"], "--bucket: is missing"),
        (["--bucket-level", "--service-level"], "cannot be given together"),
        (["--bucket", "", "--bucket-level"], "--bucket: must be 3 to 63"),
    ],
)
def test_a_forgotten_key_signs_nothing_for_the_bucket(
    operation: str, words: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, errors = refused(capsys, "presign", operation, *PLACE, *words)
    assert (code, errors.count("\n")) == (2, 1)
    assert text in errors


@pytest.mark.parametrize(
    ("operation", "words", "bucket"),
    [
        ("GET", [*BUCKET_WORDS, "--bucket-level"], BUCKET),
        ("DELETE", [f"oss://{BUCKET}", "--bucket-level"], BUCKET),
        ("ListObjectsV2", BUCKET_WORDS, BUCKET),
        ("ListObjectsV2", [f"oss://{BUCKET}", "--bucket-level"], BUCKET),
    ],
)
def test_other_levels_are_asked_for(
    operation: str, words: list[str], bucket: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert signed_for(capsys, operation, *PLACE, *words) == (bucket, None)


@pytest.mark.parametrize("words", [[], BUCKET_WORDS])
def test_the_service_is_asked_for(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presign", "GET", *PLACE, *words, "--service-level", "--url-only"]) == 0
    url = capsys.readouterr().out
    assert url.startswith(f"https://oss-{REGION}.aliyuncs.com/?")


@pytest.mark.parametrize(
    ("operation", "words", "text"),
    [
        ("GetObject", ["--bucket-level"], "--bucket-level: GetObject works on an object"),
        ("ListObjectsV2", ["--service-level"], "--service-level: ListObjectsV2 works on a bucket"),
        ("ListObjectsV2", ["--key", "k"], "--key: ListObjectsV2 works on a bucket"),
    ],
)
def test_levels_that_an_operation_has_not(
    operation: str, words: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, errors = refused(capsys, "presign", operation, *PLACE, *BUCKET_WORDS, *words)
    assert code == 2
    assert text in errors

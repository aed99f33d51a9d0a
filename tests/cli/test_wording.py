"""Errors of the library, told in options of the command line and without a word of Python."""

from __future__ import annotations

import os
import re

import pytest

from ossign_fast import CredentialsError, RequestError, describe_operation, operations
from ossign_fast._rules.meant import MEANT
from ossign_fast._rules.operations import unknown_option
from ossign_fast.cli import main
from ossign_fast.cli._wording import error_text
from support.cli import ENVIRONMENT, TARGET, refused

# Calls, keyword arguments, names and constants that are Python's, not a shell's.
PYTHON = re.compile(
    r"\w\(|\w=(?!VALUE|value|\d)|\b(dict|tuple|datetime|timedelta|callable|True|False|None|Signer"
    r"|VARIES|presign_many|argument)\b|\b[a-z]+\[|endpoint_type|url_style|^[a-z_]+: "
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("key", "--key"),
        ("endpoint_type", "--endpoint-type"),
        ("clock_offset", "--clock-offset"),
        ("additional_headers", "--additional-header"),
        ("headers", "--header"),
        ("headers['Content-Type']", "--content-type"),
        ("headers['content-type']", "--header content-type"),
        ('headers["it\'s"]', "--header it's"),
        ("query['a']", "--query a"),
        ("query", "--query"),
        ("metadata['a']", "--option metadata.a"),
        ("metadata", "--option metadata"),
        ("upload_id", "--option upload_id"),
    ],
)
def test_fields_become_options(field: str, told: str) -> None:
    assert error_text(RequestError(field, "is bad")) == f"{told}: is bad"


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        ("missing; give it", "is missing; give it"),
        ("give it with endpoint_type='internal'", "give it with --endpoint-type internal"),
        ("give it with endpoint_type=", "give it with --endpoint-type"),
        ("drop it, or allow such keys by Signer(strict_keys=False)", "drop it"),
    ],
)
def test_cures_become_options(problem: str, told: str) -> None:
    assert error_text(RequestError("key", problem)) == f"--key: {told}"


def test_operations_are_told_in_a_sentence() -> None:
    with pytest.raises(RequestError) as caught:
        describe_operation("putobject")
    text = "operation 'putobject' is unknown; did you mean 'PutObject'?"
    assert error_text(caught.value) == text


@pytest.mark.parametrize("name", MEANT)
def test_names_of_other_libraries_lead_to_options(name: str) -> None:
    text = error_text(unknown_option(describe_operation("GetObject"), name))
    assert re.search(r"did you mean (--[a-z-]+( or --[a-z-]+)?|OPERATION)\?", text), text


def test_missing_keys_name_the_option() -> None:
    error = CredentialsError("X is not set; export it, or pass credentials=Credentials(...)")
    assert error_text(error) == "X is not set; export it, or give --credentials-file"


REGION, BUCKET = TARGET[:2], TARGET[2:]
PUT = ["PutObject", *TARGET, "--key", "k"]
REFUSED = [
    [],
    ["GetObject"],
    ["GetObject", *REGION, "--key", "k"],
    ["GetObject", *BUCKET, "--key", "k"],
    ["GetObject", *TARGET],
    ["GetObject", *TARGET, "--key", ""],
    ["GetObject", *TARGET, "--key", "/k"],
    ["GetObject", *TARGET, "--key", "k" * 1024],
    ["GetObject", *TARGET, "--key", "\udcff"],
    ["GetObject", *TARGET, "--key"],
    ["ListObjectsV2", *TARGET, "--key", "k"],
    ["ListObjectsV2", *REGION],
    ["getobject", *TARGET, "--key", "k"],
    ["zzz", *TARGET, "--key", "k"],
    ["GetObject", *BUCKET, "--key", "k", "--region", "oss-cn-hangzhou"],
    ["GetObject", *BUCKET, "--key", "k", "--region", "cn-hangzhou-internal"],
    ["GetObject", *BUCKET, "--key", "k", "--region", "oss-accelerate"],
    ["GetObject", *BUCKET, "--key", "k", "--region", "Hangzhou"],
    ["GetObject", *REGION, "--key", "k", "--bucket", "B"],
    *(
        [*PUT, "--endpoint", endpoint]
        for endpoint in ("a b", "user@h", "h/p", "h?q", "ftp://h", "h:0", "999.1.1.1", "\u6d77", "")
    ),
    [*PUT, "--endpoint", "https://oss-cn-beijing.aliyuncs.com"],
    [*PUT, "--endpoint", "https://other.oss-cn-hangzhou.aliyuncs.com"],
    [*PUT, "--endpoint-type", "fast"],
    [*PUT, "--url-style", "odd"],
    [*PUT, "--url-style", "cname"],
    [*PUT, "--url-style", "path"],
    [*PUT, "--scheme", "ftp"],
    [*PUT, "--product", "A"],
    [*PUT, "--product", "oss-cloudbox"],
    [*PUT, "--signature-version", "v2"],
    [*PUT, "--signature-version", "v1", "--additional-header", "a"],
    [*PUT, "--clock-offset", "x"],
    [*PUT, "--expires", "8d"],
    [*PUT, "--expires", "0"],
    [*PUT, "--query", "x-oss-date=1"],
    [*PUT, "--query", "\udcff=1"],
    [*PUT, "--header", "x-oss-date: 1"],
    [*PUT, "--header", "x-oss-meta-a: \u00a0"],
    [*PUT, "--header", "x-oss-meta-a: a\nb"],
    [*PUT, "--header", "x-oss-meta-a:"],
    [*PUT, "--header", "a b: c"],
    [*PUT, "--header", "\udcff: c"],
    [*PUT, "--content-type", ""],
    [*PUT, "--content-type", "a\nb"],
    [*PUT, "--additional-header", "a b"],
    [*PUT, "--option", "aclx=private"],
    [*PUT, "--option", "acl="],
    [*PUT, "--option", "acl.b=c"],
    [*PUT, "--option", "key=k"],
    [*PUT, "--option", "metadata=a"],
    [*PUT, "--option", "metadata.a b=c"],
    [*PUT, "--option", "metadata.a="],
    [*PUT, "--option", "metadata.a=b", "--header", "x-oss-meta-a: c"],
    [*PUT, "--option", "forbid_overwrite=yes"],
    [*PUT, "--option", "traffic_limit=1"],
    [*PUT, "--option", "tagging.=b"],
    [*PUT, "--option", "callback="],
    [*PUT, "--option", "content_type=a", "--content-type", "b"],
    ["UploadPart", *TARGET, "--key", "k"],
    ["UploadPart", *TARGET, "--key", "k", "--option", "part_number=0", "--option", "upload_id=u"],
    ["UploadPart", *TARGET, "--key", "k", "--query", "partNumber=x"],
    ["CopyObject", *TARGET, "--key", "k"],
    ["CopyObject", *PUT[1:], "--option", "source_key=s", "--option", "source_bucket=B"],
    ["GetObjectAcl", *TARGET, "--key", "k", "--query", "acl=1"],
    ["DELETE", *TARGET],
    ["DELETE", *REGION, "--bucket-level"],
    ["DELETE", *TARGET, "--key", "k", "--bucket-level"],
    [*PUT, "--json", "--curl"],
    [*PUT, "--json=1"],
    [*PUT, "--file", "f"],
    [*PUT, "--header", "a"],
    [*PUT, "--query", "=a"],
    [*PUT, "--profile", "p"],
    [*PUT, "--access-key-secret", "s"],
    [*PUT, "a", "b"],
    [*PUT, "--credentials-file", os.devnull],
    [*PUT, "--option", "headers=h"],
]  # fmt: skip


@pytest.mark.parametrize(
    "words", REFUSED, ids=lambda words: " ".join(words).encode("ascii", "replace").decode()[:90]
)
def test_no_error_speaks_python(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, errors = refused(capsys, "presign", *words)
    assert (code, errors.count("\n")) == (3 if os.devnull in words else 2, 1)
    text = errors.removeprefix("ossign-fast: error: ").strip()
    assert PYTHON.search(text) is None, text
    assert text.isprintable()


@pytest.mark.parametrize("name", operations())
def test_values_that_an_option_refuses(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for option in describe_operation(name).options.values():
        form = f"{option.name}.a=" if option.kind in ("metadata", "tagging") else f"{option.name}="
        main(["presign", name, *TARGET, "--key", "k", "--option", form])
        errors = capsys.readouterr().err
        assert PYTHON.search(errors.removeprefix("ossign-fast: error: ")) is None, errors


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("oss://examplebucket/a", "--key: looks like a URL; the key is what follows the bucket"),
        ("a?x-oss-process=image", "--key: holds what looks like a query; give that as --query or"),
    ],
)
def test_hints_are_no_warnings_of_python(
    key: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["presign", "GetObject", *TARGET, "--key", key, "--url-only"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("https://")
    assert err.startswith(f"ossign-fast: hint: {told}")
    assert not PYTHON.search(err.removeprefix("ossign-fast: hint: "))
    assert err.count("\n") == 1

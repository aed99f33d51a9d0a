"""Calls of one form with new values each time: signed by one recipe, and as if each were alone."""

from __future__ import annotations

import base64
import gc
import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

import alibabacloud_oss_v2 as oss_v2
import pytest

from ossign_fast import NO_KEY, Credentials, RequestError
from ossign_fast._signer.recipe import Recipe
from support.engines import Engine
from support.signing import ID, NOW, SECRET, signer_of, wanted, wanted_at

DISPOSITION = "response_content_disposition"


def noted(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def callback_of(text: str) -> str:
    return noted(json.dumps({"callbackUrl": text, "callbackBody": "b"}, separators=(",", ":")))


#: An operation, a call and what the oracle has to be told of it, both from one new text.
CALLS: dict[str, tuple[str, Callable[[str], dict[str, Any]], Callable[[str], dict[str, Any]]]] = {
    "query": (
        "GetObject",
        lambda x: {DISPOSITION: f"attachment; filename={x}"},
        lambda x: {"query": {"response-content-disposition": f"attachment; filename={x}"}},
    ),
    "headers": (
        "PutObject",
        lambda x: {"content_type": f"text/{x}", "content_md5": noted(x)},
        lambda x: {"headers": {"Content-Type": f"text/{x}", "Content-MD5": noted(x)}},
    ),
    "metadata": (
        "PutObject",
        lambda x: {"metadata": {"a": x, "B": f" {x}\t", "c": len(x)}},
        lambda x: {
            "headers": {"x-oss-meta-a": x, "x-oss-meta-B": x, "x-oss-meta-c": str(len(x))}
        },
    ),
    "callback": (
        "PutObject",
        lambda x: {"callback": {"callbackUrl": x, "callbackBody": "b"}},
        lambda x: {"headers": {"x-oss-callback": callback_of(x)}},
    ),
    "numbers": (
        "UploadPart",
        lambda x: {"upload_id": x, "part_number": len(x)},
        lambda x: {"query": {"partNumber": str(len(x)), "uploadId": x}},
    ),
    "free": (
        "PUT",
        lambda x: {"headers": {"Content-Type": x, "x-oss-n": len(x)}, "query": {"q": x, "e": None}},
        lambda x: {"headers": {"Content-Type": x, "x-oss-n": str(len(x))},
                   "query": {"q": x, "e": ""}},
    ),
    "choice": (
        "PutObject",
        lambda x: {"acl": ("private", "public-read")[len(x) % 2], "tagging": {"t": x}},
        lambda x: {"headers": {"x-oss-object-acl": ("private", "public-read")[len(x) % 2],
                               "x-oss-tagging": f"t={quote(x, safe='')}"}},
    ),
    "enum": (
        "PutObject",
        lambda x: {"acl": list(oss_v2.ObjectACLType)[len(x) % 2]},
        lambda x: {"headers": {"x-oss-object-acl": list(oss_v2.ObjectACLType)[len(x) % 2].value}},
    ),
    "copy": (
        "CopyObject",
        lambda x: {"source_bucket": "other", "source_key": f"a/{x}"},
        lambda x: {"headers": {"x-oss-copy-source": f"/other/a/{quote(x, safe='')}"}},
    ),
    "source alone": (
        "CopyObject",
        lambda x: {"source_key": x},
        lambda x: {"headers": {"x-oss-copy-source": f"/examplebucket/{quote(x, safe='')}"}},
    ),
    "lifetime": (
        "GetObject",
        lambda x: {"expires": len(x)},
        lambda x: {"expires_seconds": len(x)},
    ),
    "timedelta": (
        "GetObject",
        lambda x: {"expires": timedelta(minutes=len(x))},
        lambda x: {"expires_seconds": len(x) * 60},
    ),
    "end": (
        "GetObject",
        lambda x: {"expiration": datetime.fromtimestamp(NOW + len(x), timezone.utc)},
        lambda x: {"expires_seconds": len(x)},
    ),
    "unsigned": (
        "PutObject",
        lambda x: {"cache_control": x, "content_type": x},
        lambda x: {"headers": {"Content-Type": x}},
    ),
}  # fmt: skip
TEXTS = ["one", "second one", "ü €", "four 4", "z" * 300, "one"]


@pytest.mark.parametrize("name", CALLS)
def test_each_call_is_signed_as_if_it_were_alone(engine: Engine, name: str) -> None:
    operation, call, told = CALLS[name]
    signer = signer_of(engine)
    for number, text in enumerate(TEXTS):
        method = "PutObject" if operation in ("PUT", "CopyObject") else operation
        said = {"expires_seconds": 900, **told(text), "op": method}
        result = signer.presign(operation, f"k{number}", **call(text))
        assert result.url == wanted(f"k{number}", **said), text
        assert result == signer_of(engine).presign(operation, f"k{number}", **call(text))
    (recipe,) = signer._calls.memo.values()
    assert isinstance(recipe, Recipe)


@pytest.mark.parametrize("name", [n for n in CALLS if n not in ("lifetime", "timedelta", "end")])
def test_headers_are_signed_as_if_each_call_were_alone(engine: Engine, name: str) -> None:
    operation, call, _ = CALLS[name]
    signer = signer_of(engine)
    for text in TEXTS:
        headers = signer.sign_headers(operation, "k", **call(text))
        bound = signer._settings.bind_headers(
            signer._context, operation, {k: v for k, v in call(text).items() if k not in FREE},
            has_key=True, bucket=None, additional_headers=None, payload="UNSIGNED-PAYLOAD",
            signing_time=None, **{k: call(text).get(k) for k in FREE},
        )  # fmt: skip
        assert headers == bound.headers("k")
    assert len(signer._calls.memo) == 1


FREE = ("headers", "query")


def test_one_job_signs_them_all(engine: Engine) -> None:
    signer = signer_of(engine)
    jobs = set()
    for number in range(20):
        signer.presign("PutObject", "k", content_type=f"text/{number}", expires=number + 1)
        (recipe,) = signer._calls.memo.values()
        jobs.add(id(recipe._state.job))
    assert len(jobs) == 1


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ({"content_type": "a"}, {"content_type": "a\n"}, "content_type: "),
        ({"content_type": "a"}, {"content_type": ""}, "content_type: must not be empty"),
        ({"content_type": "a"}, {"content_type": "\xa0a"}, "content_type: "),
        ({"content_type": "a"}, {"content_type": "\ud800"}, "content_type: "),
        ({"content_md5": noted("a")}, {"content_md5": "0" * 32}, "content_md5: is in hexadecimal"),
        ({"acl": "private"}, {"acl": "privat"}, "acl: must be one of"),
        ({"metadata": {"a": "b"}}, {"metadata": {"a": ""}}, r"metadata\['a'\]: "),
        ({"callback": {"callbackUrl": "u"}}, {"callback": {}}, "callback: must be a dict"),
        ({"content_length": 1}, {"content_length": -1}, "content_length: must be an integer"),
        ({"cache_control": "a"}, {"cache_control": ""}, "cache_control: must not be empty"),
        ({"expires": 1}, {"expires": 0}, "expires: must be 1..604800"),
        ({"expires": 1}, {"expires": 1 << 70}, "expires: must be 1..604800"),
        ({"headers": {"x-oss-a": "b"}}, {"headers": {"x-oss-a": "b\0"}}, r"headers\['x-oss-a'\]"),
        ({"headers": {"x-oss-a": 1}}, {"headers": {"x-oss-a": 1 << 64}}, r"headers\['x-oss-a'\]"),
        ({"query": {"a": "b"}}, {"query": {"a": "\udfff"}}, r"query\['a'\]"),
    ],
)
def test_a_wrong_value_is_refused_as_it_would_be_alone(
    engine: Engine, good: dict[str, Any], bad: dict[str, Any], message: str
) -> None:
    signer = signer_of(engine)
    url = signer.presign("PutObject", "k", **good).url
    with pytest.raises(RequestError) as alone:
        signer_of(engine).presign("PutObject", "k", **bad)
    for key in ("k", ""):  # values are looked at before the key
        with pytest.raises(RequestError, match=f"^{message}") as caught:
            signer.presign("PutObject", key, **bad)
        assert caught.value.row is None
        assert str(caught.value) == str(alone.value)
    assert signer.presign("PutObject", "k", **good).url == url


def test_signing_times_are_kept_for_a_few_seconds(engine: Engine) -> None:
    signer = signer_of(engine)
    for turn in range(2):
        for second in range(NOW, NOW + 10):
            for moment in (second, datetime.fromtimestamp(second, timezone.utc)):
                result = signer.presign("GetObject", "k", signing_time=moment)
                assert result.url == wanted_at(second, "k", expires_seconds=900), turn
                assert result.expiration.timestamp() == second + 900
    (recipe,) = signer._calls.memo.values()
    assert len(recipe._fixed_times) <= 4


@pytest.mark.parametrize("second", [86_400 * 19_000 - 2, 86_400 * 365 - 2])
def test_midnight_and_new_credentials(engine: Engine, second: int) -> None:
    """Each call is of one second and one set of credentials, whatever those before it were."""
    now, who = [second], [0]

    def credentials() -> Credentials:
        return Credentials(f"id{who[0]}", f"secret{who[0]}", "token" * (who[0] % 2) or None)

    signer = signer_of(engine, clock=lambda: now[0], credentials=credentials)
    for number in range(12):
        now[0], who[0] = second + number // 3, number // 2
        for kind in ("a", "b"):
            url = signer.presign("PutObject", "k", content_type=f"{kind}/{number}").url
            current = credentials()
            assert url == wanted_at(
                now[0], "k", op="PutObject", headers={"Content-Type": f"{kind}/{number}"},
                expires_seconds=900, access_key_id=current.access_key_id,
                access_key_secret=current.access_key_secret,
                security_token=current.security_token,
            )  # fmt: skip


def test_nothing_bound_to_replaced_credentials_is_kept(engine: Engine) -> None:
    who = ["1"]
    signer = signer_of(engine, credentials=lambda: Credentials(ID + who[0], SECRET + who[0]))
    signer.presign("GetObject", "k")
    signer.presign("GetObject", "k", signing_time=NOW)
    signer.presign("PutObject", "k", content_type="a")
    who[0] = "2"
    signer.presign("GetObject", "k")
    states = [recipe._state for recipe in signer._calls.memo.values()]
    states += [s for r in signer._calls.memo.values() for s in r._fixed_times.values()]
    assert {state.credentials.access_key_id for state in states if state} == {ID + "2"}


def test_no_value_of_a_call_is_kept(engine: Engine) -> None:
    """Neither what a huge header held, nor a secret in it, outlives its call."""
    signer = signer_of(engine)
    value = "v4lue" * 100_000
    for text in (value, value + "2"):
        signer.presign("PUT", "k", headers={"x-oss-meta-a": text, "B": text}, query={"q": text})
        signer.presign("PutObject", "k", metadata={"a": text}, cache_control=text)
        signer.sign_headers("PutObject", "k", metadata={"a": text}, cache_control=text)
    assert len(signer._calls.memo) == 3
    todo: list[Any] = [*signer._calls.memo.items(), signer._settings.forms]
    seen: set[int] = set()
    while todo:
        item = todo.pop()
        if id(item) in seen or isinstance(item, type) or callable(getattr(item, "fork", None)):
            continue
        seen.add(id(item))
        if isinstance(item, (str, bytes)):
            assert "v4lue" not in str(item)
        elif type(item).__name__ != "module" and not hasattr(item, "f_globals"):
            todo += [r for r in gc.get_referents(item) if r is not globals()
                     and not (isinstance(r, dict) and "__builtins__" in r)]  # fmt: skip


def test_signers_with_equal_settings_share_forms_and_no_requests(engine: Engine) -> None:
    one, other = signer_of(engine), signer_of(engine, credentials=Credentials("id", "secret"))
    one.presign("GetObject", "k", version_id="1")
    assert other._settings.forms is one._settings.forms
    assert len(other._calls.memo) == 0
    url = other.presign("GetObject", "k", version_id="2").url
    assert url == wanted(
        "k", query={"versionId": "2"}, expires_seconds=900,
        access_key_id="id", access_key_secret="secret",
    )  # fmt: skip
    assert signer_of(engine, bucket="other-bucket")._settings.forms is not one._settings.forms


def test_requests_without_a_key(engine: Engine) -> None:
    signer = signer_of(engine)
    for prefix in ("a", "b/"):
        url = signer.presign("ListObjectsV2", prefix=prefix).url
        assert url == signer_of(engine).presign("ListObjectsV2", prefix=prefix).url
        assert signer.presign("GET", NO_KEY, query={"prefix": prefix}).url.startswith("https://")
    with pytest.raises(RequestError, match=r"^key"):
        signer.presign("ListObjectsV2", "k", prefix="a")
    with pytest.raises(RequestError, match=r"^key: is None"):
        signer.presign("GET", None, query={"prefix": "a"})

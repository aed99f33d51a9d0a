"""What the compiled engine answers on its own is what the rules say; it leaves all else to them."""

from __future__ import annotations

import gc
import hashlib
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ossign_fast import Credentials, RequestError, Signer
from ossign_fast._signer.calls import Calls
from support.engines import Engine
from support.signing import ID, NOW, SECRET, signer_of, wanted, wanted_at

CALLS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("GetObject", {}, {}),
    ("GetObject", {"expires": 60}, {"expires_seconds": 60}),
    ("PutObject", {"content_type": "a/b"}, {"headers": {"Content-Type": "a/b"}}),
    ("PutObject", {"content_type": " ü "}, {"headers": {"Content-Type": "ü"}}),
    ("GetObject", {"version_id": None}, {}),
    ("GetObject", {"bucket": "other-bucket"}, {"bucket": "other-bucket"}),
    ("GetObject", {"bucket": "third-bucket"}, {"bucket": "third-bucket"}),
    ("UploadPart", {"part_number": 7, "upload_id": "u"},
     {"query": {"partNumber": "7", "uploadId": "u"}}),
    ("UploadPart", {"upload_id": "v", "part_number": 8, "expires": 9},
     {"query": {"partNumber": "8", "uploadId": "v"}, "expires_seconds": 9}),
]  # fmt: skip


def test_calls_of_many_forms_by_turns(engine: Engine) -> None:
    signer = signer_of(engine)
    for turn in range(4):
        for number, (operation, call, told) in enumerate(CALLS):
            key = f"k/{turn}/{number}"
            result = signer.presign(operation, key, **call)
            expected = {"op": operation, "expires_seconds": 900, **told}
            assert result.url == wanted(key, **expected)
            assert result.expiration.timestamp() == NOW + expected["expires_seconds"]
            sent = told.get("headers", {})
            assert result.signed_headers == result.headers == sent
            assert result == signer_of(engine).presign(operation, key, **call)
            result.signed_headers["x"] = "changed by its owner"


@pytest.mark.parametrize("lifetime", [0, -1, 604_801, 1 << 63, 1 << 80, True, 1.5, "1"])
def test_wrong_lifetimes(engine: Engine, lifetime: Any) -> None:
    signer = signer_of(engine)
    for expires in (10, 10, lifetime):
        if expires == 10:
            signer.presign("GetObject", "k", expires=expires)
        else:
            with pytest.raises(RequestError, match=r"^expires: "):
                signer.presign("GetObject", "k", expires=expires)


@pytest.mark.parametrize("key", ["", "/k", "k" * 1024, "\ud800", 1, b"k", None])
def test_wrong_keys(engine: Engine, key: Any) -> None:
    signer = signer_of(engine)
    bound = signer.bind("GetObject")
    for _ in range(2):
        signer.presign("GetObject", "k")
        bound.url("k")
    for call in (bound.url, lambda key: signer.presign("GetObject", key)):
        with pytest.raises(RequestError, match=r"^key: "):
            call(key)


def test_wrong_calls(engine: Engine) -> None:
    signer: Any = signer_of(engine)
    signer.presign("GetObject", "k")
    for call in ((), ("GetObject", "k", "more")):
        with pytest.raises(TypeError, match="presign"):
            signer.presign(*call)
    with pytest.raises(TypeError, match="presign"):
        Signer.presign()  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="url"):
        signer.bind("GetObject").url("k", None, "more")


def test_the_clock_of_the_system(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a clock of its own a signer follows `time.time`, replaced or not, and its offset."""
    ahead = 86_400 * 30
    plain, later = signer_of(engine, clock=None), signer_of(engine, clock=None, clock_offset=ahead)
    bounds = [signer.bind("GetObject") for signer in (plain, later)]
    for moment in (NOW, NOW + 1, None, NOW + 86_400):
        if moment is None:
            monkeypatch.undo()
        else:
            monkeypatch.setattr(time, "time", lambda moment=moment: moment + 0.75)
        for _ in range(2):
            for signer, bound, offset in ((plain, bounds[0], 0), (later, bounds[1], ahead)):
                before = int(time.time() + offset)
                result, url = signer.presign("GetObject", "k"), bound.url("k")
                seconds = range(before, int(time.time() + offset) + 1)
                urls = {wanted_at(second, "k", expires_seconds=900) for second in seconds}
                assert {result.url, url} <= urls
                assert int(result.expiration.timestamp()) - 900 in seconds


def test_each_call_asks_the_clock_and_the_credentials_once(engine: Engine) -> None:
    asked: list[str] = []
    numbers = iter(range(1000))

    def clock() -> float:
        asked.append("clock")
        return NOW + next(numbers) // 3

    def credentials() -> Credentials:
        asked.append("credentials")
        return Credentials(ID + str(next(numbers) // 2), SECRET)

    signer = signer_of(engine, clock=clock, credentials=credentials)
    bound = signer.bind("GetObject")
    for call in (bound.url, lambda key: signer.presign("GetObject", key, expires=9).url) * 10:
        asked.clear()
        call("k")
        assert asked == ["clock", "credentials"]


def test_what_fails_for_a_while(engine: Engine) -> None:
    broken: list[Exception] = []

    def clock() -> float:
        if broken:
            raise broken[0]
        return NOW

    signer = signer_of(engine, clock=clock)
    bound = signer.bind("GetObject")
    for _ in range(2):
        assert signer.presign("GetObject", "k").url == bound.url("k")
    broken.append(OSError("no clock"))
    for call in (bound.url, lambda key: signer.presign("GetObject", key)):
        with pytest.raises(OSError, match="no clock"):
            call("k")
    broken.clear()
    assert signer.presign("GetObject", "k").url == bound.url("k")


def test_years_beyond_dates(engine: Engine) -> None:
    end = int(datetime(9999, 12, 31, 23, 59, tzinfo=timezone.utc).timestamp())
    signer = signer_of(engine, clock=lambda: end)
    assert signer.presign("GetObject", "k", expires=9).expiration.year == 9999
    with pytest.raises(RequestError, match=r"^expires: ends after the year 9999"):
        signer.presign("GetObject", "k", expires=90)


def test_bound_requests_go_with_their_last_reference(engine: Engine) -> None:
    signer = signer_of(engine)
    gc.collect()
    gc.disable()
    try:

        class Watched(str):
            """Tells when it goes."""

            def __del__(self) -> None:
                gone.append(1)

        gone: list[int] = []
        bound = signer.bind("PutObject", metadata={"a": Watched("b")})
        bound.url("k")
        del bound
        assert gone
    finally:
        gc.enable()


def test_headers_that_are_not_signed(engine: Engine) -> None:
    signer = signer_of(engine)
    for turn in range(4):
        for control, content in (("no-cache", "a/b"), (" Léo", "c/d"), ("no-cache", "e/f")):
            words: Any = {"content_type": content, "cache_control": control}
            result = signer.presign("PutObject", f"k{turn}", **words)
            sent = {"Content-Type": content}
            assert result.url == wanted(f"k{turn}", op="PutObject", headers=sent)
            assert result.signed_headers == sent
            assert result.headers == {**sent, "Cache-Control": control.strip()}
            assert result.headers["Cache-Control"].encode("latin-1") == control.strip().encode()
            result.headers["Cache-Control"] = "changed by its owner"
            assert "changed by its owner" not in result.to_dict()["headers"].values()


#: For each of these calls of one form an operation, and its words with values that are new.
NEW_VALUES: dict[str, tuple[str, Any]] = {
    "disposition": ("GetObject", lambda x: {"response_content_disposition": f"inline; {x}"}),
    "type and digest": ("PutObject", lambda x: {"content_type": f"a/{x}", "content_md5": x}),
    "part": ("UploadPart", lambda x: {"upload_id": x, "part_number": len(x)}),
    "metadata": ("PutObject", lambda x: {"metadata": {"a": x, "b": "same", "c": x + x}}),
    "callbacks": ("PutObject", lambda x: {"callback": {"a": x}, "callback_var": {"x:": x}}),
    "headers": ("PUT", lambda x: {"headers": {"Content-Type": x, "x-oss-n": len(x), "Via": x}}),
    "query": ("GET", lambda x: {"query": {"a": x, "acl": None, "b": 7}}),
    "both": ("PUT", lambda x: {"headers": {"x-oss-a": x}, "query": {"a": x}}),
    "choices": ("PutObject", lambda x: {"acl": "private", "tagging": {x: x}, "cache_control": x}),
    "signing time": ("GetObject", lambda x: {"signing_time": NOW + len(x)}),
    "bucket": ("ListObjectsV2", lambda x: {"prefix": x}),
}  # fmt: skip
LIFETIMES: dict[str, tuple[str, Any]] = {
    "expires": ("GetObject", lambda x: {"expires": len(x)}),
    "timedelta": ("GetObject", lambda x: {"expires": timedelta(minutes=len(x))}),
    "expiration": (
        "GetObject",
        lambda x: {"expiration": datetime.fromtimestamp(NOW + len(x), timezone.utc)},
    ),
}


@pytest.mark.parametrize("method", ["presign", "sign_headers"])
@pytest.mark.parametrize("name", [*NEW_VALUES, *LIFETIMES])
def test_calls_with_new_values_never_leave_the_engine(
    engine: Engine, name: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if method == "sign_headers" and name in LIFETIMES:
        return
    operation, words = {**NEW_VALUES, **LIFETIMES}[name]
    signer = signer_of(engine)
    keys = () if operation == "ListObjectsV2" else ("k",)
    own = getattr(Calls, method)
    asked: list[Any] = []

    def watched(self: Calls, *call: Any, **more: Any) -> Any:
        asked.append(call)
        return own(self, *call, **more)

    monkeypatch.setattr(Calls, method, watched)
    texts = [
        f"{text}{n}" for n in range(5) for text in ("x", "y y", " blank ends\t", "ü", "x" * 70)
    ]
    for text in ("first", "second", *texts):
        found = getattr(signer, method)(operation, *keys, **words(text))
        left, asked[:] = len(asked), []
        assert found == getattr(signer_of(engine), method)(operation, *keys, **words(text))
        asked.clear()
        if text in texts:
            assert left == (engine.module.ENGINE == "python"), text


def test_keys_by_name(engine: Engine) -> None:
    signer = signer_of(engine)
    for turn in range(4):
        by_name = signer.presign("GetObject", key=f"k{turn}", expires=9)
        assert by_name == signer.presign(operation="GetObject", key=f"k{turn}", expires=9)
        assert by_name == signer.presign("GetObject", f"k{turn}", expires=9)
        with pytest.raises(TypeError, match="key"):
            signer.presign("GetObject", "k", key="k", expires=9)  # type: ignore[call-overload]
        with pytest.raises(RequestError, match=r"^key: "):
            signer.presign("GetObject", key=7, expires=9)  # type: ignore[call-overload]


@pytest.mark.parametrize("method", ["presign", "sign_headers"])
def test_names_inside_are_in_their_order(engine: Engine, method: str) -> None:
    signer = signer_of(engine)
    call = getattr(signer, method)
    for turn in range(4):
        names = list("abcd")
        for inside in (names, names[::-1], names[1:], [*names, "e"], []):
            given = {f"x-oss-{name}": f"{name}{turn}" for name in inside}
            found = call("PUT", "k", headers=given, query=given)
            assert found == getattr(signer_of(engine), method)(
                "PUT", "k", headers=given, query=given
            )
            sent = found if method == "sign_headers" else found.signed_headers
            assert [name for name in sent if name in given] == list(given)


def test_hashes_of_bodies(engine: Engine) -> None:
    signer = signer_of(engine)
    for number in range(6):
        payload = hashlib.sha256(b"%d" % number).hexdigest()
        headers = signer.sign_headers("PutObject", "k", payload=payload)
        assert headers["x-oss-content-sha256"] == payload
        assert headers == signer_of(engine).sign_headers("PutObject", "k", payload=payload)
        plain = signer.sign_headers("PutObject", "k")
        assert plain["x-oss-content-sha256"] == "UNSIGNED-PAYLOAD"
        for wrong in (payload.upper(), payload[:-1], "", None, b"x", payload + "\n"):
            with pytest.raises(RequestError, match=r"^payload: must be 'UNSIGNED-PAYLOAD' or"):
                signer.sign_headers("PutObject", "k", payload=wrong)  # type: ignore[call-overload]
    assert len(signer._calls.memo) == 2


def test_forms_of_more_words_than_an_engine_remembers(engine: Engine) -> None:
    signer = signer_of(engine)
    for count in (10, 12, 15, 20, 40):
        for turn in range(3):
            given = {f"x-oss-meta-{n}": f"{turn}" for n in range(count)}
            others = {f"other-{n}": f"{turn}" for n in range(count)}
            result = signer.presign("PUT", "k", headers={**given, **others})
            assert result.signed_headers == given
            assert result.headers == {**given, **others}
            assert result == signer_of(engine).presign("PUT", "k", headers={**given, **others})

"""Signers and bound requests in other processes: pickled as told, made anew over there."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

import ossign_fast
from ossign_fast import (
    VARIES,
    Credentials,
    CredentialsError,
    EnvironmentVariableCredentialsProvider,
    OssignError,
    RequestError,
    Signer,
    Target,
    engine_info,
)
from ossign_fast._engine import engine as default_engine
from ossign_fast._engine import reference
from ossign_fast._signer import travel
from support.oracle import presign as wanted
from support.signing import CASE, ID, MOMENT, NOW, SECRET, TOKEN

BY_VALUE = travel._BY_VALUE
SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "token": {"credentials": Credentials(ID, SECRET, TOKEN, MOMENT)},
    "provider": {"credentials": EnvironmentVariableCredentialsProvider()},
    "environment": {"credentials": None},
    "endpoint": {"endpoint": "http://127.0.0.1:9000", "strict_keys": False},
    "names": {"additional_headers": {"Range", "host", "If-Match"}, "scheme": "http"},
    "offset": {"clock": partial(float, NOW), "clock_offset": timedelta(minutes=5)},
    "internal": {"endpoint_type": "internal", "bucket": None},
    "v1": {"signature_version": "v1", "sub_resources": ["b", "a"], "region": None,
           "endpoint": "oss-cn-hangzhou.aliyuncs.com"},
}  # fmt: skip
KINDS = pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", ID)
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", SECRET)
    monkeypatch.delenv("OSS_SESSION_TOKEN", raising=False)


@pytest.fixture(params=["spawn", "forkserver"])
def pool(request: pytest.FixtureRequest) -> Iterator[ProcessPoolExecutor]:
    if request.param not in multiprocessing.get_all_start_methods():
        pytest.skip("this system starts no processes so")
    context = multiprocessing.get_context(request.param)
    with ProcessPoolExecutor(1, mp_context=context) as running:
        yield running


def signer_of(**settings: Any) -> Signer:
    plain: dict[str, Any] = {"region": "cn-hangzhou", "bucket": "examplebucket"}
    return Signer(**{**plain, "credentials": Credentials(ID, SECRET), **settings})


def again(item: Any) -> Any:
    return pickle.loads(pickle.dumps(item))


@KINDS
def test_a_pickled_signer_signs_the_same(settings: dict[str, Any]) -> None:
    signer = signer_of(**settings)
    call: dict[str, Any] = {"signing_time": NOW, "bucket": "bkt", "headers": {"Range": "bytes=0-"}}
    result, twin = signer.presign("GetObject", "k", **call), again(signer)
    assert twin.presign("GetObject", "k", **call) == result
    assert repr(twin) == repr(signer)
    assert twin._settings._replace(forms=signer._settings.forms) == signer._settings
    if "clock" in settings:
        assert twin.presign("GetObject", "k", bucket="bkt").expiration.timestamp() == NOW + 1200


@KINDS
def test_the_same_settings_give_the_same_bytes(settings: dict[str, Any]) -> None:
    twice = [signer_of(**settings) for _ in range(2)]
    if "additional_headers" in settings:
        twice[1] = signer_of(**{**settings, "additional_headers": ["IF-match", "range", "Host"]})
    data = {pickle.dumps(each) for each in twice} | {pickle.dumps(again(twice[0]))}
    assert len(data) == 1


def test_equal_texts_are_pickled_alike_whatever_objects_they_are() -> None:
    text = "cn-hangzhou"
    first = Signer(region=text, bucket=text)
    second = Signer(region="".join([*text]), bucket="".join([*text]), product="".join("oss"))
    assert pickle.dumps(first) == pickle.dumps(second)


def test_what_a_signer_has_found_out_stays_behind() -> None:
    signer = signer_of()
    size = len(pickle.dumps(signer))
    for number in range(50):
        signer.presign("PutObject", "k", content_type=f"text/{number}")
    assert len(pickle.dumps(signer)) == size
    assert len(again(signer)._calls.memo) == 0
    other = signer._with_engine(reference)
    assert again(other)._context.engine is default_engine


def test_copies_of_a_signer_are_itself() -> None:
    """It never changes, so that what holds one may be copied deeply, whatever its clock is."""
    signer = signer_of(clock=lambda: NOW)
    for item in (signer, signer.bind("GetObject")):
        assert copy.copy(item) is item
        assert copy.deepcopy({"held": item})["held"] is item


def test_a_subclass_with_arguments_of_its_own_is_pickled() -> None:
    twin = again(Special("bkt"))
    assert type(twin) is Special
    assert twin.bucket == "bkt"


class Special(Signer):
    def __init__(self, bucket: str) -> None:
        super().__init__(region="cn-hangzhou", bucket=bucket)


def test_secrets_that_travel_are_in_no_repr() -> None:
    signer = signer_of(credentials=ShowsAll())
    assert SECRET in ShowsAll.__repr__(signer._context.told["credentials"])
    for shown in (signer, signer._context.told, again(signer), signer.bind("GetObject")):
        assert SECRET not in repr(shown)


class ShowsAll:
    access_key_id, access_key_secret, security_token = ID, SECRET, None

    def __repr__(self) -> str:
        return f"ShowsAll({self.access_key_secret})"


# What cannot travel


def unportable() -> dict[str, tuple[dict[str, Any], str]]:
    lock = threading.Lock()
    provider = EnvironmentVariableCredentialsProvider()
    locked = partial(float, lock)
    return {
        "clock": ({"clock": locked}, "clock"),
        "method": ({"clock": Locked(lock).tell}, "clock"),
        "callable": ({"credentials": partial(provider.get_credentials, lock)}, "credentials"),
        "provider": ({"credentials": Locked(lock)}, "credentials"),
        "both": ({"clock": locked, "credentials": Locked(lock)}, "credentials"),
    }


class Locked:
    """Shows a secret in its repr, to see that nobody shows it."""

    def __init__(self, lock: Any) -> None:
        self.lock = lock

    def __repr__(self) -> str:
        return SECRET

    def tell(self) -> float:
        return NOW

    def get_credentials(self) -> Credentials:
        return Credentials(ID, SECRET)


@pytest.mark.parametrize("case", unportable())
def test_what_cannot_travel_is_named(case: str) -> None:
    settings, field = unportable()[case]
    signer = signer_of(**settings)
    for item in (signer, signer.bind("GetObject"), {"deep": [signer.presign]}):
        with pytest.raises(
            RequestError, match=rf"^{field}: cannot be pickled, being .*; give"
        ) as e:
            pickle.dumps(item)
        assert e.value.field == field
        assert SECRET not in str(e.value)


def test_a_function_without_a_name_travels_by_value_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("joblib")
    signer = signer_of(clock=lambda: NOW)
    assert again(signer).presign("GetObject", "k").url == signer.presign("GetObject", "k").url
    for name in BY_VALUE:
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(RequestError, match=r"clock: cannot be pickled, being test_a_func.*lambda"):
        pickle.dumps(signer)


# Bound requests


BOUND: dict[str, dict[str, Any]] = {
    "plain": {"content_type": "text/plain", "expires": 60},
    "bucket": {"bucket": "other-bucket"},
    "end": {"expiration": MOMENT + timedelta(hours=1)},
    "endpoint": {"endpoint": "http://127.0.0.1:9000"},
}


@pytest.mark.parametrize("call", BOUND.values(), ids=BOUND)
def test_a_bound_request_signs_the_same(call: dict[str, Any]) -> None:
    bound = signer_of().bind("PutObject", **call, signing_time=NOW)
    twin = again(bound)
    assert twin.url("a b") == bound.url("a b")
    assert twin.urls(["a", "b"]) == bound.urls(["a", "b"])
    assert twin.result("k").signed_headers == bound.signed_headers
    same = signer_of().bind("PutObject", **call, signing_time=NOW)
    assert pickle.dumps(same) == pickle.dumps(bound)


def test_a_bound_request_follows_its_signer_s_clock() -> None:
    bound = signer_of(clock=partial(float, NOW)).bind("GetObject", expires=60)
    assert again(bound).url("k") == wanted({**CASE, "key": "k", "expires_seconds": 60}).url


def test_open_values_and_columns_travel() -> None:
    signer = signer_of()
    part = signer.bind("UploadPart", upload_id="id", part_number=VARIES, signing_time=NOW)
    assert again(part).url("k", {"partNumber": 7}) == part.url("k", {"partNumber": 7})
    assert again(VARIES) is VARIES is copy.deepcopy(VARIES)
    np = pytest.importorskip("numpy")
    many = signer.bind("GetObject", version_id=np.array(["a", "b"]), signing_time=NOW)
    assert again(many).urls(["k", "k"]) == many.urls(["k", "k"])


# Other processes


def test_a_pool_of_processes_signs(
    pool: ProcessPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_value, of_environment = signer_of(), signer_of(credentials=None)
    url = wanted({**CASE, "key": "k"}).url
    sign = {"operation": "GetObject", "key": "k", "signing_time": NOW}
    assert pool.submit(engine_info).result() == engine_info()
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", "changed-here")  # the pool's process has started
    monkeypatch.delenv("OSS_ACCESS_KEY_SECRET")
    for signer in (by_value, of_environment):
        assert pool.submit(signer.presign, **sign).result().url == url  # type: ignore[arg-type]
    bound = by_value.bind("GetObject", signing_time=NOW)
    assert pool.submit(bound.url, "k").result() == url
    assert pool.submit(bound.urls, ["k", "k"]).result().tolist() == [url, url]
    with pytest.raises(RequestError) as caught:
        pool.submit(bound.urls, ["k", ""]).result()
    assert (caught.value.field, caught.value.row) == ("key", 1)


def test_joblib_ships_signers_to_its_workers() -> None:
    joblib = pytest.importorskip("joblib")
    signer, nameless = signer_of(), signer_of(clock=lambda: NOW)
    calls = [joblib.delayed(signer.presign)("GetObject", "k", signing_time=NOW)]
    calls += [joblib.delayed(nameless.presign)("GetObject", "k")]
    calls += [joblib.delayed(nameless.bind("GetObject").result)("k")]
    results = joblib.Parallel(n_jobs=2, backend="loky")(calls)
    assert {result.url for result in results} == {wanted({**CASE, "key": "k"}).url}
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True)


# Errors and answers


ANSWERS = {
    "Target": Target("bkt", "k", {"acl": ""}),
    "EngineInfo": engine_info(),
    "Credentials": Credentials(ID, SECRET, TOKEN, MOMENT),
    "UrlBatch": signer_of().presign_many("GetObject", ["a", "b"], signing_time=NOW),
    "PresignResult": signer_of().presign("GetObject", "a", signing_time=NOW),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_are_pickled(name: str) -> None:
    assert type(ANSWERS[name]).__name__ == name
    assert again(ANSWERS[name]) == ANSWERS[name]


ERRORS = [
    kind
    for name in ossign_fast.__all__
    if isinstance(kind := getattr(ossign_fast, name), type) and issubclass(kind, OssignError)
]


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_comes_back_whole(kind: type[OssignError]) -> None:
    words = ("field", "problem") if issubclass(kind, RequestError) else ("what and why",)
    error = kind(*words)
    if not isinstance(error, RequestError):  # whose text tells all that it holds
        for name in vars(error):
            setattr(error, name, f"the {name}")
    for twin in (again(error), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is kind
        assert str(twin) == str(error)
        assert vars(twin) == vars(error)


def test_errors_of_credentials_come_back() -> None:
    with pytest.raises(CredentialsError) as caught:
        Credentials("", SECRET)
    assert str(again(caught.value)) == str(caught.value)

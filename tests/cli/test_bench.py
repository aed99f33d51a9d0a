"""`ossign-fast bench`: what it measures, what it compares with, and what it leaves out aloud."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from typing import Any

import pytest

from ossign_fast import Credentials, Signer, VerificationError, __version__, engine_info
from ossign_fast.cli import _bench_tasks, _rivals, bench, main
from ossign_fast.cli._bench_tasks import MANY, ONE, SDKS
from ossign_fast.cli._hash_bound import Blocks, batch_bound, blocks_of, cpu_name
from ossign_fast.cli._rivals import Calls, Place
from support.cli import run_process

FOR_S3 = ("fast-s3-url", "libpresign", "obstore")
#: By botocore, of the URL in `test_a_url_of_s3_is_signed_again`.
SIGNATURE = "8029d2e01b4cb68c0fe1de741b279924f9e745fb932c7a3c4cc8505395d9bb98"
OWN = (
    "Signer.presign",
    "Signer.presign, new values each call",
    "BoundPresigner.url",
    "presign_many, 30 keys",
    "presign_many, 300 keys",
    "presign_many as list, 30 keys",
    "presign_many as list, 300 keys",
)
QUICK = ["bench", "--seconds", "0.001"]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bench_tasks, "_FEW_KEYS", 30)
    monkeypatch.setattr(_bench_tasks, "_MOST_KEYS", 300)
    monkeypatch.setattr(bench, "_SAMPLE_SECONDS", 1e-4)
    # Whether libraries for S3 are installed is no matter of these tests.
    for name in FOR_S3:
        monkeypatch.delitem(_bench_tasks._RIVALS, name)


def facts(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main([*QUICK, "--json"]) == 0
    output, errors = capsys.readouterr()
    assert errors == ""
    found: dict[str, Any] = json.loads(output)
    return found


@pytest.mark.usefixtures("small")
def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = facts(capsys)
    engine = engine_info()
    assert (found["version"], found["key_bytes"]) == (__version__, 48)
    assert (found["engine"], found["kernel"]) == (engine.engine, engine.kernel)
    assert found["cpus"] >= 1
    assert found["rounds"] >= 3
    names = [row["name"] for row in found["rows"]]
    assert [*names[: len(OWN)], *(name.partition(" ")[0] for name in names[len(OWN) :])] == [
        *OWN,
        *SDKS,
    ]
    assert found["missing"] == {}
    (reference,) = (row for row in found["rows"] if row["name"] == found["reference"])
    assert reference["ratio"] == 1
    for row in found["rows"]:
        assert row["ns_per_url"] > 0
        assert row["urls_per_second"] == pytest.approx(1e9 / row["ns_per_url"], rel=0.01)
        assert row["calls"] in (ONE, MANY)
        ratio = reference["ns_per_url"] / row["ns_per_url"]
        assert row["ratio"] == pytest.approx(ratio, rel=0.01, abs=0.01)


@pytest.mark.usefixtures("small")
def test_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(QUICK) == 0
    output, errors = capsys.readouterr()
    assert errors == ""
    lines = output.splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[1].startswith(cpu_name())
    assert f"engine {engine_info().engine}, kernel {engine_info().kernel}, " in lines[0]
    for name in (*OWN, *SDKS):
        (row,) = (line for line in lines[4:] if re.match(rf"{re.escape(name)}(  | \d)", line))
        assert re.fullmatch(r" +[\d,]+ +[\d,]+ +[\d,]+\.\d +(-|\d+%)", row[40:])
    told = [line for line in lines if line.startswith("times SDK: ")]
    assert told[0].startswith("times SDK: how many times as fast as alibabacloud-oss-v2 ")
    assert [line.partition(":")[0] for line in lines[-2:]] == [
        "nearest rival, one URL per call",
        "nearest rival, lists",
    ]


@pytest.mark.usefixtures("small")
def test_the_share_of_the_hash_bound(capsys: pytest.CaptureFixture[str]) -> None:
    found = facts(capsys)
    hashing = found["hashing"]
    assert hashing["blocks"] == 8
    bounds = hashing["bound_ns"]
    assert bounds[ONE] == pytest.approx(8 * hashing["ns_per_block"], rel=0.01)
    known = batch_bound(
        Blocks(5, 3),
        hashing["ns_per_block"],
        engine_info().kernel,
        cpu_name(),
        engine_info().cpu_features,
    )
    assert (bounds[MANY] is None) == (known is None)
    assert bounds[MANY] is None or bounds[MANY] < bounds[ONE]
    for row in found["rows"]:
        rival = row["name"].partition(" ")[0] in SDKS
        if rival or "new values" in row["name"] or bounds[row["calls"]] is None:
            assert row["of_bound"] is None
        else:
            assert row["of_bound"] >= bounds[row["calls"]] / row["ns_per_url"] - 0.001


@pytest.mark.usefixtures("small")
def test_the_nearest_rival(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fast(place: Place) -> Calls:
        calls = _rivals.alibabacloud_oss_v2(place)
        url = calls.one(_bench_tasks._key(0))
        return Calls(calls.one, lambda keys: [url] * len(keys))

    quick = _bench_tasks._RIVALS[SDKS[0]]._replace(adapter=fast, kinds=(ONE, MANY))
    monkeypatch.setitem(_bench_tasks._RIVALS, SDKS[0], quick)
    found = facts(capsys)
    assert found["nearest"][MANY]["name"].startswith(f"{SDKS[0]} ")
    assert found["nearest"][MANY]["name"].endswith(", 30 keys")
    times = {row["name"]: row["ns_per_url"] for row in found["rows"]}
    for kind, rows in ((ONE, OWN[:3]), (MANY, OWN[3:])):
        nearest = found["nearest"][kind]
        assert set(nearest["times"]) == set(rows)
        for name, ratio in nearest["times"].items():
            expected = times[nearest["name"]] / times[name]
            assert ratio == pytest.approx(expected, rel=0.02, abs=0.01)


@pytest.mark.usefixtures("small")
def test_without_an_sdk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_bench_tasks, "find_spec", lambda name: None)
    found = facts(capsys)
    assert found["missing"] == dict.fromkeys(SDKS, "not installed")
    assert found["reference"] is None
    assert {row["ratio"] for row in found["rows"]} == {None}
    assert main(QUICK) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("not measured: ")] == [
        f"not measured: {name}, not installed" for name in SDKS
    ]
    assert "times SDK: no SDK to compare with" in lines
    assert lines.count("nearest rival, lists: none is installed") == 1


def _raises(place: Place) -> Calls:
    raise TypeError("changed since")


def _signs_wrong(place: Place) -> Calls:
    other = Credentials(place.access_key_id, "another-secret")
    signer = Signer(region=place.region, bucket=place.bucket, credentials=other)
    return _rivals.each(lambda key: signer.presign("GetObject", key).url)


def _signs_for_oss(place: Place) -> Calls:
    signer = Signer(region=place.region, bucket=place.bucket, credentials=Credentials(*place[:2]))
    return _rivals.each(
        lambda key: (
            signer.presign("GetObject", key).url.replace("x-oss-", "X-Amz-")
            + "&X-Amz-Date=20240101T000000Z&X-Amz-Signature=00"
        )
    )


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("adapter", "oss", "reason"),
    [
        (_raises, True, "TypeError"),
        (_signs_wrong, True, "SignatureMismatchError"),
        (_signs_for_oss, False, "WrongSignatureError"),
    ],
)
def test_a_rival_that_fails_is_named(
    adapter: _rivals.Adapter,
    oss: bool,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    failing = _bench_tasks._Rival("json", adapter, oss, (ONE,))
    monkeypatch.setitem(_bench_tasks._RIVALS, SDKS[0], failing)
    found = facts(capsys)
    assert found["missing"] == {SDKS[0]: f"could not be used ({reason})"}
    assert found["reference"].startswith("oss2 ")


@pytest.mark.usefixtures("small")
def test_own_urls_that_are_wrong_are_not_timed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise VerificationError("wrong")

    monkeypatch.setattr(_bench_tasks, "verify", refuse)
    assert main(QUICK) == 1
    assert capsys.readouterr() == ("", "ossign-fast: error: wrong\n")


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "1e9", "soon", ""])
def test_seconds_that_make_no_sense(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", f"--seconds={text}"]) == 2
    errors = capsys.readouterr().err
    assert errors.startswith("ossign-fast: error: --seconds: give a number")
    assert errors.count("\n") == 1


def test_a_url_of_s3_is_signed_again() -> None:
    """The signature is what botocore makes of it."""
    place = Place("AKIDEXAMPLE", "secret", None, "cn-hangzhou", "bucket", 3600)
    query = (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIDEXAMPLE%2F20240101%2Fcn-hangzhou%2Fs3%2Faws4_request"
        "&X-Amz-Date=20240101T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host"
    )
    url = f"https://{place.host}/a/b.gz?{query}&X-Amz-Signature={SIGNATURE}"
    assert _rivals.signed_again(url, place)
    for old, new in (
        ("a/b", "a/c"),
        ("=3600", "=3601"),
        (SIGNATURE[:8], "0" * 8),
        ("://b", "://c"),
    ):
        assert not _rivals.signed_again(url.replace(old, new), place)


@pytest.mark.parametrize("name", FOR_S3)
def test_each_rival_signs_or_is_named(name: str) -> None:
    credentials = Credentials("LTAI5tExample", "secret")
    tasks, missing = _bench_tasks.rival_tasks(credentials)
    found = [task for task in tasks if task.name.partition(",")[0] == name]
    if find_spec(name.replace("-", "_")) is None:
        assert (found, missing[name]) == ([], "not installed")
    else:
        assert found
        assert name not in missing


@pytest.mark.parametrize("length", [1, 40, 48, 64, 700])
def test_blocks_of_a_url(length: int) -> None:
    """Counted by laying the canonical request out, block by block."""
    credentials = Credentials("LTAI5tExample", "secret", "token" * 100)
    signer = Signer(region="cn-hangzhou", bucket="bench-bucket", credentials=credentials)
    key = "\0" * length
    url = signer.presign("GetObject", "k" * length).url
    query = url.partition("?")[2].rpartition("&")[0]
    text = f"GET\n/bench-bucket/{key}\n{query}\n\n\nUNSIGNED-PAYLOAD"
    padded = text + "." * (-(len(text) + 9) % 64 + 9)
    laid = [padded[start : start + 64] for start in range(0, len(padded), 64)]
    with_key = sum("\0" in block for block in laid)
    assert blocks_of(url, "bench-bucket", "cn-hangzhou") == Blocks(
        with_key + 3, len(laid) - with_key
    )


@pytest.mark.parametrize(
    ("kernel", "cpu", "features", "bound"),
    [
        ("shani", "AMD EPYC", ("sha_ni", "avx2"), 408),
        ("avx512+shani", "Intel Xeon", ("sha_ni", "avx2", "avx512"), 372),
        ("avx2", "AMD EPYC", ("avx2",), None),
        ("hashlib", "Intel Xeon", ("sha_ni",), None),
        ("shani", "VIA Nano", ("sha_ni",), None),
    ],
)
def test_the_bound_of_a_batch(
    kernel: str, cpu: str, features: tuple[str, ...], bound: float | None
) -> None:
    # With 132 ns a block, a cycle takes one nanosecond.
    found = batch_bound(Blocks(5, 3), 132.0, kernel, cpu, features)
    assert (found and round(found)) == bound


def test_a_fresh_process_needs_no_access_key() -> None:
    done = run_process("bench", "--seconds", "0.01", "--json", environment={})
    assert done.returncode == 0
    assert json.loads(done.stdout)["rows"][4]["name"] == "presign_many, 100,000 keys"

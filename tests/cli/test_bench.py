"""`ossign-fast bench`: what it measures, what it compares with, and what it leaves out aloud."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from ossign_fast import Credentials, Signer, VerificationError, __version__, engine_info
from ossign_fast.cli import _bench_tasks, bench, main
from support.cli import run_process

SDKS = ("alibabacloud-oss-v2", "oss2")
OWN = (
    "Signer.presign",
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
    monkeypatch.setattr(bench, "_TURN_SECONDS", 1e-4)


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
        ratio = reference["ns_per_url"] / row["ns_per_url"]
        assert row["ratio"] == pytest.approx(ratio, rel=0.01, abs=0.01)


@pytest.mark.usefixtures("small")
def test_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(QUICK) == 0
    output, errors = capsys.readouterr()
    assert errors == ""
    lines = output.splitlines()
    assert max(map(len, lines)) <= 100
    assert f"engine {engine_info().engine}, kernel {engine_info().kernel}, " in lines[0]
    for name in (*OWN, *SDKS):
        (row,) = (line for line in lines[3:] if line.startswith(name))
        assert re.fullmatch(r" +[\d,]+ +[\d,]+ +[\d,]+\.\d", row[40:])
    assert lines[-1].startswith("times SDK: how many times as fast as alibabacloud-oss-v2 ")


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


def _raises(credentials: Credentials) -> Callable[[], str]:
    raise TypeError("changed since")


def _signs_wrong(credentials: Credentials) -> Callable[[], str]:
    other = Credentials(credentials.access_key_id, "another secret")
    signer = Signer(region="cn-hangzhou", bucket="bench-bucket", credentials=other)
    return lambda: signer.presign("GetObject", "k").url


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("prepare", "reason"), [(_raises, "TypeError"), (_signs_wrong, "SignatureMismatchError")]
)
def test_an_sdk_that_fails_is_named(
    prepare: Callable[[Credentials], Callable[[], str]],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(_bench_tasks._SDKS, SDKS[0], ("json", prepare))
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


def test_a_fresh_process_needs_no_access_key() -> None:
    done = run_process("bench", "--seconds", "0.01", "--json", environment={})
    assert done.returncode == 0
    assert json.loads(done.stdout)["rows"][3]["name"] == "presign_many, 100,000 keys"

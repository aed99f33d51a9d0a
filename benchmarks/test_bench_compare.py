"""The comparison itself: what it prints and writes, and that it leaves no one out in silence."""

from __future__ import annotations

import json
from pathlib import Path

import compare
import pytest
from answers import OSS_V4, WrongAnswerError
from batch_targets import BatchOutcome
from peers import SDK, Peer, Signing, all_peers, own_peers
from workload import engines

TINY = ("--seconds", "0", "--sizes", "1,3", "--no-token", "--peers", f"ossign_fast,{SDK}")


def test_prints_and_writes_what_it_measures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("measure.SAMPLE_SECONDS", 1e-4)
    monkeypatch.setattr("measure.DEAR_SECONDS", 1e-3)
    monkeypatch.setattr("batch_targets.MOST_KEYS", 1_000)
    written = tmp_path / "found.json"
    assert compare.main([*TINY, "--json", str(written)]) == 0
    found = json.loads(written.read_text())
    printed = capsys.readouterr().out
    assert not {name for name in found["left_out"] if name.startswith("ossign_fast")}
    assert {row["peer"] for row in found["measurements"]} == set(found["peers"])
    for row in found["measurements"]:
        assert 0 < row["minimum_ns"] <= row["median_ns"]
        assert row["peer"] in printed
    assert {row["size"] for row in found["measurements"]} == {1, 3}
    assert found["machine"]["kernel"] == engines()[0].kernel
    for target in found["targets"]:
        assert target["reached"] == (target["ratio"] >= target["times"])
        assert target["name"] in printed
    assert {target["name"] in printed for target in found["batch_targets"]} == {True}


def test_targets_alone(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "measure_targets", lambda peers, seconds: ([], []))
    missed = [BatchOutcome("slow", "ns", 300.0, 230.0, minimum_ns=300.0, median_ns=301.0)]
    monkeypatch.setattr(compare, "measure_batch_targets", lambda peers, seconds: missed)
    words = ("--targets", "--peers", "ossign_fast")
    assert (compare.main(words), compare.main([*words, "--check"])) == (0, 1)
    printed = capsys.readouterr().out
    assert "keys per call" not in printed
    assert printed.count("slow") == 2
    with pytest.raises(SystemExit):
        compare.main([*words, "--plot", "speed.png"])


def peer(name: str, module: str, url: str) -> Peer:
    def sign_with(token: str | None) -> Signing:
        return Signing(lambda key: url, lambda keys: [url for _ in keys])

    return Peer(name, name, module, OSS_V4, sign_with)


def test_names_who_is_missing_or_wrong() -> None:
    left_out: dict[str, str] = {}
    wrong = peer("wrong", "json", "https://examplebucket.oss-cn-hangzhou.aliyuncs.com/x?a=b")
    absent = peer("absent", "surely_not_installed", "")
    good = own_peers(kernels=False)[0]
    assert compare.choose([wrong, good, absent], [False, True], left_out) == [good]
    assert left_out["absent"] == "not installed"
    assert left_out["wrong"].startswith("wrong answer")


@pytest.mark.parametrize(
    "old", ["x-oss-expires=3600", "x-oss-date=2", ".aliyuncs.com/", "%2Foss%2F"]
)
def test_a_changed_url_is_a_wrong_answer(old: str) -> None:
    signing = own_peers(kernels=False)[0].make(token=False)
    assert signing.one is not None
    url = signing.one("logs/a.gz")
    OSS_V4.check(url, "logs/a.gz", None)
    with pytest.raises(WrongAnswerError):
        OSS_V4.check(url.replace(old, old[:-1] + "9"), "logs/a.gz", None)


def test_no_two_rows_have_one_name() -> None:
    names = [peer.name for peer in all_peers(kernels=True)]
    assert len(set(names)) == len(names)

"""`ossign-fast demo`: every step behaves, and a step that does not is told and fails."""

from __future__ import annotations

import re

import pytest

from ossign_fast import Signer, VerificationError, engine_info
from ossign_fast.cli import demo, main
from support.cli import run_process

STEPS = (
    "local endpoint started",
    "PUT presigned",
    "file uploaded",
    "file downloaded, compared",
    "changed URL refused",
    "missing header refused",
    "expired URL refused",
    "2,000 keys signed",
)


def steps(text: str) -> list[tuple[str, str, str]]:
    """Returns state, title and detail of each step; a detail may go on below, indented."""
    found = re.findall(r"^(ok|FAILED) +(.{27}) (.+(?:\n {36}.+)*)$", text, re.MULTILINE)
    return [(state, title.strip(), " ".join(detail.split())) for state, title, detail in found]


def failed_steps(text: str) -> list[tuple[str, str]]:
    return [(title, detail) for state, title, detail in steps(text) if state == "FAILED"]


def test_each_step_is_ok(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--count", "2000"]) == 0
    output, errors = capsys.readouterr()
    assert errors == ""
    shown = steps(output)
    assert max(map(len, output.splitlines())) <= 100
    assert tuple(title for _, title, _ in shown) == STEPS
    assert {state for state, _, _ in shown} == {"ok"}
    detail = {title: text for _, title, text in shown}
    assert "x-oss-meta-author" in detail["PUT presigned"]
    assert detail["changed URL refused"].startswith("HTTP 403 SignatureDoesNotMatch: The request")
    assert detail["missing header refused"].startswith("HTTP 403 SignatureDoesNotMatch: ")
    assert detail["expired URL refused"] == "HTTP 403 AccessDenied: Request has expired."
    engine = engine_info()
    assert f"(engine {engine.engine}, kernel {engine.kernel})" in detail["2,000 keys signed"]
    assert re.search(r"[1-9][\d,]* URLs per second", detail["2,000 keys signed"])
    assert "x-oss-" not in re.sub("x-oss-meta-author", "", output)


def test_a_fresh_process_needs_nothing() -> None:
    environment = {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    done = run_process("demo", "--count", "1", environment={**environment, "NO_PROXY": ""})
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().count("\nok ") == len(STEPS)


def test_wrong_bytes_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def spoil(tour: demo._Tour) -> str:
        told = upload(tour)
        tour._file.write_bytes(b"changed since")
        return told

    upload = demo._Tour.upload
    monkeypatch.setattr(demo._Tour, "upload", spoil)
    assert main(["demo", "--count", "1"]) == 1
    assert failed_steps(capsys.readouterr().out) == [("file downloaded, compared", "bytes differ")]


def test_an_endpoint_that_lets_all_through_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    presign = Signer.presign

    def honest(signer: Signer, *arguments: object, **options: object) -> object:
        options.pop("signing_time", None)
        return presign(signer, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Signer, "presign", honest)
    assert main(["demo", "--count", "1"]) == 1
    output = capsys.readouterr().out
    assert "not all steps behaved" in output
    assert failed_steps(output) == [("expired URL refused", "it was let through")]


def test_wrong_signatures_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise VerificationError("wrong")

    monkeypatch.setattr(demo, "verify", refuse)
    assert main(["demo", "--count", "3"]) == 1
    assert failed_steps(capsys.readouterr().out) == [("3 keys signed", "wrong")]

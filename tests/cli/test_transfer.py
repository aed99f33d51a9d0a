"""`ossign-fast upload` and `download` over real sockets: whole files, readable refusals."""

from __future__ import annotations

import io
import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ossign_fast import Signer
from ossign_fast.cli import main
from ossign_fast.server import LocalEndpoint
from support.cli import (
    CREDENTIALS,
    REGION,
    answer,
    canned_server,
    child_environment,
    command,
    refused,
    run_process,
    signer_for,
    url,
)

SIZES = (0, 1, 262_143, 262_145, 1_000_003)


@pytest.fixture(scope="module")
def signer() -> Iterator[Signer]:
    with LocalEndpoint(credentials=CREDENTIALS, region=REGION) as endpoint:
        yield signer_for(endpoint.url)


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("http_proxy", "HTTP_PROXY", "OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize("size", SIZES)
def test_round_trip(
    size: int, signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(os.urandom(size))
    put = signer.presign(
        "PutObject", f"{size}/\u6d77 .bin", content_type="text/plain", metadata={"note": "\u00fc"}
    )
    headers = [w for k, v in put.signed_headers.items() for w in ("--header", f"{k}: {v}")]
    assert main(["upload", str(source), "--url", put.url, *headers]) == 0
    first, errors = capsys.readouterr()
    assert first.startswith(f"status code: 200, bytes: {size}, etag: ")
    get = url(signer, "GetObject", f"{size}/\u6d77 .bin")
    assert main(["download", "--url", get, "-o", str(target)]) == 0
    assert capsys.readouterr().out.startswith(f"status code: 200, bytes: {size}, file: {target}, ")
    assert errors == ""
    assert target.read_bytes() == source.read_bytes()
    assert sorted(tmp_path.iterdir()) == [source, target]


def test_keys_with_dot_segments_are_sent_as_signed(signer: Signer, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"dots")
    key = "a/./b/../c"
    assert main(["upload", "source", "--url", url(signer, "PutObject", key)]) == 0
    assert main(["download", "--url", url(signer, "GetObject", key), "-o", "target"]) == 0
    assert (tmp_path / "target").read_bytes() == b"dots"


def test_standard_streams(signer: Signer) -> None:
    data = os.urandom(300_000)
    sent = run_process("upload", "-", "--url", url(signer, "PutObject", "piped"), stdin=data)
    assert (sent.returncode, sent.stderr) == (0, b"")
    got = run_process("download", "--url", url(signer, "GetObject", "piped"), "-o", "-")
    assert (got.returncode, got.stderr) == (0, b"")
    assert got.stdout == data


@pytest.mark.parametrize(
    ("words", "closed", "stream"),
    [(["upload", "-"], "<&-", "input"), (["download", "-o", "-"], ">&-", "output")],
)
def test_closed_standard_streams(words: list[str], closed: str, stream: str) -> None:
    script = shlex.join(command(*words, "--url", "http://127.0.0.1:9/k"))
    done = subprocess.run(
        ["bash", "-c", f"{script} {closed}"],
        stderr=subprocess.PIPE,
        env=child_environment(),
        timeout=60,
        check=False,
    )
    assert done.returncode == 4
    assert done.stderr == f"ossign-fast: error: standard {stream} is closed\n".encode()


def test_reader_of_the_body_that_goes_away(signer: Signer, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(bytes(3_000_000))
    assert main(["upload", "f", "--url", url(signer, "PutObject", "big")]) == 0
    words = command("download", "-o", "-", "--url", url(signer, "GetObject", "big"))
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=child_environment()
    ) as process:
        assert process.stdout is not None
        assert process.stdout.read(10) == bytes(10)
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.parametrize("data", [b"", b"12345"])
def test_upload_sends_length_and_no_content_type(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(data)
    with canned_server(answer("200 OK")) as server:
        assert main(["upload", "f", "--url", f"{server.url}/b/k?a=%41", "--header", "X-A: 1"]) == 0
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"PUT /b/k?a=%41 HTTP/1.1"
    names = {line.partition(b":")[0].lower() for line in lines[1:]}
    assert b"content-type" not in names
    assert b"transfer-encoding" not in names
    assert f"Content-Length: {len(data)}".encode() in lines
    assert b"X-A: 1" in lines
    assert body == data


def test_missing_content_type_is_explained(
    signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "f").write_bytes(b"x")
    put = url(signer, "PutObject", content_type="text/plain")
    code, errors = refused(capsys, "upload", "f", "--url", put)
    lines = errors.splitlines()
    assert code == 1
    assert lines[0].endswith("refused the request: HTTP 403")
    assert lines[1] == "  Code: SignatureDoesNotMatch"
    assert lines[2].startswith("  Message: The request signature we calculated does not match")
    assert any(line.startswith("  RequestId: ") for line in lines)
    assert "--header (Content-Type included" in lines[-1]
    assert "CanonicalRequest" not in errors
    assert main(["upload", "f", "--url", put, "--content-type", "text/plain"]) == 0


def test_missing_object(signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, errors = refused(capsys, "download", "--url", url(signer, "GetObject", "nowhere"))
    assert code == 1
    assert "HTTP 404" in errors
    assert "Code: NoSuchKey" in errors
    assert list(tmp_path.iterdir()) == []


def test_bytes_are_kept_as_stored(tmp_path: Path) -> None:
    with canned_server(answer("200 OK", b"not gzip", "Content-Encoding: gzip")) as server:
        assert main(["download", "--url", f"{server.url}/b/k.gz"]) == 0
    assert (tmp_path / "k.gz").read_bytes() == b"not gzip"
    assert b"\r\naccept-encoding: identity" in server.requests[0].lower()


def test_existing_file_is_kept_without_force(
    signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "new").write_bytes(b"new")
    assert main(["upload", "new", "--url", url(signer, "PutObject", "dir/old")]) == 0
    capsys.readouterr()
    get = url(signer, "GetObject", "dir/old")
    old = tmp_path / "old"
    old.write_bytes(b"old")
    code, errors = refused(capsys, "download", "--url", get)
    assert (code, "--force" in errors, old.read_bytes()) == (4, True, b"old")
    link = tmp_path / "link"
    link.symlink_to(old)
    assert main(["download", "--url", get, "-o", str(link), "--force"]) == 0
    assert link.is_symlink()
    assert old.read_bytes() == b"new"
    folder = tmp_path / "folder"
    folder.mkdir()
    assert main(["download", "--url", get, "-o", str(folder)]) == 0
    assert (folder / "old").read_bytes() == b"new"


def test_shrinking_file_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "f"
    file.write_bytes(bytes(1_000_000))
    from ossign_fast.cli import upload

    monkeypatch.setattr(upload, "_check_length_headers", lambda *_: os.truncate(file, 10))
    with canned_server(answer("200 OK")) as server:
        code, errors = refused(capsys, "upload", "f", "--url", f"{server.url}/k")
    assert code == 4
    assert "became shorter" in errors


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_drawn_on_a_terminal_only(
    terminal: bool, signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "f").write_bytes(bytes(500_000))
    stream = _Terminal() if terminal else io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    assert main(["upload", "f", "--url", url(signer, "PutObject")]) == 0
    assert main(["download", "--url", url(signer, "GetObject"), "-o", "g"]) == 0
    shown = stream.getvalue()
    assert ("\rf: " in shown and "\rg: " in shown and "/488k [" in shown) is terminal
    assert (shown == "") is not terminal


def test_names_cannot_steer_a_terminal(
    signer: Signer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "f\x1b]0;\u202egpj.\x9b"
    Path(name).write_bytes(bytes(500_000))
    stream = _Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    assert main(["upload", name, "--url", url(signer, "PutObject")]) == 0
    assert main(["download", "--url", url(signer, "GetObject"), "-o", f"{name}2"]) == 0
    assert main(["download", "--url", url(signer, "GetObject"), "-o", name]) == 4
    shown = capsys.readouterr().out + stream.getvalue().replace("\x1b[A", "")
    assert r"f\x1b]0;\u202egpj.\x9b" in stream.getvalue()
    assert {char for char in shown if not char.isprintable()} == {"\r", "\n"}


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_download_leaves_nothing(stop: signal.Signals, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target = f"http://127.0.0.1:{listener.getsockname()[1]}/big"
        with subprocess.Popen(
            command("download", "--url", target),
            stderr=subprocess.PIPE,
            env=child_environment(),
            cwd=tmp_path,
        ) as process:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer("200 OK", bytes(1000), length=2000))
                deadline = time.monotonic() + 20
                while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
                    time.sleep(0.02)
                assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
                process.send_signal(stop)
                _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert errors == b"ossign-fast: error: interrupted\n"
    assert list(tmp_path.iterdir()) == []

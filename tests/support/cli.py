"""What the command line tests share: keys, a process, a server with a canned answer."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from ossign_fast import Credentials, Signer
from ossign_fast.cli import main

ID = "LTAItestaccesskeyid"
SECRET = "test-access-key-secret-7f3a"
TOKEN = "test-security-token/+=="
REGION = "cn-hangzhou"
BUCKET = "examplebucket"
CREDENTIALS = Credentials(ID, SECRET)
ENVIRONMENT = {"OSS_ACCESS_KEY_ID": ID, "OSS_ACCESS_KEY_SECRET": SECRET}
TARGET = ["--region", REGION, "--bucket", BUCKET]


def child_environment(extra: Mapping[str, str] = ENVIRONMENT) -> dict[str, str]:
    """The environment of a fresh process: this package importable, no keys but `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OSS_")}
    path = os.pathsep.join([os.environ.get("PYTHONPATH", ""), *sys.path]).strip(os.pathsep)
    return {**kept, "PYTHONPATH": path, "NO_PROXY": "127.0.0.1", **extra}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "ossign_fast", *words]


def run_process(
    *words: str, stdin: bytes = b"", environment: Mapping[str, str] = ENVIRONMENT
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command(*words),
        input=stdin,
        capture_output=True,
        env=child_environment(environment),
        timeout=60,
        check=False,
    )


def signer_for(url: str, **options: object) -> Signer:
    settings = {"region": REGION, "bucket": BUCKET, "credentials": CREDENTIALS, "endpoint": url}
    return Signer(**{**settings, **options})  # type: ignore[arg-type]


@dataclass
class CannedServer:
    """Answers each connection with the same bytes and keeps what was asked."""

    url: str
    requests: list[bytes] = field(default_factory=list)


@contextlib.contextmanager
def canned_server(answer: bytes) -> Iterator[CannedServer]:
    """Yields a server that reads one request per connection, sends `answer` and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = CannedServer(f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread = threading.Thread(target=_answer, args=(listener, answer, server.requests))
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _answer(listener: socket.socket, answer: bytes, requests: list[bytes]) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(10)
                requests.append(_read_request(connection))
                connection.sendall(answer)


def _read_request(connection: socket.socket) -> bytes:
    with connection.makefile("rb") as stream:
        lines = []
        while (line := stream.readline()) not in (b"\r\n", b""):
            lines.append(line)
        sizes = [int(line[15:]) for line in lines if line.lower().startswith(b"content-length:")]
        return b"".join([*lines, b"\r\n", stream.read(sum(sizes))])


def answer(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    """Returns the bytes of an HTTP answer; `length` may announce another size than it has."""
    announced = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {announced}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def url(signer: Signer, operation: str, key: str = "k", **options: Any) -> str:
    text: str = signer.presign(operation, key, **options).url
    return text


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Runs a command that must fail and returns its exit code and what it told."""
    code = main(list(words))
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith("ossign-fast: error: ")
    assert "x-oss-signature=" not in errors
    assert SECRET not in errors
    return code, errors


def presign(capsys: pytest.CaptureFixture[str], operation: str, *words: str) -> str:
    assert main(["presign", operation, *TARGET, *words]) == 0
    output, errors = capsys.readouterr()
    assert errors == ""
    assert SECRET not in output
    return output


def presign_json(
    capsys: pytest.CaptureFixture[str], operation: str, *words: str
) -> tuple[str, dict[str, str]]:
    result = json.loads(presign(capsys, operation, *words, "--json"))
    headers: dict[str, str] = result["signed_headers"]
    return result["url"], headers

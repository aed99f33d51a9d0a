"""Full disks, killed processes and damaged files: what is left of them, and what still works."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ossign_fast.server import LocalEndpoint
from support.disk import files_up_to
from support.server import BUCKET, CREDENTIALS, Client, code_of, texts, xml_of

pytest.importorskip("resource", reason="no file size limits here")
#: An endpoint in a process of its own, which prints its URL.
WRITER = """
import sys
from ossign_fast import Credentials
from ossign_fast.server import LocalEndpoint
endpoint = LocalEndpoint(sys.argv[1], credentials=Credentials("LTAIexample", "example-secret"))
print(endpoint.url, flush=True)
endpoint.serve_forever()
"""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with LocalEndpoint(tmp_path, credentials=CREDENTIALS) as endpoint:
        client = Client(endpoint.url)
        with client.session:
            yield client


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("chunked", [True, False])
@pytest.mark.parametrize("size", [1_000_000, 299_990])  # the record alone may be too much
def test_a_full_disk_leaves_nothing_behind(
    client: Client, tmp_path: Path, size: int, chunked: bool
) -> None:
    body = b"y" * size
    data = (body[at : at + 1000] for at in range(0, size, 1000)) if chunked else body
    with files_up_to(300_000):
        assert code_of(client.send("PUT", "k", data)) == "507 InsufficientStorage"
    assert files_in(tmp_path) == []
    assert client.send("PUT", "small", b"fits").status_code == 200
    assert client.send("GET", "small").content == b"fits"


def test_a_full_disk_in_a_part_and_in_a_copy(client: Client, tmp_path: Path) -> None:
    client.send("PUT", "source", b"s" * 500_000)
    started = client.send("POST", "k", query={"uploads": ""})
    query = {"partNumber": "1", "uploadId": xml_of(started).findtext("UploadId") or ""}
    before = files_in(tmp_path)
    with files_up_to(300_000):
        part = client.send("PUT", "k", b"p" * 500_000, query=query)
        copy = client.send("PUT", "c", signed={"x-oss-copy-source": f"/{BUCKET}/source"})
    with files_up_to(0):
        other = client.send("POST", "other", query={"uploads": ""})
    assert [code_of(answer) for answer in (part, copy, other)] == ["507 InsufficientStorage"] * 3
    assert files_in(tmp_path) == before
    assert len(list(tmp_path.glob("b-*/uploads/*"))) == 1


def kill_in_the_middle_of_a_put(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        client = Client(process.stdout.readline().strip())
        with client.connect() as connection:
            head = client.head_of("PUT", "k", Content_Length="1000000", Expect="100-continue")
            connection.sendall(head.encode() + b"\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
            connection.sendall(b"x" * 500_000)
            for _ in range(500):
                if files_in(folder):
                    break
            process.send_signal(signal.SIGKILL)
            process.wait(10)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_the_next_start_removes_drafts_of_a_killed_process(tmp_path: Path) -> None:
    kill_in_the_middle_of_a_put(tmp_path)
    assert [Path(name).suffix for name in files_in(tmp_path)] == [".draft"]
    with LocalEndpoint(tmp_path, credentials=CREDENTIALS):
        assert files_in(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="open files cannot be removed there")
def test_a_second_endpoint_leaves_the_drafts_of_a_living_one_alone(tmp_path: Path) -> None:
    draft = tmp_path / f"b-{BUCKET}" / "objects" / "1.draft"
    with LocalEndpoint(tmp_path, credentials=CREDENTIALS):
        draft.parent.mkdir(parents=True)
        draft.write_bytes(b"half")
        with LocalEndpoint(tmp_path, credentials=CREDENTIALS):
            assert draft.exists()
    with LocalEndpoint(tmp_path, credentials=CREDENTIALS):
        assert not draft.exists()


DAMAGE = {
    "empty": lambda _: b"",
    "short": lambda _: b"x",
    "cut off": lambda whole: whole[:-20],
    "beginning lost": lambda whole: whole[1:],
    "length": lambda whole: whole[:-8] + b"\xff" * 8,
    "record": lambda whole: whole[:-12] + b"xxxx" + whole[-8:],
    "fields": lambda _: b"{}" + (2).to_bytes(8, "big"),
    "a list": lambda _: b"[]" + (2).to_bytes(8, "big"),
    "types": lambda whole: whole.replace(b'"name": "bad"', b'"name": 12345'),
    "zeros": lambda whole: bytes(len(whole)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_one_damaged_file_breaks_nothing_else(client: Client, tmp_path: Path, damage: str) -> None:
    client.send("PUT", "bad", b"content")
    [path] = tmp_path.rglob("*.object")
    client.send("PUT", "good", b"content")
    path.write_bytes(DAMAGE[damage](path.read_bytes()))
    for query in ({}, {"list-type": "2"}):
        listed = client.send("GET", None, query=query)
        assert texts(xml_of(listed), "Contents/Key") == ["good"]
    assert code_of(client.send("GET", "bad")) == "500 InternalError"
    assert client.send("GET", "good").content == b"content"
    assert client.send("PUT", "bad", b"anew").status_code == 200
    assert client.send("GET", "bad").content == b"anew"
    path.write_bytes(b"")
    assert client.send("DELETE", "bad").status_code == 204
    assert code_of(client.send("GET", "bad")) == "404 NoSuchKey"

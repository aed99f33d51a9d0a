"""What an editor offers while a call is written, asked of the language server of pyright.

Run by `make types`, as it needs the tools of the extra "dev".
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ossign_fast

SETUP = "from ossign_fast import Signer\nsigner = Signer(region='cn-hangzhou')\n"


class LanguageServer:
    """A client of pyright's language server."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.written = folder, 0
        self.process = subprocess.Popen(
            ["pyright-langserver", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        folders = [{"uri": folder.as_uri(), "name": folder.name}]
        able = {"workspace": {"workspaceFolders": True}}
        self.ask("initialize", {"capabilities": able, "workspaceFolders": folders})
        self.send({"method": "initialized", "params": {}})

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        """Returns the answer to a request, whatever else the server says before."""
        self.send({"id": method, "method": method, "params": params})
        assert self.process.stdout
        while line := self.process.stdout.readline():
            length = int(line.removeprefix(b"Content-Length: "))
            while self.process.stdout.readline() != b"\r\n":
                pass
            message = json.loads(self.process.stdout.read(length))
            if message.get("id") == method:
                assert "error" not in message, message
                return message["result"]
        raise AssertionError("the language server has gone")

    def at_end_of(self, call: str, method: str) -> Any:
        """Returns what the server says where the cursor stands at the end of `call`."""
        self.written += 1
        uri = (self.folder / f"written_{self.written}.py").as_uri()
        text = {"uri": uri, "languageId": "python", "version": 1, "text": SETUP + call}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": text}})
        position = {"line": SETUP.count("\n"), "character": len(call)}
        return self.ask(method, {"textDocument": {"uri": uri}, "position": position})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    folder = tmp_path_factory.mktemp("editor")
    paths = [str(Path(ossign_fast.__file__).parents[1])]  # editable installs are hidden from it
    (folder / "pyrightconfig.json").write_text(json.dumps({"extraPaths": paths}))
    server = LanguageServer(folder)
    with server.process:
        yield server
        server.ask("shutdown", {})
        server.send({"method": "exit"})


@pytest.mark.parametrize(
    ("call", "offered", "kept_back"),
    [
        ('signer.presign("PutObject", "key", cont', "content_type=", "version_id="),
        ('signer.presign("GetObject", "key", version', "version_id=", "content_type="),
        ('signer.presign("GetObject", "key", exp', "expires=", "content_type="),
        ('signer.presign_many("UploadPart", ["key"], part', "part_number=", "content_type="),
        ('signer.bind("PutObject", stor', "storage_class=", "version_id="),
        ('signer.sign_headers("PutObject", "key", acl', "acl=", "expires="),
    ],
)
def test_options_of_the_operation_are_offered(
    server: LanguageServer, call: str, offered: str, kept_back: str
) -> None:
    answer = server.at_end_of(call, "textDocument/completion")
    labels = [item["label"] for item in answer["items"]]
    assert offered in labels
    assert kept_back not in labels


def test_names_of_operations_are_offered(server: LanguageServer) -> None:
    answer = server.at_end_of("signer.presign('", "textDocument/completion")
    labels = {item["label"].strip("'") for item in answer["items"]}
    assert {"GetObject", "PutObject", "UploadPart", "GET"} <= labels


def test_the_documentation_of_a_method_is_shown(server: LanguageServer) -> None:
    answer = server.at_end_of("signer.presign", "textDocument/hover")
    assert "Returns a presigned URL and the headers that go with it." in str(answer)

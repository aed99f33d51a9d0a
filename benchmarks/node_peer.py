"""Packages of npm, which sign in a process of Node that waits for its turn.

    npm install --prefix DIR ali-oss aws4; NODE_PATH=DIR/node_modules python benchmarks/compare.py

Keys go there once, and URLs come back only to be checked: what is timed is a loop in Node over keys
that lie there, and one line each way through a pipe, which takes some 50 microseconds.
"""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from adapters import Signing
from workload import ACCESS_KEY_ID, ACCESS_KEY_SECRET, BUCKET, EXPIRES, HOST, REGION

SCRIPT = Path(__file__).with_name("node_signer.js")


class NodeUrls(Sequence[str]):
    """The URLs that the process signed last; they are fetched when they are looked at."""

    def __init__(self, process: NodeProcess, count: int) -> None:
        self._process = process
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: Any) -> Any:
        return self._urls()[place]

    def __iter__(self) -> Any:
        return iter(self._urls())

    def _urls(self) -> list[str]:
        return self._process.ask({"urls": True})  # type: ignore[no-any-return]


class NodeProcess:
    """A process that signs with one package."""

    def __init__(self, package: str, token: str | None) -> None:
        settings = {
            "package": package,
            "id": ACCESS_KEY_ID,
            "secret": ACCESS_KEY_SECRET,
            "token": token,
            "region": REGION,
            "bucket": BUCKET,
            "host": HOST,
            "expires": EXPIRES,
        }
        self._process = subprocess.Popen(
            ["node", str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        self._keys: Sequence[str] | None = None
        atexit.register(self.close)
        self.ask(settings)

    def ask(self, command: dict[str, Any]) -> Any:
        """Returns the answer to a command."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def many(self, keys: Sequence[str]) -> Sequence[str]:
        """Signs `keys`, which are sent if they are not those of the last call."""
        if keys is not self._keys:
            self.ask({"keys": list(keys)})
            self._keys = keys
        return NodeUrls(self, self.ask({}))

    def close(self) -> None:
        """Ends the process."""
        atexit.unregister(self.close)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(10)


def node_signing(package: str, token: str | None) -> Signing:
    """Returns what signs with a package."""
    return Signing(None, NodeProcess(package, token).many, loops=True)


@lru_cache
def node_version(package: str) -> str | None:
    """Returns the version of a package that Node finds, or None."""
    if shutil.which("node") is None:
        return None
    found = subprocess.run(
        ["node", "-p", f"require('{package}/package.json').version"],
        cwd=SCRIPT.parent,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return found.stdout.strip() if found.returncode == 0 else None

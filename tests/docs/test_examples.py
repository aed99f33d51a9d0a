"""The examples of the README and of docs/ run, and print what the pages show."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from ossign_fast import Credentials, VerificationError, verify
from ossign_fast.cli import main
from support.cli import child_environment
from support.pages import (
    PAGES,
    WITH_COMMANDS,
    WITH_PYTHON,
    Page,
    assert_examples_hold,
    page,
    shape,
)
from support.tools import needs

KEYS = Credentials("LTAIexample", "example-secret")
ENVIRONMENT = {
    "OSS_ACCESS_KEY_ID": KEYS.access_key_id,
    "OSS_ACCESS_KEY_SECRET": KEYS.access_key_secret,
}
SERVED = "127.0.0.1:8080"


@pytest.mark.parametrize("page", WITH_PYTHON, ids=str)
def test_python_examples_give_what_they_show(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**ENVIRONMENT, "NO_PROXY": "127.0.0.1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("OSS_SESSION_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)
    assert_examples_hold(page)


@contextlib.contextmanager
def serving(command: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Runs a page's `serve` on a free port; yields its address and what it printed."""
    words = command.replace("--port 8080", "--port 0").split()[1:]
    process = subprocess.Popen(
        [sys.executable, "-m", "ossign_fast", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=child_environment(ENVIRONMENT),
        cwd=folder,
        text=True,
    )
    alarm = threading.Timer(120, process.kill)
    alarm.start()
    assert process.stdout is not None
    try:
        printed = ""
        while "stops it" not in printed and (line := process.stdout.readline()):
            printed += line
        address = re.search(r"127\.0\.0\.1:\d+", printed)
        yield address[0] if address else "", printed
    finally:
        process.terminate()
        process.communicate(timeout=30)
        alarm.cancel()


def run_in_bash(commands: list[str], folder: Path) -> list[str]:
    """Returns what each command printed, run one after the other in one shell."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "ossign-fast"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m ossign_fast "$@"\n')
    program.chmod(0o755)
    environment = child_environment({})
    environment["PATH"] = f"{program.parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["bash"],
        input="".join(f"{command}\nprintf '\\036'\n" for command in commands),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=folder,
        timeout=300,
        check=False,
        encoding="utf-8",
    )
    return done.stdout.split("\x1e")[:-1]


def printed_by(commands: list[str], folder: Path) -> list[str]:
    """Returns what each command prints, run in order while the one that serves is at work."""
    serve = next((text for text in commands if text.startswith("ossign-fast serve")), None)
    if serve is None:
        return run_in_bash(commands, folder)
    place = commands.index(serve)
    with serving(serve, folder) as (address, introduction):
        texts = [text.replace(SERVED, address) for text in commands]
        texts[place] = "true"
        results = run_in_bash(texts, folder)
    results[place] = introduction
    return results


@needs("bash")
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=str)
def test_shell_examples_print_what_they_show(page: Page, tmp_path: Path) -> None:
    texts = [command.text for command in page.commands]
    printed = printed_by(texts, tmp_path)
    assert len(printed) == len(texts)
    shown = [command.shown for command in page.commands]
    assert dict(zip(texts, map(shape, printed), strict=True)) == dict(
        zip(texts, map(shape, shown), strict=True)
    )


def test_every_subcommand_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    listed = re.findall(r"^    ([a-z]+) ", capsys.readouterr().out, re.MULTILINE)
    reference = page("docs/command-line.md")
    assert listed
    assert set(listed) <= reference.anchors | {"upload", "download"}
    commands = "\n".join(command.text for command in reference.commands)
    assert set(re.findall(r"ossign-fast (\w+)", commands)) == set(listed)


URLS = [
    url
    for page in PAGES
    for url in re.findall(r"https://\S+&x-oss-signature=[0-9a-f]{64}", page.text)
]
SHOWN_HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Content-Type": "text/plain"},
    {"Content-Type": "text/plain", "x-oss-meta-author": "me"},
)


def moment_in(pattern: str, text: str) -> datetime:
    date = re.search(pattern + r"(\d{8}T\d{6}Z)", text)
    assert date is not None
    return datetime.strptime(date[1], "%Y%m%dT%H%M%S%z")


@pytest.mark.parametrize("url", URLS, ids=range(len(URLS)))
def test_shown_urls_are_genuine(url: str) -> None:
    now = moment_in("x-oss-date=", url)

    def granted(headers: dict[str, str]) -> bool:
        with contextlib.suppress(VerificationError):
            return bool(verify("PUT", url, headers=headers, credentials=KEYS, now=now).key)
        return False

    assert [granted(headers) for headers in SHOWN_HEADERS].count(True) == 1


def test_shown_headers_are_genuine() -> None:
    text = page("docs/signing-headers.md").text
    block = re.search(r"^Content-Type: text/plain\n(?:[\w-]+: .*\n)+", text, re.MULTILINE)
    assert block is not None
    headers = dict(line.split(": ", 1) for line in block[0].splitlines())
    now = moment_in("x-oss-date: ", block[0])
    url = "https://examplebucket.oss-cn-hangzhou.aliyuncs.com/dir/a%20b.txt"
    granted = verify("PUT", url, headers=headers, credentials=KEYS, now=now)
    assert granted.signed_headers == ("content-type", "x-oss-content-sha256", "x-oss-date")

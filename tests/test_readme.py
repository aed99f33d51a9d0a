"""The README shows what happens: its examples run, and its tables say what the code says.

What depends on the moment or on the machine (times, signatures, ports, figures) is compared by
shape only.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import polars
import pyarrow
import pytest
import requests

from ossign_fast import Credentials, Signer, VerificationError, verify
from ossign_fast._rules.operations import OPERATIONS
from ossign_fast.cli import main
from support.cli import answer, canned_server, child_environment
from support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
KEYS = Credentials("LTAIexample", "example-secret")
ENVIRONMENT = {
    "OSS_ACCESS_KEY_ID": KEYS.access_key_id,
    "OSS_ACCESS_KEY_SECRET": KEYS.access_key_secret,
}
SERVED = "127.0.0.1:8080"

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")


_SHAPES = [
    (re.compile(pattern, re.MULTILINE), shape)
    for pattern, shape in (
        (r"\b[0-9a-f]{64}\b", "SIGNATURE"),
        (r"\b\d{8}T\d{6}Z", "DATE"),
        (r"(%2F|/)\d{8}(%2F|/)", r"\1DAY\2"),
        (r"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", "HTTP DATE"),
        (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.000Z|\+00:00)", r"TIME\1"),
        (r"datetime\.datetime\((\d+, ){5,6}tz", "datetime.datetime(TIME, tz"),
        (r"\b127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r"(request id|RequestId): [0-9A-F]{24}$", r"\1: ID"),
        (r"\bossign-fast \d+\.\d+\.\d+\S*:", "ossign-fast VERSION:"),
        (r"^(version|engine|kernels?|cpu features|python|platform):( +)\S.*", r"\1:\2FACT"),
        (r"(engine|kernel)='[\w+]+'", r"\1=NAME"),
        (r"(kernels|cpu_features)=\([^()]*\)", r"\1=NAMES"),
    )
]


_FIGURES = re.compile(r"\d+\.\d{3} s, [\d,]+ URLs per second \(engine \w+, kernel [\w+]+\)")


def shape(text: str) -> str:
    for pattern, replacement in _SHAPES:
        text = pattern.sub(replacement, text)
    text = " ".join(text.split())  # where lines wrap depends on the length of a port
    return _FIGURES.sub("FIGURES", text)


class ShapeChecker(doctest.OutputChecker):
    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return super().check_output(shape(want), shape(got), optionflags)


def only_python() -> str:
    """The README with every line blanked that is no Python example, so that line numbers hold."""
    inside = False
    lines = []
    for line in README.splitlines():
        fence = line.startswith("```")
        inside = line == "```python" if fence else inside
        lines.append(line if inside and not fence else "")
    return "\n".join(lines)


@pytest.fixture
def example_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**ENVIRONMENT, "NO_PROXY": "127.0.0.1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("OSS_SESSION_TOKEN", raising=False)


@pytest.mark.usefixtures("example_environment")
def test_python_examples_give_what_they_show() -> None:
    examples = doctest.DocTestParser().get_doctest(only_python(), {}, "README.md", "README.md", 0)
    report: list[str] = []
    result = doctest.DocTestRunner(ShapeChecker(), verbose=False).run(examples, out=report.append)
    assert result.attempted == README.count("\n>>> ")
    assert result.failed == 0, "".join(report)


class Command(NamedTuple):
    """A command of a console block: its text for the shell and what the README shows of it."""

    text: str
    shown: str


def console_commands() -> Iterator[Command]:
    for block in re.findall(r"^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command = re.match(r"(?:.*\\\n)*.*\n", part)
            assert command is not None
            yield Command(command[0].strip(), part[command.end() :])


COMMANDS = tuple(console_commands())
SERVE = next(command for command in COMMANDS if command.text.startswith("ossign-fast serve"))


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[tuple[str, str]]:
    """Runs the README's `serve` on a free port; yields its address and what it printed."""
    words = SERVE.text.replace("--port 8080", "--port 0").split()[1:]
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


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What each command prints, all of them run in the order of the README."""
    folder = tmp_path_factory.mktemp("readme")
    with serving(folder) as (address, introduction):
        texts = [command.text.replace(SERVED, address) for command in COMMANDS]
        texts[COMMANDS.index(SERVE)] = "true"
        results = run_in_bash(texts, folder)
    results[COMMANDS.index(SERVE)] = introduction
    return results


@needs_bash
@pytest.mark.parametrize("number", range(len(COMMANDS)), ids=lambda n: COMMANDS[n].text[:40])
def test_shell_examples_print_what_they_show(number: int, printed: list[str]) -> None:
    assert len(printed) == len(COMMANDS)
    assert shape(printed[number]) == shape(COMMANDS[number].shown)


def test_every_subcommand_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    listed = re.findall(r"^    ([a-z]+) ", capsys.readouterr().out, re.MULTILINE)
    shown = {
        word for command in COMMANDS for word in re.findall(r"ossign-fast (\w+)", command.text)
    }
    assert listed
    assert shown == set(listed)


URLS = re.findall(r"https://\S+&x-oss-signature=[0-9a-f]{64}", README)
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
    block = re.search(r"^Content-Type: text/plain\n(?:[\w-]+: .*\n)+", README, re.MULTILINE)
    assert block is not None
    headers = dict(line.split(": ", 1) for line in block[0].splitlines())
    now, url = moment_in("x-oss-date: ", block[0]), URLS[0].partition("?")[0]
    granted = verify("PUT", url, headers=headers, credentials=KEYS, now=now)
    assert granted.signed_headers == ("content-type", "x-oss-content-sha256", "x-oss-date")


def test_install_command(capsys: pytest.CaptureFixture[str]) -> None:
    first = re.search(r"^```bash\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)
    assert first is not None
    install, run = first[1].split(" && ")
    assert install == "pip install ."
    program, *words = shlex.split(run)
    assert f'\n[project.scripts]\n{program} = "ossign_fast.cli:main"\n' in PYPROJECT
    assert main([*words, "--count", "1"]) == 0
    assert "all as it should be" in capsys.readouterr().out


def test_test_command() -> None:
    marked = re.findall(r"^<!-- test-command -->\n```bash\n(.*?)\n```$", README, re.M | re.S)
    assert marked == ["pip install '.[test]' && pytest"]
    extras = PYPROJECT.partition("\n[project.optional-dependencies]\n")[2].partition("\n[")[0]
    assert re.search(r'^test = \[\n(    ".*",\n)*    "pytest>=', extras, re.MULTILINE)


def table(first_title: str) -> list[list[str]]:
    """The cells of the table whose first column has this title."""
    start = README.index(f"| {first_title} |")
    rows = README[start : README.index("\n\n", start)].splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_operations() -> None:
    rows = [
        [
            f"`{operation.name}`",
            operation.method,
            ", ".join(f"`{o.name}`" for o in operation.options.values() if o.required),
        ]
        for operation in OPERATIONS.values()
    ]
    assert table("operation") == rows
    assert [o.name for o in OPERATIONS.values() if o.level != "object"] == ["ListObjectsV2"]


@pytest.mark.parametrize(("names", "values"), table("options"))
def test_options(names: str, values: str) -> None:
    options = {o.name: o for row in OPERATIONS.values() for o in row.options.values()}
    kinds = {options[name].kind for name in code(names)}
    assert len(kinds) == 1
    assert values.startswith(
        {
            "text": "text",
            "int": "integer",
            "bool": "`True`",
            "time": "aware `datetime`",
            "source": "text; together they make `x-oss-copy-source`",
        }.get(kinds.pop(), "dict")
    )


@pytest.mark.parametrize(("settings", "start"), table("`Signer(...)`"))
def test_endpoints(settings: str, start: str) -> None:
    given = eval(f"dict({''.join(code(settings))})")  # the README's own keyword arguments
    signer = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=KEYS, **given)
    url = signer.presign("GetObject", "k").url
    assert f"`{url.partition('k?')[0].replace('examplebucket', 'BUCKET')}`" == start


@pytest.mark.parametrize("cell", [cells[0] for cells in table("of a batch")])
def test_what_comes_of_a_batch(cell: str) -> None:
    signer = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=KEYS)
    batch = signer.presign_many("GetObject", ["a", "b"])
    for expression in code(cell):
        file = io.StringIO()
        names = {"batch": batch, "file": file, "pyarrow": pyarrow, "polars": polars}
        made = eval(expression, names)  # the README's own words
        urls = (
            file.getvalue().splitlines() if made is None else list(pyarrow.array(made).to_pylist())
        )
        assert [url.decode() if isinstance(url, bytes) else url for url in urls] == batch


def _curl(option: str) -> Callable[[str, Path], object]:
    def send(url: str, file: Path) -> object:
        body = str(file) if option == "--upload-file" else f"@{file}"
        words = ["curl", "--silent", "--noproxy", "*", option, body, url]
        return subprocess.run(words, check=True, capture_output=True, timeout=60)

    return send


def _requests_file(url: str, file: Path) -> object:
    with file.open("rb") as body:
        return requests.put(url, data=body, timeout=60)


def _urllib(url: str, file: Path) -> object:
    request = urllib.request.Request(url, data=file.read_bytes(), method="PUT")
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.read()


#: Ways to send a file in each row of the README's table that can be tried here.
SENDERS: dict[str, list[Callable[[str, Path], object]]] = {
    "`curl --upload-file` (`-T`)": [_curl("--upload-file")],
    "`curl --data`, `--data-binary`": [_curl("--data"), _curl("--data-binary")],
    "`requests`, `data=` bytes, text or an open file": [
        lambda url, file: requests.put(url, data=file.read_bytes(), timeout=60),
        lambda url, file: requests.put(url, data=file.read_text(), timeout=60),
        _requests_file,
    ],
    "`requests`, `data=` a dict": [
        lambda url, file: requests.put(url, data={"text": file.read_text()}, timeout=60)
    ],
    "`requests`, `json=`": [lambda url, file: requests.put(url, json=file.read_text(), timeout=60)],
    "`urllib.request`": [_urllib],
}
CLIENTS = dict(table("client"))


def test_all_clients_but_browsers_are_tried() -> None:
    assert {name for name in CLIENTS if not name.startswith("browser")} == set(SENDERS)


@pytest.mark.usefixtures("example_environment")
@pytest.mark.parametrize(
    ("client", "send"),
    [
        pytest.param(client, send, marks=[needs_curl] if "curl" in client else [])
        for client, senders in SENDERS.items()
        for send in senders
    ],
)
def test_content_type_of_clients(
    client: str, send: Callable[[str, Path], object], tmp_path: Path
) -> None:
    file = tmp_path / "hello.txt"
    file.write_text("hello")
    with canned_server(answer("200 OK")) as server:
        send(server.url, file)
    (request,) = server.requests
    sent = re.search(rb"^content-type: *(.*?)\r$", request, re.IGNORECASE | re.MULTILINE)
    assert (f"`{sent[1].decode()}`" if sent else "none") == CLIENTS[client]


def test_links_lead_somewhere() -> None:
    titles = re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    anchors = {"#" + re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert {link for link in links if link.startswith("#")} <= anchors
    if (ROOT / "setup.py").exists():
        assert [link for link in links if link[0] != "#" and not (ROOT / link).exists()] == []

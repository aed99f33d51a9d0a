"""The command line as a whole: exit codes, one-line errors, secrets, signals, pipes."""

from __future__ import annotations

import argparse
import json
import re
import shlex
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from ossign_fast import __version__, engine_info
from ossign_fast.cli import build_parser, main
from support.cli import ENVIRONMENT, SECRET, TARGET, child_environment, command, run_process

COMMANDS = (
    "presign", "batch", "upload", "download", "operations", "serve", "demo", "bench", "info",
)  # fmt: skip


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def test_help_lists_commands_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for name in COMMANDS:
        assert f"\n    {name} " in text
    for code in (0, 1, 2, 3, 4, 130, 141):
        assert f"\n  {code} " in text


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"usage: ossign-fast {name} ")


def parser_of(name: str) -> argparse.ArgumentParser:
    subparsers = build_parser()._subparsers
    assert subparsers is not None
    (action,) = subparsers._group_actions
    assert isinstance(action.choices, dict)
    parser: argparse.ArgumentParser = action.choices[name]
    return parser


@pytest.mark.parametrize("name", COMMANDS)
def test_no_argument_takes_a_secret(name: str) -> None:
    for option in parser_of(name)._option_string_actions:
        assert not any(word in option for word in ("secret", "access", "token", "password"))


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_the_examples_of_the_help_are_valid(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"] if name else ["--help"]) == 0
    section = capsys.readouterr().out.partition("\nexamples:\n")[2].partition("\n\n")[0]
    text = textwrap.dedent(section).replace("\\\n", "")
    shown = [part for line in text.splitlines() for part in re.split(r"[|>]", line)]
    commands = [words for words in map(shlex.split, shown) if "ossign-fast" in words]
    assert commands
    assert not name or any(name in words for words in commands)
    for words in commands:
        arguments = words[words.index("ossign-fast") + 1 :]
        if arguments[-1] != "--help":
            parsed, unknown = build_parser().parse_known_args(arguments)
            assert (callable(parsed.run), unknown) == (True, [])


REPEATED = [
    (name, option.option_strings[-1])
    for name in COMMANDS
    for option in parser_of(name)._actions
    if option.option_strings and option.nargs is None and not isinstance(option.default, list)
]


@pytest.mark.parametrize(("name", "option"), REPEATED)
def test_a_repeated_option_is_an_error(
    name: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = ["GetObject"] if name == "presign" else ["f"] if name == "upload" else []
    assert main([name, *before, option, "1", option, "1"]) == 2
    errors = capsys.readouterr().err
    text = f"{option}: is given twice; give it once (see ossign-fast {name} --help)"
    assert errors == f"ossign-fast: error: {text}\n"


def test_the_options_that_must_not_be_repeated_are_seen() -> None:
    for option in ("--key", "--bucket", "--region", "--expires", "--credentials-file"):
        assert ("presign", option) in REPEATED


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"ossign-fast {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        ([], 2, "COMMAND"),
        (["sing"], 2, "command 'sing' is unknown; choose one of"),
        (["presign", "GetObject"], 2, "--region"),
        (["presign", "GetObject", *TARGET, "--key", "k", "extra"], 2, "too many arguments"),
        (["presign", "GetObject", *TARGET, "--key", "k", "--reg", "x"], 2, "unknown option --reg"),
        (["presign", "GetObject", *TARGET, "--key", "k", "--expires", "1x"], 2, "--expires"),
        (["serve", "--port", "65536"], 2, "--port"),
        (["demo", "--count", "0"], 2, "--count"),
        (["demo", "--count", "1e5"], 2, "--count"),
        (["upload", "no/such/file", "--url", "http://127.0.0.1:9/k"], 4, "no/such/file: No such"),
    ],
)
def test_errors_are_one_line(
    arguments: list[str], code: int, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == code
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith("ossign-fast: error: ")
    assert errors.count("\n") == 1
    assert text in errors


@pytest.mark.parametrize("option", ["--access-key-secret", "--token=", "--password"])
def test_a_secret_given_as_argument_is_not_repeated(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [f"{option}{SECRET}"] if option.endswith("=") else [option, SECRET]
    assert main(["presign", "GetObject", *TARGET, "--key", "k", *words]) == 2
    errors = capsys.readouterr().err
    assert SECRET not in errors
    assert "--credentials-file" in errors


def test_missing_keys_name_the_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("OSS_ACCESS_KEY_SECRET")
    assert main(["presign", "GetObject", *TARGET, "--key", "k"]) == 3
    assert "OSS_ACCESS_KEY_SECRET is not set" in capsys.readouterr().err


def test_info(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    engine = engine_info()
    assert facts["version"] == __version__
    assert (facts["engine"], facts["kernel"]) == (engine.engine, engine.kernel)
    assert facts["kernels"] == list(engine.kernels)
    assert facts["cpu_features"] == list(engine.cpu_features)
    assert facts["python"].endswith(".".join(map(str, sys.version_info[:3])))
    assert main(["info"]) == 0
    lines = dict(line.split(":", 1) for line in capsys.readouterr().out.splitlines())
    assert [name.replace(" ", "_") for name in lines] == list(facts)
    assert lines["kernel"].strip() == engine.kernel


def test_module_runs_like_the_command() -> None:
    done = run_process("info", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["version"] == __version__
    failed = run_process("presign")
    assert failed.returncode == 2
    assert failed.stderr.count(b"\n") == 1


def test_presigning_loads_no_third_party_module() -> None:
    words = ["presign", "GetObject", *TARGET, "--key", "k"]
    script = (
        "import sys; from ossign_fast.cli import main; "
        f"assert main({words!r}) == 0; "
        "print(*sorted({'numpy', 'requests', 'tqdm', 'http.server'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, env=child_environment(), check=True
    )
    assert done.stdout.splitlines()[-1] == b""


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    with subprocess.Popen(
        command("presign", "GetObject", *TARGET, "--key", "k"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=child_environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
        assert process.wait(30) == 141
    assert errors == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command("info"),
            stdout=full,
            stderr=subprocess.PIPE,
            env=child_environment(),
            check=False,
        )
    assert done.returncode == 4
    assert done.stderr.startswith(b"ossign-fast: error: ")
    assert done.stderr.count(b"\n") == 1


def test_output_that_cannot_be_encoded_is_one_line() -> None:
    words = ["presign", "PutObject", *TARGET, "--key", "k", "--header", "x-oss-meta-a: \u6d77"]
    environment = {**ENVIRONMENT, "PYTHONIOENCODING": "ascii"}
    done = run_process(*words, environment=environment)
    assert done.returncode == 4
    assert b"PYTHONUTF8=1" in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_sigterm_handler_is_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    assert main(["info"]) == 0
    assert signal.getsignal(signal.SIGTERM) is before

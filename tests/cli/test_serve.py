"""`ossign-fast serve` as a process: what it prints works, and it stops well."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import alibabacloud_oss_v2 as oss_v2
import oss2
import pytest

from ossign_fast import Credentials
from ossign_fast.cli import main
from ossign_fast.integrations import alibabacloud_oss_v2 as fast_v2
from ossign_fast.integrations import oss2 as fast_oss2
from support.cli import (
    BUCKET,
    ENVIRONMENT,
    ID,
    REGION,
    SECRET,
    child_environment,
    command,
    run_process,
    signer_for,
)
from support.sdk_scenarios import config_v2, exercise_oss2, exercise_v2


@contextlib.contextmanager
def serving(
    *words: str, environment: Mapping[str, str] = ENVIRONMENT, stop: signal.Signals = signal.SIGTERM
) -> Iterator[str]:
    """Yields what a running `serve` printed; it must stop with 0 and without a word of error."""
    with subprocess.Popen(
        command("serve", *words),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=child_environment(environment),
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = []
        try:
            for line in process.stdout:
                lines.append(line)
                if line.startswith("Ctrl-C"):
                    break
            yield "".join(lines)
        finally:
            process.send_signal(stop)
            rest, errors = process.communicate(timeout=20)
    assert (process.returncode, rest) == (0, "stopped\n")
    assert "Traceback" not in errors


def url_in(text: str) -> str:
    match = re.match(r"serving (http://127\.0\.0\.1:\d+), ", text)
    assert match is not None
    return match[1]


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_what_it_prints_works_in_a_shell(stop: signal.Signals) -> None:
    with serving(environment={}, stop=stop) as text:
        exports = "\n".join(re.findall(r"^  (export .*)$", text, re.MULTILINE))
        (example,) = re.findall(r"^  (ossign-fast presign .*\\\n.*--curl)$", text, re.MULTILINE)
        example = example.replace("ossign-fast", " ".join(command()))
        script = f"{exports}\neval \"$({example}) --silent --write-out '%{{http_code}}'\""
        done = subprocess.run(
            ["bash", "-c", script],
            input=b"hello",
            capture_output=True,
            env=child_environment({}),
            timeout=60,
            check=True,
        )
    assert (done.stdout, done.stderr) == (b"200", b"")


def test_own_keys_and_folder_are_used_and_keys_not_printed(tmp_path: Path) -> None:
    folder = tmp_path / "objects"
    folder.mkdir()
    (tmp_path / "f").write_bytes(b"kept")
    with serving("--dir", str(folder)) as text:
        assert SECRET not in text
        assert ID not in text
        assert str(folder) in text
        put = signer_for(url_in(text)).presign("PutObject", "k").url
        assert main(["upload", str(tmp_path / "f"), "--url", put]) == 0
    with serving("--dir", str(folder)) as text:
        get = signer_for(url_in(text)).presign("GetObject", "k").url
        assert main(["download", "--url", get, "-o", str(tmp_path / "g")]) == 0
    assert (tmp_path / "g").read_bytes() == b"kept"


@pytest.mark.parametrize(("words", "status"), [((), 0), (("--strict-bytes",), 1)])
def test_spellings_as_they_were_signed(
    words: tuple[str, ...], status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "f").write_bytes(b"text")
    with serving(*words) as text:
        put = signer_for(url_in(text)).presign("PutObject", "k~").url
        assert main(["upload", str(tmp_path / "f"), "--url", put]) == 0
        respelled = put.replace("k~", "k%7E")
        assert respelled != put
        assert main(["upload", str(tmp_path / "f"), "--url", respelled]) == status
    assert ("in upper case" in capsys.readouterr().err) == bool(status)


@pytest.mark.parametrize("fast", [False, True], ids=["sdk", "drop-in"])
def test_clients_of_the_sdks_at_work(fast: bool) -> None:
    with serving() as printed:
        url = url_in(printed)
        config = config_v2(url, "v4", Credentials(ID, SECRET))
        signer = fast_v2.SignerV4() if fast else oss_v2.signer.SignerV4()
        exercise_v2(oss_v2.Client(config, signer=signer), BUCKET)
        auth = (fast_oss2 if fast else oss2).AuthV4(ID, SECRET)
        place = {"endpoint": url, "region": REGION}
        exercise_oss2(oss2.Bucket(auth, bucket_name=BUCKET, **place), oss2.Service(auth, **place))


def test_a_region_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--region", "oss-cn-hangzhou"]) == 2
    assert capsys.readouterr().err.startswith("ossign-fast: error: --region: must be ")


def test_credentials_file_region_and_port(tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"access_key_id": ID, "access_key_secret": SECRET}))
    keys.chmod(0o600)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ["--credentials-file", str(keys), "--region", "ap-southeast-1", "--port", str(port)]
    with serving(*words, environment={}) as text:
        assert url_in(text) == f"http://127.0.0.1:{port}"
        get = signer_for(url_in(text), region="ap-southeast-1").presign("GetObject", "k").url
        done = run_process("download", "--url", get, "-o", "-")
        assert b"Code: NoSuch" in done.stderr
        wrong = signer_for(url_in(text), region=REGION).presign("GetObject", "k").url
        done = run_process("download", "--url", wrong, "-o", "-")
        assert (done.returncode, b"NoSuch" in done.stderr) == (1, False)


def test_half_a_key_pair_is_refused() -> None:
    done = run_process("serve", environment={"OSS_ACCESS_KEY_ID": ID})
    assert done.returncode == 3
    assert b"OSS_ACCESS_KEY_SECRET is not set" in done.stderr


def test_port_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run_process("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 4
    assert done.stderr.count(b"\n") == 1
    assert b"in use" in done.stderr


def test_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = run_process("serve", "--dir", str(tmp_path / "file" / BUCKET))
    assert done.returncode == 4
    assert done.stderr.count(b"\n") == 1

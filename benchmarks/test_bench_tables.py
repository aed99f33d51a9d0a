"""Tables and plot from the JSON of runs: one, or two kinds of CPU side by side."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import plot
import pytest
from peers import all_peers
from tables import markdown

ZEN, XEON = "AMD EPYC (family 25, model 1)", "Intel Xeon (family 6, model 143)"


def run(cpu: str, ns: float, *peers: str) -> dict[str, Any]:
    """Returns what `compare.py --json` writes, in short."""
    rows = [
        {"peer": peer, "scheme": "S3 V4", "token": token, "size": size, "keys": size,
         "rounds": 7, "minimum_ns": ns, "median_ns": ns * place}
        for place, peer in enumerate(peers, 1)
        for token in (False, True)
        for size in (1, 1_000)
    ]  # fmt: skip
    target = {"name": "  packed", "unit": "ns", "measured": ns, "limit": 230, "at_least": False}
    target |= {"reached": ns <= 230}
    return {
        "date": "2026-11-27",
        "machine": {"cpu": cpu, "cores": 2, "python": "CPython 3.11.7", "kernel": "shani"},
        "versions": {"obstore": "0.12.1", "aws4": "1.13.2"},
        "left_out": {"minio": "not installed"},
        "peers": list(peers),
        "measurements": rows,
        "batch_targets": [target],
    }


ONE = run(ZEN, 1_111.0, "ossign_fast", "ossign_fast, new values", "obstore", "aws4 (Node)")
OTHER = run(XEON, 222.0, "ossign_fast", "obstore")


def cells(text: str, start: str) -> list[str]:
    (line,) = (line for line in text.splitlines() if line.startswith(f"| {start}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_one_run() -> None:
    text = markdown([ONE])
    assert f"{ZEN}, 2 cores, CPython 3.11.7, kernel `shani`, 2026-11-27" in text
    head = cells(text, "library")
    assert head[2:4] == ["one per call", "1,000 per call"]
    assert head[5] == "1,000 per call, 700-byte token"
    assert cells(text, "ossign_fast |") == ["ossign_fast", "S3 V4", *["1,111"] * 4]
    assert cells(text, "ossign_fast, new values")[2] == "2,222"
    assert cells(text, "obstore")[0] == "obstore 0.12.1"
    assert cells(text, "aws4")[0] == "aws4 1.13.2 (Node)"
    assert "minio, not installed" in text
    assert cells(text, "packed") == ["packed", "1,111 ns", "≤ 230, missed"]


def test_two_kinds_of_cpu_stand_side_by_side() -> None:
    text = markdown([ONE, OTHER])
    assert ZEN in text
    assert XEON in text
    assert cells(text, "library")[2:4] == [
        "one per call; AMD EPYC, shani", "one per call; Intel Xeon, shani",
    ]  # fmt: skip
    assert cells(text, "ossign_fast |")[2:4] == ["1,111", "222"]
    # What only one of them measured leaves a gap in the other's columns.
    assert cells(text, "aws4")[2:4] == ["4,444", ""]
    assert cells(text, "packed") == ["packed", "1,111 ns", "≤ 230, missed", "222 ns", "≤ 230"]


def test_drop_ins() -> None:
    row = {"library": "oss2", "name": "GET", "ratio": 9.0}
    row |= {"sdk_median_ns": 90_000.0, "own_median_ns": 10_000.0}
    text = markdown([{"date": "d", "machine": ONE["machine"], "drop_ins": [row]}])
    assert cells(text, "oss2") == ["oss2", "GET", "90.0", "10.00", "9.0"]


def test_no_two_rows_of_the_plot_look_alike() -> None:
    names = [peer.name for peer in all_peers(kernels=True)]
    styles = plot._styles(names)
    assert len(set(styles.values())) == len(names)


@pytest.mark.parametrize("runs", [[ONE], [ONE, OTHER]], ids=["one", "two"])
def test_one_command_makes_both(
    runs: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for number, found in enumerate(runs):
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(json.dumps(found), encoding="utf-8")
    words = list(map(str, files))
    assert plot.main(words) == 0
    assert capsys.readouterr().out.strip() == markdown(runs).strip()
    tables, image = tmp_path / "tables.md", tmp_path / "speed.png"
    words += ["--tables", str(tables)]
    if find_spec("matplotlib") is not None:
        words += ["--image", str(image)]
    assert plot.main(words) == 0
    assert tables.read_text(encoding="utf-8") == markdown(runs)
    assert image.exists() == (find_spec("matplotlib") is not None)


def test_no_image_without_a_comparison(tmp_path: Path) -> None:
    found = tmp_path / "found.json"
    found.write_text(json.dumps({"machine": ONE["machine"]}), encoding="utf-8")
    with pytest.raises(SystemExit):
        plot.main([str(found), "--image", str(tmp_path / "speed.png")])

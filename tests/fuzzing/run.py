"""Fuzzes one target with Atheris, which has to be there: python run.py TARGET SECONDS [FOLDER]

An input that fails is left in the current folder; `python run.py TARGET 0 FILE...` looks at such
ones again. A folder keeps what was found, from run to run.
"""

from __future__ import annotations

import sys
import tempfile
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
TARGETS = ("arrow_imports", "verifying", "endpoint_requests")


def main(name: str, seconds: str, *more: str) -> None:
    import atheris  # a tool that runs on some systems only

    if name not in TARGETS:
        raise SystemExit(f"targets: {', '.join(TARGETS)}")
    with atheris.instrument_imports(include=["ossign_fast", "fuzzing"]):
        target = import_module(f"fuzzing.{name}")
    if seconds == "0":
        for path in more:
            target.check(Path(path).read_bytes())
        return
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(more[0] if more else folder)
        corpus.mkdir(exist_ok=True)
        for number, seed in enumerate(target.SEEDS):
            (corpus / f"seed-{number}").write_bytes(seed)
        options = ["-timeout=30", "-max_len=4096", "-print_final_stats=1", "-rss_limit_mb=4096"]
        atheris.Setup([name, f"-max_total_time={seconds}", *options, str(corpus)], target.check)
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])

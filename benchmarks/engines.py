"""Measures what URLs cost in each engine of tables, beside the engine's own way (Linux).

    python benchmarks/engines.py [--rows N] [--rounds N] [--only TEXT] [--json FILE]

A pipeline reads keys from Parquet and has a column of URLs beside them. In the same process, in
turns, run the pipeline with a job, the same pipeline with a constant text of the same length (its
own way), and `presign_many` of the same keys. Costs are CPU times of the whole tree of processes,
the least of all rounds; the ratio is that of the first to the sum of the other two.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

from answers import check_granted
from constant import Constant
from engine_pipelines import PIPELINES, STEP, Pipeline, rows_in
from workload import ACCESS_KEY_ID, ACCESS_KEY_SECRET, BUCKET, EXPIRES, REGION, name_keys

from ossign_fast import Signer

ROWS, ROUNDS = 500_000, 5
FILES = 8
ROW_GROUP = 50_000
LIMIT = 1.25
NULL_EVERY = 100
#: No engine reports about its users or leaves this machine.
ENVIRONMENT = {
    "OSS_ACCESS_KEY_ID": ACCESS_KEY_ID,
    "OSS_ACCESS_KEY_SECRET": ACCESS_KEY_SECRET,
    "PYSPARK_PYTHON": sys.executable,
    "PYSPARK_DRIVER_PYTHON": sys.executable,
    "PYTHONPATH": os.pathsep.join(
        [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    ),
    "PYTHONWARNINGS": "ignore",
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "SPARK_LOCAL_IP": "127.0.0.1",
}


@dataclass(frozen=True)
class Outcome:
    """What a pipeline took, in seconds of CPU for all rows.

    Attributes:
        title: The pipeline.
        release: The engine with its version.
        rows: How many rows each run had.
        nulls: Whether a hundredth of the keys are null.
        with_job: The pipeline with a job.
        own_way: The pipeline with a constant text.
        signing: `presign_many` of the same keys.
        peak: Most memory that the tree of processes had resident at a time, in MB.
    """

    title: str
    release: str
    rows: int
    nulls: bool
    with_job: float
    own_way: float
    signing: float
    peak: float = 0.0

    @property
    def ratio(self) -> float:
        return self.with_job / (self.own_way + self.signing)


def write_keys(folder: Path, rows: int, *, nulls: bool) -> None:
    """Writes a table with the columns "id" and "key" as Parquet files."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir()
    starts = range(0, rows, -(-rows // FILES))
    for start in starts:
        numbers = range(start, min(start + starts.step, rows))
        keys: list[str | None] = list(name_keys(numbers))
        for row in range(NULL_EVERY // 2, len(keys) if nulls else 0, NULL_EVERY):
            keys[row] = None
        table = pa.table({"id": numbers, "key": keys})
        pq.write_table(table, folder / f"{start:09}.parquet", row_group_size=ROW_GROUP)


def measure(pipeline: Pipeline, folder: Path, rounds: int) -> tuple[dict[str, float], Any]:
    """Returns seconds of CPU with a job, in the engine's own way and of signing alone.

    And a sample: keys of some rows with their URLs.

    Raises:
        WrongAnswerError: A URL would be refused, or stands beside another key.
    """
    import pyarrow.parquet as pq

    signer = Signer(region=REGION, bucket=BUCKET)
    job = signer.job("GetObject", expires=EXPIRES)
    keys = pq.read_table(folder, columns=["key"])["key"]
    text = signer.presign("GetObject", keys[0].as_py(), expires=EXPIRES).url
    constant = Constant(text)
    with pipeline.started():
        signed = pipeline.lay_out(folder, job, job.on("key", "url"))
        own_way = pipeline.lay_out(folder, constant, constant.on("key", "url"))
        sample = _checked(signed.sample(), rows_in(folder))
        tasks: dict[str, Callable[[], object]] = {
            "with_job": signed.finish,
            "own_way": own_way.finish,
            "signing": lambda: signer.presign_many(
                "GetObject", keys, expires=EXPIRES, nulls="keep"
            )[:1],
        }
        return _least(tasks, rounds), sample


def _checked(sample: Any, rows: int) -> list[tuple[str | None, str | None]]:
    assert sorted(sample["id"].to_pylist()) == list(range(0, rows, STEP))
    pairs = list(zip(sample["key"].to_pylist(), sample["url"].to_pylist(), strict=True))
    dates = set()
    for key, url in pairs:
        assert (key is None) == (url is None)
        if key is not None:
            check_granted(url, key, None)
            dates.add(url.partition("x-oss-date=")[2][:16])
    assert len(dates) == 1
    return pairs


def _least(tasks: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    samples: dict[str, list[float]] = {name: [] for name in tasks}
    for name in [*tasks, *tasks]:  # the first time compiles and fills caches
        tasks[name]()
    clock = TreeClock()
    for _ in range(rounds):
        for name in random.sample(list(tasks), len(tasks)):
            before = clock()
            result = tasks[name]()
            samples[name].append(clock() - before)
            del result
    return {name: min(values) for name, values in samples.items()}


class TreeClock:
    """The CPU time of this process and of all that it started, as far as they were seen."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, float], float] = {}  # what ended counts as it was last

    def __call__(self) -> float:
        import psutil

        for process in _tree(os.getpid())[1:]:
            with suppress(psutil.NoSuchProcess):
                spent = process.cpu_times()
                self._seen[process.pid, process.create_time()] = spent.user + spent.system
        return time.process_time() + sum(self._seen.values())


def _tree(pid: int) -> list[Any]:
    import psutil

    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def memory_of_tree(pid: int) -> int:
    """Returns the resident memory of a process and of all that it started, in bytes."""

    return sum(_resident(process) for process in _tree(pid))


def _resident(process: Any) -> int:
    import psutil

    with suppress(psutil.NoSuchProcess):
        return int(process.memory_info().rss)
    return 0


def run_apart(pipeline: Pipeline, folder: Path, rounds: int) -> tuple[dict[str, float], Any]:
    """Returns what `measure` does in a process of its own, and its peak of memory as "peak"."""
    words = [sys.executable, __file__, "--child", pipeline.title, str(folder), str(rounds)]
    environment = {**os.environ, **ENVIRONMENT}
    peak = 0
    with (
        tempfile.TemporaryFile() as answer,
        tempfile.TemporaryFile() as log,
        subprocess.Popen(words, stdout=answer, stderr=log, env=environment) as child,
    ):
        while child.poll() is None:
            peak = max(peak, memory_of_tree(child.pid))
            time.sleep(0.1)
        for file in (answer, log):
            file.seek(0)
        if child.returncode:
            raise RuntimeError(log.read().decode(errors="replace")[-4000:])
        last = answer.read().splitlines()[-1]
    found, sample = json.loads(last)
    return {**found, "peak": peak / 1e6}, sample


def markdown(outcomes: Sequence[Outcome]) -> str:
    """Returns the table of the documentation."""
    lines = [
        "| pipeline | engine | nulls | rows/s | its own way, rows/s | ratio |",
        "| --- | --- | --- | ---: | ---: | ---: |",
    ]
    for found in outcomes:
        speeds = (f"{found.rows / cost:,.0f}" for cost in (found.with_job, found.own_way))
        nulls = "1 %" if found.nulls else "none"
        cells = [found.title, found.release, nulls, *speeds, f"{found.ratio:.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="", help="what the title of a pipeline holds")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        title, folder, rounds = asked.child
        pipeline = next(pipeline for pipeline in PIPELINES if pipeline.title == title)
        print(json.dumps(measure(pipeline, Path(folder), int(rounds))))
        return
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as scratch:
        for nulls in (False, True):
            write_keys(Path(scratch) / f"keys-{nulls}", asked.rows, nulls=nulls)
        for pipeline in PIPELINES:
            if asked.only not in pipeline.title:
                continue
            for nulls in (False, True):
                found, _ = run_apart(pipeline, Path(scratch) / f"keys-{nulls}", asked.rounds)
                release = f"{pipeline.library} {version(pipeline.library)}"
                outcomes.append(Outcome(pipeline.title, release, asked.rows, nulls, **found))
                print(f"{outcomes[-1].ratio:.2f}", pipeline.title, found, file=sys.stderr)
    print(markdown(outcomes))
    if asked.json:
        moment = datetime.now(timezone.utc).isoformat(timespec="seconds")
        asked.json.write_text(json.dumps({"date": moment, "engines": list(map(asdict, outcomes))}))


if __name__ == "__main__":
    main()

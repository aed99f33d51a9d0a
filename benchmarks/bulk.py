"""Measures files of keys that become files of URLs, beside other ways to do so.

    python benchmarks/bulk.py [--rows N] [--rounds N] [--threads N] [--check] [--json FILE]

Each way runs in a process of its own, one after the other, `--rounds` times; the least counts. What
is measured is the time until the sink is on the disk, the CPU time of the process and its children,
and the memory of the largest of them. Slow ways get fewer rows. The other libraries work in as many
processes as ossign_fast has threads, each on its part of the rows, and write Parquet by Polars with
zstd level 1, their best forms.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from report import describe_machine, today
from workload import (
    ACCESS_KEY_ID,
    ACCESS_KEY_SECRET,
    BUCKET,
    EXPIRES,
    HOST,
    REGION,
    Installed,
    credentials,
)  # fmt: skip
from workload import name_keys as keys_of

from ossign_fast import verify
from ossign_fast.cli import _rivals

_SLICE = 65_536
PLACE = _rivals.Place(ACCESS_KEY_ID, ACCESS_KEY_SECRET, None, REGION, BUCKET, EXPIRES)


@dataclass(frozen=True)
class Way:
    """One way to do the job.

    Attributes:
        name: How the table calls it.
        needs: What must be installed.
        share: The part of the rows that it gets.
        suffix: The format of source and sink.
        run: Signs the source into the sink with this many threads or processes.
    """

    name: str
    needs: tuple[str, ...]
    share: float
    suffix: str
    run: Callable[[Path, Path, int], None]


@dataclass(frozen=True)
class Outcome:
    """What a way took, the least of its rounds.

    Attributes:
        name: The way.
        rows: How many rows it signed.
        seconds: Time by the clock.
        cpu_ns: CPU time of all its processes, for a row.
        megabytes: Memory of the largest of them.
        sink_bytes: Bytes of the sink, for a row.
    """

    name: str
    rows: int
    seconds: float
    cpu_ns: float
    megabytes: float
    sink_bytes: float

    @property
    def rows_per_second(self) -> float:
        return self.rows / self.seconds


def own(source: Path, sink: Path, threads: int) -> None:
    """Signs by ossign_fast."""
    from ossign_fast import bulk

    job = Installed().signer().job("GetObject", expires=EXPIRES)
    bulk.sign_file(job, source, sink, threads=threads)


def one_thread(source: Path, sink: Path, threads: int) -> None:
    own(source, sink, 1)


def by_obstore(source: Path, sink: Path, threads: int) -> None:
    """Signs by lists, with Polars around it."""
    _in_processes(_rivals.obstore(PLACE).many, source, sink, threads)


def by_sdk(source: Path, sink: Path, threads: int) -> None:
    """Signs row by row with the official SDK, with Polars around it."""
    _in_processes(_rivals.alibabacloud_oss_v2(PLACE).many, source, sink, threads)


def _in_processes(sign: Callable[[list[str]], Any], source: Path, sink: Path, count: int) -> None:
    fork = multiprocessing.get_context("fork")  # `measured` sees to it that Polars has no threads
    workers = [
        fork.Process(target=_part, args=(sign, source, sink.with_suffix(f".{n}"), n, count))
        for n in range(count)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        if worker.exitcode:
            raise SystemExit(worker.exitcode)


def _part(sign: Callable[[list[str]], Any], source: Path, sink: Path, n: int, count: int) -> None:
    import polars as pl

    frame = pl.read_parquet(source)
    size = -(-len(frame) // count)
    frame = frame.slice(n * size, size)
    urls: list[str] = []
    for start in range(0, len(frame), _SLICE):
        urls += sign(frame["key"].slice(start, _SLICE).to_list())
    column = pl.Series("url", urls)
    frame.with_columns(column).write_parquet(sink, compression="zstd", compression_level=1)


WAYS = (
    Way("ossign_fast, Parquet", ("pyarrow",), 1, ".parquet", own),
    Way("ossign_fast, Parquet, one thread", ("pyarrow",), 1, ".parquet", one_thread),
    Way("polars + obstore.sign, Parquet", ("obstore", "polars"), 1 / 2, ".parquet", by_obstore),
    Way(
        "polars + alibabacloud-oss-v2, Parquet", ("alibabacloud_oss_v2", "polars"), 1 / 50,
        ".parquet", by_sdk,
    ),
    Way("ossign_fast, text, one thread", ("pyarrow",), 1, ".txt", one_thread),
)  # fmt: skip
OWN, ONE, OBSTORE, SDK, TEXT = (way.name for way in WAYS)


def write_source(path: Path, rows: int) -> None:
    """Writes a file of keys."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path.suffix == ".txt":
        with path.open("w") as file:
            for start in range(0, rows, _SLICE):
                keys = keys_of(range(start, min(start + _SLICE, rows)))
                file.writelines(f"{key}\n" for key in keys)
        return
    with pq.ParquetWriter(path, pa.schema([("key", pa.string())]), compression="zstd") as writer:
        for start in range(0, rows, _SLICE):
            keys = keys_of(range(start, min(start + _SLICE, rows)))
            writer.write_table(pa.table({"key": keys}))


def measured(way: Way, folder: Path, rows: int, threads: int) -> Outcome:
    """Runs a way in a process of its own, once."""
    rows = max(threads, round(rows * way.share))
    source = folder / f"{rows}{way.suffix}"
    if not source.exists():
        write_source(source, rows)
    sink = folder / f"urls{way.suffix}"
    place = WAYS.index(way)
    words = [sys.executable, __file__, "--way", str(place), str(source), str(sink), str(threads)]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, timeout=3600)
    seconds, cpu, kilobytes = json.loads(done.stdout)
    made = [path for path in folder.iterdir() if path.stem == "urls"]
    size = sum(path.stat().st_size for path in made)
    check(made, rows)
    for path in made:
        path.unlink()
    return Outcome(way.name, rows, seconds, cpu / rows * 1e9, kilobytes / 1024, size / rows)


def check(made: Sequence[Path], rows: int) -> None:
    """Looks whether all rows have a URL, and whether those of ours are right."""
    urls: list[str] = []
    for path in made:
        urls += path.read_text().splitlines() if path.suffix == ".txt" else _urls_in(path)
    assert len(urls) == rows
    assert all(url.startswith(f"https://{HOST}/") for url in urls[:: max(1, rows // 1000)])
    if "x-oss-" in urls[0]:
        for url in (urls[0], urls[-1]):
            verify("GET", url, credentials=credentials())


def _urls_in(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    return list(pq.read_table(path, columns=["url"]).column("url").to_pylist())


def run_way(place: int, source: Path, sink: Path, threads: int) -> None:
    """Runs one way in this process and prints what it took."""
    way = WAYS[place]
    if way.run in (own, one_thread):
        from ossign_fast import bulk  # noqa: F401 - before the clock starts
    began, before = time.perf_counter(), _cpu()
    way.run(source, sink, threads)
    seconds = time.perf_counter() - began
    print(json.dumps([seconds, _cpu() - before, _memory()]))


def _memory() -> int:
    """Returns the most memory of this process or a child, in KB, and not that of who started it."""
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0])
    return max(peak, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def _cpu() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def measure(rows: int, rounds: int, threads: int) -> Iterator[Outcome]:
    """Yields the outcome of each way whose libraries are here, rounds of all ways in turn."""
    ways = [way for way in WAYS if all(map(find_spec, way.needs))]
    found: dict[str, list[Outcome]] = {way.name: [] for way in ways}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for way in ways:
                found[way.name].append(measured(way, Path(folder), rows, threads))
    for outcomes in found.values():
        first = outcomes[0]
        yield Outcome(
            first.name,
            first.rows,
            min(outcome.seconds for outcome in outcomes),
            min(outcome.cpu_ns for outcome in outcomes),
            max(outcome.megabytes for outcome in outcomes),
            first.sink_bytes,
        )


def targets(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, float, float]]:
    """Yields what is promised: its name, what was measured and the least that will do."""
    by_name = {outcome.name: outcome for outcome in outcomes}
    yield "Parquet, million rows a second", by_name[OWN].rows_per_second / 1e6, 1.2
    yield "text, million lines a second of CPU", 1e3 / by_name[TEXT].cpu_ns, 1.5
    for name, least in ((OBSTORE, 8.0), (SDK, 100.0)):
        if name in by_name:
            yield f"CPU time of {name}, times", by_name[name].cpu_ns / by_name[OWN].cpu_ns, least
    yield "memory with one thread, of 250 MB", 250 / by_name[ONE].megabytes, 1.0


def main(argv: Sequence[str] | None = None) -> int:
    """Measures, prints and returns whether the promises hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--check", action="store_true", help="fail if a promise is not kept")
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args(argv)
    machine = describe_machine()
    outcomes = list(measure(args.rows, args.rounds, args.threads))
    print(f"{today()}, {machine}")
    for outcome in outcomes:
        print(
            f"{outcome.name:38} {outcome.rows:>9,} rows {outcome.rows_per_second:>10,.0f} rows/s "
            f"{outcome.cpu_ns:>8,.0f} ns CPU {outcome.megabytes:>4.0f} MB "
            f"{outcome.sink_bytes:.0f} B"
        )
    kept = True
    for name, value, least in targets(outcomes):
        kept &= value >= least
        print(f"{name:50} {value:8.2f} (at least {least}) {'ok' if value >= least else 'MISSED'}")
    if args.json is not None:
        rows = [asdict(outcome) for outcome in outcomes]
        args.json.write_text(json.dumps({"date": today(), "machine": machine, "bulk": rows}))
    return 0 if kept or not args.check else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        place, source, sink, threads = sys.argv[2:]
        run_way(int(place), Path(source), Path(sink), int(threads))
    else:
        raise SystemExit(main())

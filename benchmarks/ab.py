"""Times two builds of this library side by side, path by path: how many times as long one takes.

    python benchmarks/ab.py BASE [--paths PATTERN ...] [--seconds N] [--json FILE] [--check]

BASE is the folder in which the other build's `ossign_fast` lies: a checkout built in place, or what
`pip install --no-deps --target BASE` made. The build beside it is the one that Python imports here.
Both are loaded into this process and take turns. A ratio is one of minima, below 1 where this build
is the faster; that of medians, beside it, shows how disturbed the machine was. Both builds use the
compiled engine unless `OSSIGN_FAST_ENGINE` says otherwise.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import measure
from imports import import_ns
from measure import seconds_of, single_task

ROUNDS = (7, 3001)
#: So short that some samples of each meet a machine that does nothing else meanwhile.
SAMPLE_SECONDS = 0.001
IMPORT = "import ossign_fast"
_KEYS = 10_000
#: What may be left of the time of commit 1930ced, on AMD Zen 3.
PROMISED = {
    "packed-4096": 0.66,
    "packed-4096-token": 0.60,
    "list-1000": 0.55,
    "list-1000-token": 0.52,
    "list-16": 0.45,
    "list-4": 0.35,
    "list-1M-in-one-call": 0.70,
    "list-1M-token-in-one-call": 0.60,
    "packed-1M": 0.72,
    "BoundPresigner.url": 0.45,
    "Signer.presign": 0.45,
    "key-and-part-number-4096": 0.70,
    "key-and-content-type-4096": 0.70,
}
#: Modules that are loaded once for each build: the package, and what here imports it.
_OURS = {path.stem for path in Path(__file__).parent.glob("*.py")} - {"ab", "imports", "measure"}

#: Returns the nanoseconds that one URL, or one import, took this time.
Sample = Callable[[], float]


class Build:
    """A build of the package in this process, with benchmark modules of its own.

    Within a `with` block Python sees this build alone, so that what it imports late is its own too.

    Attributes:
        folder: Where the package lies.
        package: The package.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._modules: dict[str, ModuleType] = {}
        self._outside: dict[str, ModuleType] = {}
        with self:
            self.package = import_module("ossign_fast")
            self._calls, self._rows = import_module("calls"), import_module("rows")
            self._engine = import_module("workload").Installed()
        found = Path(str(self.package.__file__)).parents[1]
        if found != self.folder:
            raise SystemExit(f"ab.py: error: {folder}: holds no ossign_fast; {found} does")

    def __enter__(self) -> None:
        self._outside = _taken_out()
        sys.modules.update(self._modules)
        sys.path.insert(0, str(self.folder))

    def __exit__(self, *error: object) -> None:
        sys.path.remove(str(self.folder))
        self._modules = _taken_out()
        sys.modules.update(self._outside)

    def describe(self) -> dict[str, str]:
        """Returns what it is."""
        info = self.package.engine_info()
        return {
            "folder": str(self.folder),
            "version": self.package.__version__,
            "engine": info.engine,
            "kernel": info.kernel,
        }

    @property
    def _verifying(self) -> tuple[str, ...]:
        return self._rows.VERIFY_MANY, self._rows.VERIFY_MANY_PLAIN

    def paths(self) -> list[str]:
        """Returns the names of all that can be timed."""
        return [IMPORT, *self._rows.ROWS, *self._verifying, *self._calls.CALLS]

    def prepare(self, path: str, most: int) -> Sample:
        """Returns what takes a sample of a path, after its answer was checked."""
        if path == IMPORT:
            return partial(import_ns, self.folder)
        with self:
            if path in self._rows.ROWS:
                task = self._rows.row_task(path, self._rows.ROWS[path], self._engine, most)
            elif path in self._verifying:
                task = self._rows.verify_many_task(path, self._engine)
            else:
                keys = import_module("workload").make_keys(_KEYS)
                task = single_task(path, self._calls.make_call(path, self._engine), keys)

        def sample() -> float:
            with self:
                return seconds_of(task.run) * 1e9 / task.urls

        return sample


def _taken_out() -> dict[str, ModuleType]:
    """Takes the modules of a build out of those that Python knows, and returns them."""
    names = [name for name in sys.modules if name.partition(".")[0] in {"ossign_fast", *_OURS}]
    return {name: sys.modules.pop(name) for name in names}


@dataclass(frozen=True)
class Outcome:
    """What one URL of a path took each build, in nanoseconds, over `rounds` turns each."""

    path: str
    base_minimum_ns: float
    minimum_ns: float
    base_median_ns: float
    median_ns: float
    rounds: int

    @property
    def ratio(self) -> float:
        return self.minimum_ns / self.base_minimum_ns

    @property
    def ratio_of_medians(self) -> float:
        return self.median_ns / self.base_median_ns

    @property
    def promised(self) -> float | None:
        return PROMISED.get(self.path)

    @property
    def kept(self) -> bool:
        return self.promised is None or self.ratio <= self.promised


def compare(path: str, base: Sample, own: Sample, seconds: float) -> Outcome:
    """Returns what came of turns of both, each time in the other order."""
    gc.collect()
    sides: list[tuple[Sample, list[float]]] = [(base, []), (own, [])]
    for sample, _ in sides:
        sample()
    deadline = time.perf_counter() + seconds
    done = 0
    while done < ROUNDS[0] or (done < ROUNDS[1] and time.perf_counter() < deadline):
        for sample, taken in sides if done % 2 else reversed(sides):
            taken.append(sample())
        done += 1
    theirs, ours = sides[0][1], sides[1][1]
    medians = statistics.median(theirs), statistics.median(ours)
    return Outcome(path, min(theirs), min(ours), *medians, done)


def outcomes_of(
    base: Build, own: Build, paths: Sequence[str], seconds: float, most: int
) -> Iterator[Outcome | tuple[str, str]]:
    """Yields an outcome for each path, or its name and why the base cannot do it."""
    for path in paths:
        sample = own.prepare(path, most)
        try:
            theirs = base.prepare(path, most)
        except Exception as error:  # an older build may lack anything
            yield path, f"the base cannot: {type(error).__name__}: {error}"
            continue
        yield compare(path, theirs, sample, seconds)


def line(outcome: Outcome | tuple[str, str], *, check: bool) -> str:
    """Returns the line of the table that tells an outcome."""
    if isinstance(outcome, tuple):
        return f"{outcome[0]:60}NOT MEASURED: {outcome[1]}"
    promise = ""
    if check and outcome.promised is not None:
        promise = f"{outcome.promised:11.2f}  {'yes' if outcome.kept else 'NO'}"
    return (
        f"{outcome.path:60}{outcome.base_minimum_ns:12,.0f}{outcome.minimum_ns:12,.0f}"
        f"{outcome.ratio:9.2f}{outcome.ratio_of_medians:12.2f}{outcome.rounds:8}{promise}"
    )


def parse(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("base", type=Path, metavar="BASE", help="folder of the other build")
    parser.add_argument(
        "--paths", nargs="+", default=["*"], metavar="PATTERN", help="these only: 'packed-*'"
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="for each path, about")
    parser.add_argument("--most-keys", type=int, default=1_000_000, help="in one call")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers")
    parser.add_argument(
        "--check", action="store_true", help="fail if more is left of 1930ced than was promised"
    )
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Runs the comparison; returns the exit status."""
    options = parse(words)
    os.environ.setdefault("OSSIGN_FAST_ENGINE", "c")
    spec = find_spec("ossign_fast")
    assert spec is not None
    here = Path(str(spec.origin)).parents[1].resolve()
    if here == options.base.resolve():
        raise SystemExit("ab.py: error: BASE: is the build that is imported here; copy it first")
    measure.SAMPLE_SECONDS = SAMPLE_SECONDS
    base, own = Build(options.base), Build(here)
    paths = [p for p in own.paths() if any(fnmatch(p, wanted) for wanted in options.paths)]
    if not paths:
        raise SystemExit(f"ab.py: error: --paths: choose among {', '.join(own.paths())}")
    from report import describe_machine, today

    machine = describe_machine()
    print(f"{today()}, {machine['cpu']}, {machine['cores']} cores, {machine['python']}")
    for name, build in (("base", base), ("this", own)):
        print(f"{name}: {', '.join(build.describe().values())}")
    print(f"{'':60}{'base min ns':>12}{'min ns':>12}{'ratio':>9}{'of medians':>12}{'rounds':>8}")
    outcomes = []
    for outcome in outcomes_of(base, own, paths, options.seconds, options.most_keys):
        print(line(outcome, check=options.check), flush=True)
        outcomes.append(outcome)
    if options.json:
        options.json.write_text(_as_json(machine, base, own, outcomes), encoding="utf-8")
    missed = [each for each in outcomes if isinstance(each, tuple) or not each.kept]
    return int(options.check and bool(missed))


def _as_json(
    machine: dict[str, Any],
    base: Build,
    own: Build,
    outcomes: Sequence[Outcome | tuple[str, str]],
) -> str:
    rows = [
        {"path": each[0], "missing": each[1]}
        if isinstance(each, tuple)
        else {**asdict(each), "ratio": each.ratio, "promised": each.promised}
        for each in outcomes
    ]
    found = {"machine": machine, "base": base.describe(), "this": own.describe(), "paths": rows}
    return json.dumps(found, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(main())

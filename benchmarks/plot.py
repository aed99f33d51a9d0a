"""Makes the plot and the tables of the documentation from the JSON of one run, or of several.

    python benchmarks/plot.py RUN.json ... [--image FILE] [--tables FILE]

`compare.py --json` and `drop_ins.py --json` write such files. Give one of each kind of CPU, and
both are shown side by side, each under its name.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tables import label, markdown

#: Warm colours for this library, cold ones for its peers; markers tell them apart as well.
OWN_COLORS = ("#b3261e", "#e8853a", "#d4b012", "#8c564b", "#c77ca0", "#f2a7a0")
PEER_COLORS = (
    "#1f5fa8",
    "#1d9a6c",
    "#7b4fa3",
    "#2bb3c0",
    "#6b7a8f",
    "#222222",
    "#6f9fd8",
    "#0d5c41",
    "#b39ad0",
    "#1b6d78",
)
#: As many as have no divisor in common with the colours: no two of 110 rows look alike.
MARKERS = "osD^vPX<>*h"
#: The batch size that the bars show, or the nearest that was measured.
BAR_SIZE = 1_000


def draw(runs: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Writes a PNG to `path`, with two panels for each run.

    Args:
        runs: What `Report.as_json` returns, for each run.
        path: The file to write.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    names = dict.fromkeys(name for run in runs for name in run["peers"])
    styles = _styles(list(names))
    figure, axes = pyplot.subplots(
        len(runs), 2, figsize=(13, 6.2 * len(runs)), layout="constrained", squeeze=False
    )
    for run, (bars, curve) in zip(runs, axes, strict=True):
        own = {name: style for name, style in styles.items() if name in run["peers"]}
        _draw_bars(bars, run["measurements"], own)
        _draw_curve(curve, run["measurements"], own)
        if len(runs) > 1:
            bars.set_title(f"{label(run)}\n{bars.get_title(loc='left')}", fontsize=10, loc="left")
    figure.suptitle("Presigning GET URLs for 48-byte keys, one thread", fontsize=13, weight="bold")
    figure.supxlabel("\n".join(map(_made_on, runs)), fontsize=8, color="#555555")
    figure.savefig(path, dpi=150)
    pyplot.close(figure)


def _made_on(run: Mapping[str, Any]) -> str:
    machine = run["machine"]
    return f"{machine['cpu']}, {machine['python']}, kernel {machine['kernel']}, {run['date']}"


def _styles(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Returns the colour and the marker of each peer."""
    own = [name for name in names if name.startswith("ossign_fast")]
    others = [name for name in names if name not in own]
    colors = {name: OWN_COLORS[place % len(OWN_COLORS)] for place, name in enumerate(own)}
    colors |= {name: PEER_COLORS[place % len(PEER_COLORS)] for place, name in enumerate(others)}
    return {name: (colors[name], MARKERS[place % len(MARKERS)]) for place, name in enumerate(names)}


def _draw_bars(
    axes: Any, rows: Sequence[Mapping[str, Any]], styles: Mapping[str, tuple[str, str]]
) -> None:
    size = min({row["size"] for row in rows}, key=lambda size: abs(size - BAR_SIZE))
    tokens = sorted({row["token"] for row in rows})
    names = list(styles)[::-1]
    height = 0.8 / len(tokens)
    for place, token in enumerate(tokens):
        for row in rows:
            if row["size"] != size or row["token"] != token:
                continue
            speed = 1e9 / row["median_ns"]
            level = names.index(row["peer"]) + 0.4 - height * (place + 0.5)
            alpha = 0.45 if token and len(tokens) > 1 else 1.0
            axes.barh(level, speed, height * 0.92, color=styles[row["peer"]][0], alpha=alpha)
            axes.text(speed * 1.12, level, _short(speed), va="center", fontsize=7.5)
    axes.set_yticks(range(len(names)), names, fontsize=9)
    axes.set_xscale("log")
    axes.set_xlim(right=axes.get_xlim()[1] * 2.2)
    axes.set_xlabel("URLs per second (log)")
    shades = "; pale: with a 700-byte token" if len(tokens) > 1 else ""
    axes.set_title(f"URLs per second, {size:,} keys{shades}", fontsize=10, loc="left")
    _quiet(axes, "x")


def _draw_curve(
    axes: Any, rows: Sequence[Mapping[str, Any]], styles: Mapping[str, tuple[str, str]]
) -> None:
    token = min(row["token"] for row in rows)
    for name, (color, marker) in styles.items():
        # A peer's line ends where a batch would take too long to measure.
        points = sorted(
            (row["size"], row["median_ns"])
            for row in rows
            if row["peer"] == name and row["token"] == token and row["keys"] == row["size"]
        )
        own = name.startswith("ossign_fast")
        axes.plot(
            [size for size, _ in points],
            [cost for _, cost in points],
            color=color,
            marker=marker,
            markersize=5,
            linewidth=2.2 if own else 1.3,
            label=name,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("keys per call (log); a line ends where a call would take too long to time")
    axes.set_ylabel("nanoseconds per URL (log)")
    kind = "with a 700-byte token" if token else "no token"
    axes.set_title(f"Cost of one URL against the batch size, {kind}", fontsize=10, loc="left")
    axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    _quiet(axes, "both")


def _short(speed: float) -> str:
    for unit, name in ((1e6, " M"), (1e3, " k")):
        if speed >= unit:
            return f"{speed / unit:.3g}{name}"
    return f"{speed:.0f}"


def _quiet(axes: Any, grid: str) -> None:
    axes.grid(axis=grid, which="major", color="#dddddd", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def main(words: Sequence[str] | None = None) -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN.json", help="what runs found")
    parser.add_argument("--image", type=Path, metavar="FILE", help="draw it, with matplotlib")
    parser.add_argument("--tables", type=Path, metavar="FILE", help="write them; default: print")
    options = parser.parse_args(words)
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in options.runs]
    text = markdown(runs)
    if options.tables:
        options.tables.write_text(text, encoding="utf-8")
    else:
        print(text)
    if options.image:
        compared = [run for run in runs if run.get("measurements")]
        if not compared:
            parser.error("--image: none of the runs is one of compare.py with its tables")
        draw(compared, options.image)
    return 0


if __name__ == "__main__":
    sys.exit(main())

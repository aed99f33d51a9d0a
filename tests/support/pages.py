"""The README and the pages of docs/: their examples, tables and links, and what of it varies.

What depends on the moment or on the machine (times, signatures, ports, figures) is compared by
shape only.
"""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from support.paths import ROOT


class Command(NamedTuple):
    """A command of a console block: its text for the shell and what the page shows of it."""

    text: str
    shown: str


@dataclass(frozen=True)
class Page:
    """A page of documentation, by its path in the repository."""

    name: str
    text: str

    def __str__(self) -> str:
        return self.name

    @property
    def only_python(self) -> str:
        """The page with every line blanked that is no Python example, so that line numbers hold."""
        inside = False
        lines = []
        for line in self.text.splitlines():
            fence = line.startswith("```")
            inside = line == "```python" if fence else inside
            lines.append(line if inside and not fence else "")
        return "\n".join(lines)

    def fenced(self, language: str) -> list[str]:
        """The blocks of code that are marked with just this language."""
        return re.findall(rf"^```{language}\n(.*?)^```$", self.text, re.MULTILINE | re.DOTALL)

    @property
    def commands(self) -> tuple[Command, ...]:
        return tuple(_commands(self.text))

    @property
    def anchors(self) -> set[str]:
        titles = re.findall(r"^#+ (.+)$", self.text, re.MULTILINE)
        return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}

    @property
    def links(self) -> list[tuple[Path, str]]:
        """File and anchor of each link that stays inside the repository."""
        here = ROOT / self.name
        targets = re.findall(r"\]\(([^)]+)\)", self.text)
        parts = [target.partition("#") for target in targets if "://" not in target]
        return [
            ((here.parent / path).resolve() if path else here, anchor) for path, _, anchor in parts
        ]


def _commands(text: str) -> Iterator[Command]:
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command = re.match(r"(?:.*\\\n)*.*\n", part)
            assert command is not None
            yield Command(command[0].strip(), part[command.end() :])


def _page(path: Path) -> Page:
    return Page(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


README = _page(ROOT / "README.md")
PAGES = (README, *map(_page, sorted((ROOT / "docs").glob("*.md"))))
#: The page of engines is run beside their tests, where they are installed.
WITH_PYTHON = tuple(
    page for page in PAGES if "\n```python\n" in page.text and page.name != "docs/tables.md"
)
WITH_COMMANDS = tuple(page for page in PAGES if page.commands)


def page(name: str) -> Page:
    return next(page for page in PAGES if page.name == name)


def table(first_title: str) -> list[list[str]]:
    """The cells of the one table of all pages whose first column has this title."""
    (text,) = (page.text for page in PAGES if f"\n| {first_title} |" in page.text)
    start = text.index(f"\n| {first_title} |") + 1
    end = text.find("\n\n", start)
    rows = text[start : None if end < 0 else end].strip().splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


_SHAPES = [
    (re.compile(pattern, re.MULTILINE), shape)
    for pattern, shape in (
        (r"\b[0-9a-f]{64}\b", "SIGNATURE"),
        (r"\b\d{8}T\d{6}Z", "DATE"),
        (r"(%2F|/)\d{8}(%2F|/)", r"\1DAY\2"),
        (r"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", "HTTP DATE"),
        (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.000Z|Z|\+00:00)", r"TIME\1"),
        (r"datetime\.datetime\((\d+, ){5,6}tz", "datetime.datetime(TIME, tz"),
        (r"\b127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r"(request id|RequestId): [0-9A-F]{24}$", r"\1: ID"),
        (r"\bossign-fast \d+\.\d+\.\d+\S*:", "ossign-fast VERSION:"),
        (r"^(version|engine|kernels?|cpu features|python|platform):( +)\S.*", r"\1:\2FACT"),
        (r"; (\d+:)?\d+:\d\d, [\d,]+ rows/s$", "; TIME"),
        (r"(engine|kernel)='[\w+]+'", r"\1=NAME"),
        (r"(kernels|cpu_features)=\([^()]*\)", r"\1=NAMES"),
    )
]
_FIGURES = re.compile(r"\d+\.\d{3} s, [\d,]+ URLs per second \(engine \w+, kernel [\w+]+\)")


def shape(text: str) -> str:
    """Returns `text` with names in place of what varies."""
    for pattern, replacement in _SHAPES:
        text = pattern.sub(replacement, text)
    text = " ".join(text.split())  # where lines wrap depends on the length of a port
    return _FIGURES.sub("FIGURES", text)


class _ShapeChecker(doctest.OutputChecker):
    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return super().check_output(shape(want), shape(got), optionflags)


def assert_examples_hold(page: Page) -> None:
    """Asserts that the Python examples of a page print what it shows, by its shape."""
    examples = doctest.DocTestParser().get_doctest(page.only_python, {}, page.name, page.name, 0)
    report: list[str] = []
    result = doctest.DocTestRunner(_ShapeChecker(), verbose=False).run(examples, out=report.append)
    assert result.attempted == page.text.count("\n>>> ")
    assert not result.failed, "".join(report)

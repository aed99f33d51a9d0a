"""From what a user names (files, globs, folders, manifests) to files of keys."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ._errors import BulkError
from ._formats import Format, format_asked, format_of
from ._inventory import MANIFEST, inventory_files
from ._keys import ENCODINGS
from ._layout import Source


def find_sources(
    named: Iterable[str | os.PathLike[str]],
    *,
    input_format: str | None,
    names: Sequence[str] | None,
    key_encoding: str | None,
    wants_all: bool,
) -> list[Source]:
    """Returns the files that are meant, in order.

    Args:
        named: Paths; "-" is standard input.
        input_format: The format of all of them, whatever they are called.
        names: Columns of CSV files that have no line for them.
        key_encoding: How keys stand in all of them, or None for what is known of their kind.
        wants_all: As in `Source`.

    Raises:
        BulkError: There is no such file, or its format is not known.
    """
    if key_encoding not in (None, *ENCODINGS[:3]):
        raise BulkError(None, "key_encoding: must be 'plain', 'url' or 'form'")
    asked = None if input_format is None else format_asked(input_format, "input_format")
    found = [source for item in named for source in _meant(os.fspath(item), asked)]
    if not found:
        raise BulkError(None, "no sources are named")
    if sum(source.path == "-" for source in found) > 1:
        raise BulkError("-", "is named twice; it can be read once")
    return [
        replace(
            source,
            encoding=key_encoding or source.encoding,
            names=source.names or (None if names is None else tuple(names)),
            wants_all=wants_all,
        )
        for source in found
    ]


def _meant(path: str, asked: Format | None) -> Iterator[Source]:
    if path == "-":
        yield Source("-", asked or Format("txt"))
    elif Path(path).is_dir():
        yield from _in_folder(Path(path), asked)
    elif not Path(path).exists() and glob.has_magic(path):
        matches = sorted(name for name in _matches(path) if Path(name).is_file())
        if not matches:
            raise BulkError(path, "fits no file")
        for name in matches:
            yield from _file(name, asked)
    else:
        yield from _file(path, asked)


def _matches(pattern: str) -> list[str]:
    return glob.glob(pattern, recursive=True)  # noqa: PTH207 - the pattern may be absolute


def _file(path: str, asked: Format | None) -> Iterator[Source]:
    if Path(path).name == MANIFEST:
        yield from inventory_files(Path(path))
        return
    form = asked or format_of(path)
    if form is None:
        raise BulkError(path, "its name tells no format; give input_format")
    yield Source(path, form)


def _in_folder(folder: Path, asked: Format | None) -> Iterator[Source]:
    """Yields the files of known formats in a folder and those below, hidden ones left out."""
    manifest = folder / MANIFEST
    if manifest.is_file():
        yield from inventory_files(manifest)
        return
    found = False
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        form = asked or format_of(path.name)
        if (
            form is not None
            and path.is_file()
            and not any(p.startswith((".", "_")) for p in inside)
        ):
            found = True
            yield Source(str(path), form)
    if not found:
        raise BulkError(str(folder), "holds no file of a known format")

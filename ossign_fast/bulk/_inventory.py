"""Inventories of buckets, as OSS and S3 write them: a manifest, and the files that it lists.

CSV inventories have no line for their columns (the manifest names them) and hold keys URL-encoded:
S3 as forms are, with `+` for a blank; of OSS the documentation tells no more than that they are.
Parquet and ORC inventories of S3 hold keys as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ._errors import BulkError, SourceError
from ._formats import Format, format_of
from ._layout import Source

MANIFEST = "manifest.json"
_FORMATS = {"csv": Format("csv", "gzip"), "parquet": Format("parquet"), "orc": Format("orc")}
_LARGEST = 1 << 26


def inventory_files(manifest: Path) -> Iterator[Source]:
    """Yields the files that a manifest lists, which must lie in its folder or as in the bucket.

    Raises:
        BulkError: A file is missing or has another size than the manifest says.
        SourceError: It is no manifest of an inventory.
    """
    fields = _read(manifest)
    form = _FORMATS.get(str(fields.get("fileFormat", "csv")).lower())
    files = fields.get("files")
    if form is None or not isinstance(files, list):
        raise SourceError(str(manifest), "is no manifest of an inventory of OSS or S3")
    is_s3 = str(fields.get("destinationBucket", "")).startswith("arn:")
    encoding = "plain"
    names = None
    if form.name == "csv":
        encoding = "form" if is_s3 else "percent"
        names = tuple(name.strip() for name in str(fields.get("fileSchema", "")).split(","))
        if "key" not in map(str.lower, names):
            raise SourceError(str(manifest), "fileSchema: names no column Key")
    for entry in files:
        path = _place(manifest, entry)
        found = format_of(path.name)
        own = found if found is not None and found.name == form.name else form
        yield Source(str(path), own, encoding, names)


def _read(manifest: Path) -> dict[str, Any]:
    if manifest.stat().st_size > _LARGEST:
        raise SourceError(str(manifest), "is too large to be a manifest")
    try:
        fields = json.loads(manifest.read_bytes())
    except (ValueError, RecursionError):
        raise SourceError(str(manifest), "is no JSON") from None
    if not isinstance(fields, dict):
        raise SourceError(str(manifest), "is no manifest of an inventory of OSS or S3")
    return fields


def _place(manifest: Path, entry: Any) -> Path:
    """Returns where a file of the inventory lies: beside the manifest, or as in the bucket."""
    key = entry.get("key") if isinstance(entry, dict) else None
    if not isinstance(key, str) or not key or ".." in key.split("/"):
        raise SourceError(str(manifest), "files: an entry has no key")
    parts = [part for part in key.split("/") if part]
    folders = [manifest.parent, *manifest.absolute().parents]
    for folder in folders:
        for start in range(len(parts)):
            path = folder.joinpath(*parts[start:])
            if path.is_file():
                _check_size(path, entry.get("size"), manifest)
                return path
    raise BulkError(
        str(manifest), f"lists {key!r}, which is not here; put it into the folder of the manifest"
    )


def _check_size(path: Path, size: Any, manifest: Path) -> None:
    actual = path.stat().st_size
    if isinstance(size, int) and size != actual:
        raise SourceError(str(path), f"has {actual} bytes, and {manifest.name} says {size}")

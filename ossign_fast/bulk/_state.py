"""What a job that can be resumed has done: a file beside its parts, written anew after each."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ._counts import Counts
from ._errors import BulkError
from ._layout import Source
from ._sink import Sink, Stage, synced

_NAME = "state.json"
_VERSION = 1


@dataclass
class Done:
    """What was done of one run of pieces.

    Attributes:
        batches: How many batches of it were read.
        parts: Names of the files that hold their rows.
        counts: Their numbers.
        complete: Whether nothing is left.
    """

    batches: int = 0
    parts: list[str] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    complete: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Returns what JSON can hold of it."""
        return {**vars(self), "counts": self.counts.to_dict()}


class State:
    """What is done of each run, on the disk if the job can be resumed; safe to share by threads."""

    def __init__(self, stage: Stage | None, identity: dict[str, Any], runs: int) -> None:
        self._stage = stage
        self._identity = identity
        self._lock = threading.Lock()
        self.done = [Done() for _ in range(runs)]
        if stage is not None:
            self._load(stage.path(_NAME))

    def _load(self, path: Path) -> None:
        found = _read(path)
        if found is None:
            if any(not each.name.endswith(".tmp") for each in path.parent.iterdir()):
                text = "holds files of something else; move them, or name another output"
                raise BulkError(str(path.parent), text)
            self._save()
            return
        for name, value in self._identity.items():
            if found.get(name) != value:
                raise BulkError(
                    str(path.parent),
                    f"is of another job: its {name} differ; finish that one, or delete the folder",
                )
        self.done = [
            Done(**{**entry, "counts": Counts(**entry["counts"])}) for entry in found["done"]
        ]

    def note(self, run: int, done: Done) -> None:
        """Notes what is done of a run, whose files are on the disk."""
        with self._lock:
            self.done[run] = done
            if self._stage is not None:
                self._save()

    def _save(self) -> None:
        stage = self._stage
        assert stage is not None
        path = stage.unfinished(_NAME)
        done = [entry.to_dict() for entry in self.done]
        path.write_text(json.dumps({**self._identity, "done": done}))
        synced(path)
        path.replace(stage.path(_NAME))


def identity_of(
    job: Any, sink: Sink, sources: Sequence[Source], settings: dict[str, Any]
) -> dict[str, Any]:
    """Returns what must be the same when a job is resumed; no secret is in it."""
    files = []
    for source in sources:
        if source.path == "-":
            raise BulkError("-", "cannot be read again, so the job cannot be resumed; name a file")
        status = Path(source.path).stat()
        files.append([str(Path(source.path).resolve()), status.st_size, status.st_mtime_ns])
    identity = {
        "version": _VERSION,
        "signing_time": job.signing_time.isoformat(),
        "sources": files,
        "job": job.__dask_tokenize__(),
        "settings": {**settings, "format": list(sink.format), "kind": sink.kind},
    }
    found: dict[str, Any] = json.loads(json.dumps(identity))
    return found


def time_of(sink: Sink) -> datetime | None:
    """Returns the signing time of the job that was begun for this sink, or None."""
    found = _read(sink.parts / _NAME)
    return None if found is None else datetime.fromisoformat(found["signing_time"])


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
        if not {"version", "signing_time", "done"} <= dict(found).keys():
            raise ValueError("is no state")
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        raise BulkError(str(path), "is damaged; delete its folder to begin anew") from None
    return found

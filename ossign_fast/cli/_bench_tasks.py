"""What `ossign-fast bench` times: this library's calls, and those of other libraries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from itertools import count
from typing import Any, NamedTuple

from ossign_fast import Credentials, Signer, verify

from . import _rivals
from ._hash_bound import HASHED_BLOCKS, Blocks, blocks_of, hash_blocks
from ._rivals import Place

#: The length of every key.
KEY_BYTES = 48
#: The kinds of tasks, by what a call gets.
ONE, MANY = "one URL per call", "lists"

_REGION = "cn-hangzhou"
_BUCKET = "bench-bucket"
_EXPIRES = 3600
_FEW_KEYS = 1_000
_MOST_KEYS = 100_000


class Task(NamedTuple):
    """Something to time.

    Attributes:
        name: The row's name.
        kind: `ONE` or `MANY`.
        urls: How many URLs `run` signs.
        run: Signs, and returns what its caller would get.
        version: That of another library; empty for this one.
        same_blocks: Whether its URL needs the SHA-256 blocks that `own_blocks` counts.
    """

    name: str
    kind: str
    urls: int
    run: Callable[[], Any]
    version: str = ""
    same_blocks: bool = True

    @property
    def title(self) -> str:
        """The name with the version of the library."""
        library, comma, rest = self.name.partition(",")
        return f"{library} {self.version}{comma}{rest}" if self.version else self.name


#: What tells how fast this machine hashes, for the share of the hash bound.
HASHING = Task("hashing", "", HASHED_BLOCKS, hash_blocks)


def _key(number: int) -> str:
    return f"logs/2026-11-23/{number:0{KEY_BYTES - 24}d}.json.gz"


def own_tasks(credentials: Credentials) -> Iterator[Task]:
    """Yields the calls of this library."""
    signer = Signer(region=_REGION, bucket=_BUCKET, credentials=credentials)
    bound = signer.bind("GetObject", expires=_EXPIRES)
    keys = list(map(_key, range(_MOST_KEYS)))
    presign = partial(signer.presign, "GetObject", keys[0], expires=_EXPIRES)
    yield Task("Signer.presign", ONE, 1, presign)
    name = map('attachment; filename="{}.gz"'.format, count()).__next__
    yield Task(
        "Signer.presign, new values each call",
        ONE,
        1,
        lambda: presign(response_content_disposition=name()),
        same_blocks=False,
    )
    yield Task("BoundPresigner.url", ONE, 1, partial(bound.url, keys[0]))
    many = partial(signer.presign_many, "GetObject", expires=_EXPIRES)
    for title, call in (
        ("presign_many", many),
        ("presign_many as list", lambda keys: many(keys).tolist()),
    ):
        for size in (_FEW_KEYS, _MOST_KEYS):
            yield Task(f"{title}, {size:,} keys", MANY, size, partial(call, keys[:size]))


def own_blocks(credentials: Credentials) -> Blocks:
    """Returns the blocks that each URL of these tasks needs."""
    signer = Signer(region=_REGION, bucket=_BUCKET, credentials=credentials)
    url = signer.presign("GetObject", _key(0), expires=_EXPIRES).url
    return blocks_of(url, _BUCKET, _REGION)


class _Rival(NamedTuple):
    """Another library: what Python imports, how it signs, and which of its calls are timed."""

    module: str
    adapter: _rivals.Adapter
    oss: bool
    kinds: tuple[str, ...]


#: By what pip installs; the official SDKs come first.
_RIVALS = {
    "alibabacloud-oss-v2": _Rival(
        "alibabacloud_oss_v2", _rivals.alibabacloud_oss_v2, oss=True, kinds=(ONE,)
    ),
    "oss2": _Rival("oss2", _rivals.oss2, oss=True, kinds=(ONE,)),
    "fast-s3-url": _Rival("fast_s3_url", _rivals.fast_s3_url, oss=False, kinds=(ONE, MANY)),
    "libpresign": _Rival("libpresign", _rivals.libpresign, oss=False, kinds=(ONE,)),
    "obstore": _Rival("obstore", _rivals.obstore, oss=False, kinds=(ONE, MANY)),
}
SDKS = ("alibabacloud-oss-v2", "oss2")


def rival_tasks(credentials: Credentials) -> tuple[list[Task], dict[str, str]]:
    """Returns what other libraries do, and by name why one is missing."""
    tasks: list[Task] = []
    missing = {}
    place = Place(
        credentials.access_key_id,
        credentials.access_key_secret,
        credentials.security_token,
        _REGION,
        _BUCKET,
        _EXPIRES,
    )
    for name, rival in _RIVALS.items():
        if find_spec(rival.module) is None:
            missing[name] = "not installed"
            continue
        try:
            found = list(_tasks_of(name, rival, place))
            for task in found:
                check(task, credentials, None if rival.oss else place)
        except Exception as error:  # another version of it may do anything
            missing[name] = f"could not be used ({type(error).__name__})"
        else:
            tasks += found
    return tasks, missing


def _tasks_of(name: str, rival: _Rival, place: Place) -> Iterator[Task]:
    one, many = rival.adapter(place)
    if ONE in rival.kinds:
        yield Task(name, ONE, 1, partial(one, _key(0)), version(name))
    if MANY in rival.kinds:
        keys = list(map(_key, range(_FEW_KEYS)))
        title = f"{name}, {_FEW_KEYS:,} keys"
        yield Task(title, MANY, _FEW_KEYS, partial(many, keys), version(name))


class WrongSignatureError(Exception):
    """A URL of another service that it would refuse."""


def check(task: Task, credentials: Credentials, place: Place | None = None) -> None:
    """Has the last URL verified.

    Args:
        task: What signs it.
        credentials: Whose signature it must be.
        place: For URLs of S3: what they must be for.

    Raises:
        VerificationError: OSS would refuse it.
        WrongSignatureError: S3 would.
    """
    result = task.run()
    url = result if isinstance(result, str) else getattr(result, "url", None) or result[-1]
    if place is None:
        verify("GET", url, credentials=credentials)
    elif not _rivals.signed_again(url, place):
        raise WrongSignatureError

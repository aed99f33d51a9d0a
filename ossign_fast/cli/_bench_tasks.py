"""What `ossign-fast bench` times: this library's calls, and those of the official SDKs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, NamedTuple

from ossign_fast import Credentials, Signer, verify

#: The length of every key.
KEY_BYTES = 48

_REGION = "cn-hangzhou"
_BUCKET = "bench-bucket"
_EXPIRES = 3600
_FEW_KEYS = 1_000
_MOST_KEYS = 100_000


class Task(NamedTuple):
    """Something to time: `run` signs `urls` URLs and returns what its caller would get."""

    name: str
    urls: int
    run: Callable[[], Any]


def _key(number: int) -> str:
    return f"logs/2026-11-23/{number:0{KEY_BYTES - 24}d}.json.gz"


def own_tasks(credentials: Credentials) -> Iterator[Task]:
    """Yields the calls of this library."""
    signer = Signer(region=_REGION, bucket=_BUCKET, credentials=credentials)
    bound = signer.bind("GetObject", expires=_EXPIRES)
    keys = list(map(_key, range(_MOST_KEYS)))
    presign = partial(signer.presign, "GetObject", keys[0], expires=_EXPIRES)
    yield Task("Signer.presign", 1, presign)
    yield Task("BoundPresigner.url", 1, partial(bound.url, keys[0]))
    many = partial(signer.presign_many, "GetObject", expires=_EXPIRES)
    for name, call in (
        ("presign_many", many),
        ("presign_many as list", lambda keys: many(keys).tolist()),
    ):
        for count in (_FEW_KEYS, _MOST_KEYS):
            yield Task(f"{name}, {count:,} keys", count, partial(call, keys[:count]))


def _alibabacloud_oss_v2(credentials: Credentials) -> Callable[[], Any]:
    import alibabacloud_oss_v2 as oss

    provider = oss.credentials.StaticCredentialsProvider(
        credentials.access_key_id, credentials.access_key_secret
    )
    client = oss.Client(oss.Config(region=_REGION, credentials_provider=provider))
    key = _key(0)

    def presign() -> Any:
        request = oss.GetObjectRequest(bucket=_BUCKET, key=key)
        return client.presign(request, expires=timedelta(seconds=_EXPIRES))

    return presign


def _oss2(credentials: Credentials) -> Callable[[], Any]:
    import oss2

    provider = oss2.credentials.StaticCredentialsProvider(
        credentials.access_key_id, credentials.access_key_secret
    )
    endpoint = f"https://oss-{_REGION}.aliyuncs.com"
    bucket = oss2.Bucket(oss2.ProviderAuthV4(provider), endpoint, _BUCKET, region=_REGION)
    return partial(bucket.sign_url, "GET", _key(0), _EXPIRES, slash_safe=True)


#: The official SDKs, by what pip installs: what Python imports, and how it signs one URL.
_SDKS: dict[str, tuple[str, Callable[[Credentials], Callable[[], Any]]]] = {
    "alibabacloud-oss-v2": ("alibabacloud_oss_v2", _alibabacloud_oss_v2),
    "oss2": ("oss2", _oss2),
}


def sdk_tasks(credentials: Credentials) -> tuple[list[Task], dict[str, str]]:
    """Returns what the official SDKs do, and by name why one is missing."""
    tasks, missing = [], {}
    for name, (module, prepare) in _SDKS.items():
        if find_spec(module) is None:
            missing[name] = "not installed"
            continue
        try:
            task = Task(f"{name} {version(name)}", 1, prepare(credentials))
            check(task, credentials)
        except Exception as error:  # another version of it may do anything
            missing[name] = f"could not be used ({type(error).__name__})"
        else:
            tasks.append(task)
    return tasks, missing


def check(task: Task, credentials: Credentials) -> None:
    """Has the last URL verified.

    Raises:
        VerificationError: A server would refuse it.
    """
    result = task.run()
    url = result if isinstance(result, str) else getattr(result, "url", None) or result[-1]
    verify("GET", url, credentials=credentials)

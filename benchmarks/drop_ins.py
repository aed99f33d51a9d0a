"""Measures the drop-ins beside the SDK code that they stand in for, each pair in one run.

    python benchmarks/drop_ins.py [--seconds N] [--check] [--json FILE]

Before a pair is timed, both of it sign the same requests at the same second and have to agree to
the byte; where SDK and drop-in read the clock by themselves, that second is waited for.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import alibabacloud_oss_v2 as oss_v2
import oss2
from alibabacloud_oss_v2.types import HttpRequest, SigningContext
from measure import Task, batch_task, interleave, single_task
from report import describe_machine, today
from workload import (
    ACCESS_KEY_ID,
    ACCESS_KEY_SECRET,
    BUCKET,
    ENDPOINT,
    EXPIRES,
    HOST,
    REGION,
    TOKEN,
    make_keys,
)

from ossign_fast.integrations import alibabacloud_oss_v2 as fast_v2
from ossign_fast.integrations import oss2 as fast_oss2

LIFETIME = timedelta(seconds=EXPIRES)
HEADERS = {"Content-Type": "application/json"}
_KEYS = 2_000
_TRIES = 200


class Pair(NamedTuple):
    """What an SDK does and what its drop-in does instead.

    Attributes:
        library: The SDK.
        name: What is signed, and by what.
        sdk: Signs one key.
        own: Signs the same.
        times: How many times as fast the drop-in is promised to be, or None.
        many: Signs many keys; None where the drop-in has no call for that.
    """

    library: str
    name: str
    sdk: Callable[[str], Any]
    own: Callable[[str], Any]
    times: float | None = None
    many: Callable[[Sequence[str]], Sequence[str]] | None = None


@dataclass(frozen=True)
class Outcome:
    """What a pair took for one request; nanoseconds, over `rounds` runs."""

    library: str
    name: str
    times: float | None
    sdk_median_ns: float
    own_median_ns: float
    sdk_minimum_ns: float
    own_minimum_ns: float
    rounds: int

    @property
    def ratio(self) -> float:
        return self.sdk_median_ns / self.own_median_ns

    @property
    def reached(self) -> bool:
        return self.times is None or self.ratio >= self.times


def pairs() -> Iterator[Pair]:
    """Yields all pairs."""
    yield from _presigning_v2()
    yield from _signing_v2()
    yield from _oss2("V4", oss2.AuthV4, fast_oss2.AuthV4)
    yield from _oss2("V1", oss2.Auth, fast_oss2.Auth)


def _client(token: str | None = None, **options: Any) -> oss_v2.Client:
    keys = ACCESS_KEY_ID, ACCESS_KEY_SECRET, token
    provider = oss_v2.credentials.StaticCredentialsProvider(*keys)
    return oss_v2.Client(oss_v2.Config(region=REGION, credentials_provider=provider), **options)


def _presigning_v2() -> Iterator[Pair]:
    library = "alibabacloud-oss-v2"
    put = {"content_type": "application/json"}
    requests: dict[str, tuple[type, dict[str, Any], str | None]] = {
        "presign GET": (oss_v2.GetObjectRequest, {}, None),
        "presign PUT, content type": (oss_v2.PutObjectRequest, put, None),
        "presign PUT, 700-byte token": (oss_v2.PutObjectRequest, put, TOKEN),
        "presign PUT, metadata": (oss_v2.PutObjectRequest, {**put, "metadata": {"a": "b"}}, None),
        "presign part, number by number": (
            oss_v2.UploadPartRequest,
            {"upload_id": "0004B98"},
            None,
        ),
    }
    for name, (kind, options, token) in requests.items():
        client = _client(token)
        fast = fast_v2.accelerate(client)
        make = _maker(kind, options)
        sdk, own = _presigner(client, make), _presigner(fast, make)
        yield Pair(library, name, sdk, own, 15 if name == "presign PUT, content type" else None)
    client = _client()
    make = _maker(oss_v2.GetObjectRequest, {})
    request = oss_v2.GetObjectRequest(bucket=BUCKET)

    def many(keys: Sequence[str]) -> Sequence[str]:
        return fast_v2.presign_many(client, request, keys, expires=LIFETIME).tolist()

    one = _presigner(client, make)
    yield Pair(library, "presign_many GET", one, lambda key: many([key])[0], many=many)
    signing = _presigner(_client(signer=fast_v2.SignerV4()), make)
    yield Pair(library, "client with SignerV4, GET", one, signing)


def _maker(kind: type, options: dict[str, Any]) -> Callable[[str], Any]:
    """Returns what makes the request of a key; parts are numbered by the end of the key."""
    if kind is oss_v2.UploadPartRequest:
        return lambda key: kind(
            bucket=BUCKET, key=key, part_number=hash(key) % 9_999 + 1, **options
        )
    return lambda key: kind(bucket=BUCKET, key=key, **options)


def _presigner(client: Any, make: Callable[[str], Any]) -> Callable[[str], str]:
    def sign(key: str) -> str:
        return str(client.presign(make(key), expires=LIFETIME).url)

    return sign


def _signing_v2() -> Iterator[Pair]:
    for name, sdk, own in (
        ("SignerV4, header", oss_v2.signer.SignerV4(), fast_v2.SignerV4()),
        ("SignerV1, header", oss_v2.signer.SignerV1(), fast_v2.SignerV1()),
    ):
        yield Pair("alibabacloud-oss-v2", name, _context_signer(sdk), _context_signer(own))


def _context_signer(signer: Any) -> Callable[[str], str]:
    keys = oss_v2.Credentials(ACCESS_KEY_ID, ACCESS_KEY_SECRET)

    def sign(key: str) -> str:
        request = HttpRequest("PUT", f"https://{HOST}/{key}", {**HEADERS, "User-Agent": "bench"})
        signer.sign(SigningContext("oss", REGION, BUCKET, key, request, keys))
        return str(request.headers["Authorization"])

    return sign


def _oss2(version: str, sdk: Any, own: Any) -> Iterator[Pair]:
    keys = ACCESS_KEY_ID, ACCESS_KEY_SECRET
    slow, plugged = (_bucket(auth(*keys)) for auth in (sdk, own))
    fast = fast_oss2.accelerate(slow)
    target = 10 if version == "V4" else None
    for name, method, options in (
        ("GET", "GET", {}),
        ("PUT, content type", "PUT", {"headers": HEADERS}),
    ):
        one = _url_signer(slow, method, options)
        for what, bucket in (("auth object", plugged), ("accelerate", fast)):
            label = f"sign_url {version} {name}, {what}"
            yield Pair("oss2", label, one, _url_signer(bucket, method, options), target)
    headers = (_request_signer(auth(*keys)) for auth in (sdk, own))
    yield Pair("oss2", f"header {version}, auth object", *headers)


def _bucket(auth: Any) -> oss2.Bucket:
    return oss2.Bucket(auth, ENDPOINT, BUCKET, region=REGION)


def _url_signer(bucket: Any, method: str, options: dict[str, Any]) -> Callable[[str], str]:
    def sign(key: str) -> str:
        return str(bucket.sign_url(method, key, EXPIRES, slash_safe=True, **options))

    return sign


def _request_signer(auth: Any) -> Callable[[str], str]:
    def sign(key: str) -> str:
        request = oss2.http.Request(
            "PUT", f"https://{HOST}/{key}", headers=HEADERS, region=REGION, product="oss"
        )
        auth._sign_request(request, BUCKET, key)
        return str(request.headers["authorization"])

    return sign


class DisagreementError(Exception):
    """A drop-in that does not sign what its SDK signs."""


def check(pair: Pair) -> None:
    """Lets both of a pair sign, until they do so within one second.

    The SDK's clients take a second off what they are asked for, so theirs are asked for more; what
    is compared is the signature over everything else.

    Raises:
        DisagreementError: They do not agree.
    """
    for key in make_keys(3):
        for _ in range(_TRIES):
            second = int(time.time())
            ours, theirs = pair.own(key), pair.sdk(key)
            if second == int(time.time()):
                break
        if _comparable(ours) != _comparable(theirs):
            raise DisagreementError(f"{pair.library}, {pair.name}: not the same")


def _comparable(signed: str) -> str:
    """Returns what was signed but for the fault of the SDK's clients: a second less to live."""
    faulty, right = f"x-oss-expires={EXPIRES - 1}&", f"x-oss-expires={EXPIRES}&"
    if faulty in signed or right in signed:
        return signed.replace(faulty, right).rpartition("&x-oss-signature=")[0]
    return signed


def measure(chosen: Sequence[Pair], seconds: float) -> list[Outcome]:
    """Returns what became of each pair, timed side by side."""
    outcomes = []
    keys = make_keys(_KEYS)
    for pair in chosen:
        check(pair)
        own: Task = (
            single_task("own", pair.own, keys)
            if pair.many is None
            else batch_task("own", pair.many, make_keys(10_000), whole=True)
        )
        timings = interleave([single_task("sdk", pair.sdk, keys), own], seconds)
        sdk, ours = timings["sdk"], timings["own"]
        outcomes.append(
            Outcome(
                pair.library, pair.name, pair.times, sdk.median_ns, ours.median_ns,
                sdk.minimum_ns, ours.minimum_ns, sdk.rounds,
            )
        )  # fmt: skip
    return outcomes


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yields the lines of the table."""
    yield f"{'':54}{'SDK ns':>10}{'ns':>9}{'ratio':>8}{'of minima':>11}{'target':>8}  reached"
    for outcome in outcomes:
        minima = outcome.sdk_minimum_ns / outcome.own_minimum_ns
        target = "" if outcome.times is None else f"{outcome.times:.0f}"
        reached = "" if outcome.times is None else "yes" if outcome.reached else "NO"
        yield (
            f"{outcome.library + ', ' + outcome.name:54}{outcome.sdk_median_ns:10,.0f}"
            f"{outcome.own_median_ns:9,.0f}{outcome.ratio:8.1f}{minima:11.1f}{target:>8}  {reached}"
        )


def main(words: Sequence[str] | None = None) -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="SDKs beside their drop-ins")
    parser.add_argument("--seconds", type=float, default=4.0, help="for each pair")
    parser.add_argument("--check", action="store_true", help="fail if a target is missed")
    parser.add_argument("--json", type=Path, help="also write everything to this file")
    options = parser.parse_args(words)
    machine = describe_machine()
    print(f"{today()}, {machine['cpu']}, {machine['python']}, kernel {machine['kernel']}")
    outcomes = measure(list(pairs()), options.seconds)
    print(*table(outcomes), sep="\n")
    if options.json:
        rows = [{**asdict(o), "ratio": o.ratio, "reached": o.reached} for o in outcomes]
        found = {"date": today(), "machine": machine, "drop_ins": copy.deepcopy(rows)}
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    missed = not all(outcome.reached for outcome in outcomes)
    return int(options.check and missed)


if __name__ == "__main__":
    sys.exit(main())

"""How a vector case is put to the package, in every way there is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from ossign_fast import Credentials, Signer
from support import oracle
from support.engines import Engine
from support.sdk_signers import moment_of, split_query

Case = dict[str, Any]


def load(path: Path) -> list[Case]:
    """Returns the cases of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def signer_options(case: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the keywords of `Signer` for `case`."""
    return {
        "region": case["region"],
        "bucket": case["bucket"],
        "credentials": Credentials(
            case["access_key_id"], case["access_key_secret"], case.get("security_token")
        ),
        "endpoint": case.get("endpoint"),
        "endpoint_type": case.get("endpoint_type") or "public",
        "url_style": case.get("url_style") or "virtual",
        "strict_endpoint": False,  # the SDKs sign for places where OSS does not answer
        "scheme": case.get("scheme") or "https",
        "product": case.get("product") or "oss",
        "additional_headers": tuple(case.get("additional_headers") or ()),
    }


def free_call(case: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Returns HTTP method and keywords: the query goes in as the caller's own."""
    method = case.get("method") or oracle.METHODS[case["op"]]
    return method, _call_options(case, dict(case.get("query") or {}))


def typed_call(case: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Returns operation and keywords: what has an option goes in as that."""
    query, options = split_query(case)
    return case["op"], {**_call_options(case, query), **options}


def _call_options(case: Mapping[str, Any], query: dict[str, str]) -> dict[str, Any]:
    options: dict[str, Any] = {"query": query, "signing_time": moment_of(case)}
    if case.get("headers"):
        options["headers"] = dict(case["headers"])
    if case.get("expires_seconds") is not None:
        options["expires"] = case["expires_seconds"]
    return options


class Answer(NamedTuple):
    """One URL of a case, and how it was come by."""

    way: str
    url: str
    key: str


def answers(engine: Engine, case: Mapping[str, Any], **changes: Any) -> Iterator[Answer]:
    """Yields the URLs of `case`: alone and in batches, as free request and as operation."""
    signer = engine.signer(**signer_options(case) | changes)
    key = case["key"]
    batch = [key, "a", "b" * len(key.encode()), "c/中 ~", "d" * 200]
    calls = {"free": free_call(case)}
    if "op" in case:
        calls["typed"] = typed_call(case)
    for name, (operation, options) in calls.items():
        yield Answer(f"{name}, alone", signer.presign(operation, key, **options).url, key)
        one = signer.presign_many(operation, [key], **options)
        yield Answer(f"{name}, batch of one", one[0], key)
        for row, url in enumerate(signer.presign_many(operation, batch, **options)):
            yield Answer(f"{name}, row {row}", url, batch[row])


def problems(
    engine: Engine, case: Mapping[str, Any], text: str | None, **changes: Any
) -> Iterator[str]:
    """Yields what is wrong with the package's answers to `case`.

    Every URL must be the request that the oracle signs; that of the case's own key must carry the
    expected signature, and where `text` is given and the layout is the SDK's, be that text.
    """
    expected = case["expected"]["signature"]
    for answer in answers(engine, case, **changes):
        wanted = oracle.presign({**case, "key": answer.key})
        if answer.key == case["key"] and not answer.url.endswith(f"&x-oss-signature={expected}"):
            yield f"{case['id']}: {answer.way}: signature"
        if oracle.decoded(answer.url) != oracle.decoded(wanted.url):
            yield f"{case['id']}: {answer.way}: another request than the oracle's"
        if answer.way.startswith("free") and answer.url != wanted.url:
            yield f"{case['id']}: {answer.way}: layout differs from the oracle's"
        own = answer.key == case["key"] and answer.way.startswith("typed")
        if text and own and answer.url != text:
            yield f"{case['id']}: {answer.way}: layout differs from the SDK's"


def result_problems(signer: Signer, case: Mapping[str, Any]) -> Iterator[str]:
    """Yields what is wrong with `PresignResult` besides the URL."""
    operation, options = free_call(case)
    result = signer.presign(operation, case["key"], **options)
    if result.method != operation:
        yield f"{case['id']}: method"
    options["signing_time"] = moment_of(case).timestamp()
    if signer.presign(operation, case["key"], **options) != result:
        yield f"{case['id']}: signing time in seconds"
    headers = {name.lower(): value.strip(" \t") for name, value in result.signed_headers.items()}
    if headers != oracle.signed_header_values(case):
        yield f"{case['id']}: signed headers"
    lifetime = timedelta(seconds=case.get("expires_seconds") or 900)
    if result.expiration != whole_second(moment_of(case)) + lifetime:
        yield f"{case['id']}: expiration"


def whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)

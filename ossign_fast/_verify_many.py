"""Where verifier and engine meet: `verify_many` judges with the one, and hashes with the other.

The verifier imports nothing of the engine whose signatures it judges. Its compiled way of granting
many URLs reads and compares them with code of its own as well; but SHA-256 kernels of its own, the
third in the package, would be as many lines again to get wrong. So it is handed here what any
caller of the engine can have: digests of messages. Whatever this way does not grant, and all that
`verify` decides, is decided on the standard library alone, and tests compare the two.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from ._engine import engine
from ._engine.fallback import FOLDER, cure, is_source_folder, level_of_the_caller
from ._engine.sources import fingerprint
from ._errors import VerificationError
from ._frames import sealed
from ._verify.many import judge_many
from ._verify.patterns import NewJudge, SignedRequest
from ._verify.terms import CredentialsLookup, read_terms
from ._verify.verify import Verified


@sealed
def verify_many(
    requests: Iterable[SignedRequest],
    *,
    credentials: CredentialsLookup,
    method: str | None = None,
    bucket: str | None = None,
    url_style: str | None = None,
    endpoint: str | None = None,
    region: str | None = None,
    product: str | None = "oss",
    now: datetime | float | None = None,
    max_skew: float = 900,
    signature_versions: Collection[str] = ("v4",),
    strict_bytes: bool = False,
) -> list[Verified | VerificationError]:
    """Returns for each request what it grants, or the refusal, in their order.

    Each decision is the one that `verify` comes to. A refusal is returned, not raised, so one bad
    request does not stop the others. All requests are judged at the same time, and the credentials
    of an access key id are looked up once.

    Args:
        requests: URLs, or tuples of method and URL, or of method, URL and headers.
        credentials: As for `verify`, and so are the arguments that follow `method`.
        method: The HTTP method of requests that are a URL alone.
        bucket: The bucket the requests must be for.
        url_style: "virtual", "path" or "cname"; None to tell by the host.
        endpoint: The endpoint the URLs must use.
        region: The region the scope must name; None for any.
        product: The product the scope must name; None for any.
        now: Aware datetime or epoch seconds; None for the current time.
        max_skew: Seconds by which a signing time may lie in the future.
        signature_versions: The versions that are accepted, of "v4" and "v1".
        strict_bytes: Whether a presigned URL must be spelt as it was signed.

    Raises:
        RequestError: An argument cannot be used, a request that is a URL alone has no method, or
            one that is for a single request: `row` tells which.

    Example:
        >>> from ossign_fast import Credentials, Signer
        >>> me = Credentials("LTAIexample", "secret")
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=me)
        >>> urls = [*signer.presign_many("GetObject", ["a.txt", "b.txt"]), "https://b.example.com/c"]
        >>> for url, answer in zip(urls, verify_many(urls, method="GET", credentials=me)):
        ...     print(answer.key if isinstance(answer, Verified) else answer.code)
        a.txt
        b.txt
        InvalidArgument
    """
    terms = read_terms(
        credentials=credentials,
        bucket=bucket,
        url_style=url_style,
        endpoint=endpoint,
        region=region,
        product=product,
        now=now,
        max_skew=max_skew,
        signature_versions=signature_versions,
        strict_bytes=strict_bytes,
    )
    return judge_many(requests, method, terms, NEW_JUDGE)


def _new_judge() -> NewJudge | None:
    """Returns what makes judges, if the compiled engine is in use; as `_engine` does, it warns.

    Raises:
        ImportError: There is none, and OSSIGN_FAST_ENGINE asks for what is compiled.
    """
    if engine.ENGINE != "c":
        return None
    try:
        compiled = _checked(import_module(f"{__package__}._verify.compiled"))
    except ImportError as error:
        if os.environ.get("OSSIGN_FAST_ENGINE") == "c":
            raise
        warnings.warn(
            f"the compiled verifier of ossign_fast cannot be used ({error}), so verify_many takes "
            f"ten times as long; {cure()}",
            RuntimeWarning,
            stacklevel=level_of_the_caller(),
        )
        return None
    return partial(compiled.Judge, engine.sha256_many, engine.hmac_sha256_many)


def _checked(compiled: Any) -> Any:
    """Returns the compiled verifier.

    Raises:
        ImportError: It is of other sources than those at hand, or of those of another engine.
    """
    sources = (
        fingerprint(str(Path(FOLDER).with_name("_verify")))
        if is_source_folder()
        else compiled.SOURCES
    )
    if (sources, getattr(engine, "SOURCES", 0)) != (compiled.SOURCES, compiled.ENGINE_SOURCES):
        raise ImportError("it was built from other sources than those of this package")
    return compiled


NEW_JUDGE = _new_judge()
"""What `verify_many` goes by in this process; None for the plain verifier alone."""

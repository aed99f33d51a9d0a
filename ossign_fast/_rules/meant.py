"""What a caller meant by a name that there is not: near misses, and words of other libraries."""

from __future__ import annotations

from collections.abc import Mapping

#: What goes by other names in boto3, oss2, ali-oss, minio and the SDKs of other clouds.
MEANT = {
    **dict.fromkeys(
        ("expiresin", "expire", "expiresseconds", "expiry", "ttl", "timeout", "lifetime"),
        "'expires', in seconds",
    ),
    **dict.fromkeys(
        ("expiration", "expiresat", "expirationtime", "until"), "'expiration', an aware datetime"
    ),
    **dict.fromkeys(
        ("key", "keys", "objectname", "objectkey"), "the object key as the second argument, 'key'"
    ),
    **dict.fromkeys(("bucketname", "bucket"), "'bucket'"),
    **dict.fromkeys(("method", "httpmethod", "clientmethod"), "the first argument, 'operation'"),
    "params": "'key', 'bucket' and the options as arguments of their own",
    **dict.fromkeys(("queries", "queryparams", "queryparameters", "subresource"), "'query'"),
    **dict.fromkeys(("header", "httpheaders", "requestheaders", "extraheaders"), "'headers'"),
    **dict.fromkeys(("date", "requestdate", "now"), "'signing_time'"),
}


def spelling(name: str) -> str:
    """Returns the form in which keywords and names on the wire are compared for near misses."""
    return name.casefold().replace("-", "_").removeprefix("x_oss_")


def near_misses(name: str, spellings: Mapping[str, str]) -> str:
    from difflib import get_close_matches  # not needed to import the package

    word = name.replace("_", "")
    same = [spelling for spelling in spellings if spelling.replace("_", "") == word]
    close = same or get_close_matches(name, spellings)
    names = dict.fromkeys(repr(spellings[spelling]) for spelling in close)
    return f" did you mean {' or '.join(names)}?" if names else ""

"""Libraries that presign, each behind the same two calls: who they are and how they sign."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import adapters
from adapters import Signing
from answers import OSS_V1, OSS_V4, S3_V4, S3_V4_AWS, Scheme
from node_peer import node_signing, node_version
from workload import TOKEN, Engine, engines

import ossign_fast
from ossign_fast.cli import _rivals

#: The official SDK, which the promises are measured against.
SDK = "alibabacloud-oss-v2"
#: The module of a peer that Node runs.
NPM = "npm"
#: How the rows are called that sign a value that is new in each call.
NEW_VALUES = ", new values"


@dataclass(frozen=True)
class Peer:
    """One library, or one way to use it.

    Attributes:
        name: The row's name in tables.
        distribution: What pip or npm installs.
        module: What Python imports, or `NPM`.
        scheme: How it signs.
        sign_with: Makes its calls from a security token or None.
        takes_all: Whether it always gets all keys; others get as many as time allows.
        takes_token: Whether it can sign for temporary credentials.
    """

    name: str
    distribution: str
    module: str
    scheme: Scheme
    sign_with: Callable[[str | None], Signing]
    takes_all: bool = False
    takes_token: bool = True

    def available(self) -> bool:
        if self.module == NPM:
            return node_version(self.distribution) is not None
        return importlib.util.find_spec(self.module) is not None

    def version(self) -> str:
        if self.module == "ossign_fast":
            return ossign_fast.__version__
        if self.module == NPM:
            return node_version(self.distribution) or ""
        return importlib.metadata.version(self.distribution)

    def make(self, *, token: bool) -> Signing:
        """Returns its calls, with a security token of usual length or without one."""
        return self.sign_with(TOKEN if token else None)


def _own(engine: Engine, suffix: str = "", *, packed: bool = False, forced: bool = False) -> Peer:
    return Peer(
        f"ossign_fast{suffix}",
        "ossign_fast",
        "ossign_fast",
        OSS_V4,
        partial(adapters.ossign_fast, engine, packed=packed),
        takes_all=engine.compiled and not forced,
    )


def own_peers(*, kernels: bool) -> list[Peer]:
    """Returns this library as it comes, packed, with new values, and on the Python engine.

    Args:
        kernels: Whether to add the compiled engine on each of its other kernels.
    """
    best, *others = engines()
    plain = _own(best)
    return [
        plain,
        _own(best, ", packed", packed=True),
        replace(
            plain,
            name=plain.name + NEW_VALUES,
            sign_with=partial(adapters.ossign_fast_new_values, best),
        ),
        *(
            _own(engine, f", {engine.name}", forced=True)
            for engine in others
            if kernels or not engine.compiled
        ),
    ]


def _python(
    distribution: str,
    scheme: Scheme,
    sign_with: Callable[[str | None], Signing],
    *,
    takes_token: bool = True,
) -> Peer:
    module = distribution.replace("-", "_")
    return Peer(distribution, distribution, module, scheme, sign_with, takes_token=takes_token)


def _npm(package: str, scheme: Scheme) -> Peer:
    return Peer(f"{package} (Node)", package, NPM, scheme, partial(node_signing, package))


def all_peers(*, kernels: bool = False) -> list[Peer]:
    """Returns every peer, installed or not; this library's best is the first."""
    sdk = _python(SDK, OSS_V4, adapters.shared(_rivals.alibabacloud_oss_v2))
    return [
        *own_peers(kernels=kernels),
        _python("fast-s3-url", S3_V4, adapters.shared(_rivals.fast_s3_url)),
        _python("libpresign", S3_V4, adapters.shared(_rivals.libpresign), takes_token=False),
        _python("obstore", S3_V4, adapters.shared(_rivals.obstore)),
        _python("awscrt", S3_V4, adapters.awscrt),
        _python("signurlarity", S3_V4_AWS, adapters.signurlarity, takes_token=False),
        _python("asigv4", S3_V4, adapters.asigv4),
        _python("minio", S3_V4, adapters.minio),
        sdk,
        replace(sdk, name=SDK + NEW_VALUES, sign_with=adapters.alibabacloud_oss_v2_new_values),
        _python("oss2", OSS_V4, adapters.shared(_rivals.oss2)),
        _python("opendal", OSS_V1, adapters.opendal),
        _python("boto3", S3_V4, adapters.boto3),
        _npm("aws4", S3_V4),
        _npm("ali-oss", OSS_V4),
    ]

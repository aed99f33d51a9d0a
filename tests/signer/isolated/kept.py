"""Tells what large requests leave behind: `python kept.py ENGINE_MODULE KERNEL`.

For each kind the MiB that the process has grown by after requests of 0.9 MB, all of them new.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from ossign_fast import VARIES, Credentials, Signer

REQUESTS = 40
LARGE = 900_000


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def main() -> None:
    module, kernel = import_module(sys.argv[1]), sys.argv[2]
    settings: dict[str, Any] = {"region": "cn-hangzhou", "bucket": "example-bucket"}
    tokens = iter(range(1 << 30))

    def made(token: str | None = None, **more: Any) -> Signer:
        keys = Credentials("id", "secret", token)
        return Signer(credentials=keys, **settings, **more)._with_engine(module, kernel)

    def rotating() -> Credentials:
        return Credentials("id", "secret", f"{next(tokens)}" + "t" * LARGE)

    signer = made()
    rotated = Signer(credentials=rotating, **settings)._with_engine(module, kernel)
    bound = signer.bind("PUT", headers={"x-oss-a": VARIES})
    kinds: dict[str, Callable[[str], Any]] = {
        "values": lambda x: signer.presign("PUT", "k", headers={"x-oss-a": x, "Via": x}),
        "metadata": lambda x: signer.presign("PutObject", "k", metadata={"a": x}),
        "names": lambda x: signer.presign("PUT", "k", headers={f"x-oss-{x}": "1"}),
        "query": lambda x: signer.presign("PUT", "k", query={x: "1"}),
        "signed headers": lambda x: signer.sign_headers("PUT", "k", headers={"Via": x, x: "1"}),
        "bound": lambda x: signer.bind("PUT", headers={"x-oss-a": x, f"x-oss-{x}": "1"}).url("k"),
        "varying": lambda x: bound.url("k", {"x-oss-a": x}),
        "batches": lambda x: signer.presign_many("PUT", ["k"], query={x: x}).tolist(),
        "signing times": lambda x: signer.presign("PUT", "k", query={"q": x}, signing_time=len(x)),
        "signers": lambda x: made(additional_headers=[x]).presign("PUT", "k"),
        "tokens": lambda x: made(token=x).presign("PUT", "k"),
        "rotated tokens": lambda x: rotated.presign("PUT", "k", query={x[:9]: "1"}),
        "v1": lambda x: made(signature_version="v1").presign("PUT", "k", query={x: "1"}),
    }
    for name, call in kinds.items():
        call("warm")
        gc.collect()
        before = resident()
        for number in range(REQUESTS):
            call(f"{number}" + "x" * LARGE)
        gc.collect()
        print(f"{name}: {(resident() - before) >> 20}")


if __name__ == "__main__":
    main()

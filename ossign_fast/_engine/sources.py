"""What the compiled engine is made of, as one number: told apart, it is not taken for another's.

Read by the build, which writes the number into the engine, and by the chooser; so it stands alone.
"""

from __future__ import annotations

import hashlib
import os

_KINDS = (".pyx", ".pxi", ".pxd", ".c", ".h")
# Python that the C shares its meaning with: what the columns of a plan are called.
_SHARED = "plan.py"


def fingerprint(folder: str) -> int:
    """Returns a number of 64 bits that stands for the sources in the folder of the engines.

    Example:
        >>> fingerprint(os.path.dirname(__file__)) == fingerprint(os.path.dirname(__file__))
        True
    """
    digest = hashlib.blake2b(digest_size=8)
    for place in (folder, os.path.join(folder, "native")):
        names = os.listdir(place) if os.path.isdir(place) else ()
        for name in sorted(names):
            if name == _SHARED or (name.endswith(_KINDS) and name != "compiled.c"):
                with open(os.path.join(place, name), "rb") as source:
                    text = source.read()
                digest.update(b"%b %d\n%b" % (name.encode(), len(text), text))
    return int.from_bytes(digest.digest(), "big")

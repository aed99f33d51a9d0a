"""What NumPy and pandas have in place of nulls and integers: NaN, NA, NaT and whole floats."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from ossign_fast import RequestError
from support.engines import Engine
from support.signing import signer_of, wanted


class Series:
    """As much of a pandas series as tells what it holds."""

    def __init__(self, *values: Any) -> None:
        self.values = list(values)

    def __len__(self) -> int:
        return len(self.values)

    def tolist(self) -> list[Any]:
        return self.values


NA = type("NAType", (), {"__bool__": lambda self: int("NA is neither")})()
NAN = float("nan")


@pytest.mark.parametrize(
    ("numbers", "lifetimes"),
    [
        (Series(1, NA), Series(60.0, NAN)),
        (Series(1.0, NAN), [60, NA]),
        ([1, NA], [60, NAN]),
        (np.array([1.0, NAN]), [timedelta(minutes=1), type("NaTType", (), {})()]),
        (np.array([1, NAN], object), np.array([60, None], object)),
    ],
)
def test_what_pandas_has_in_place_of_nulls(engine: Engine, numbers: Any, lifetimes: Any) -> None:
    call: dict[str, Any] = {"upload_id": "u", "part_number": [1, None], "expires": [60, None]}
    signed = signer_of(engine)
    known = signed.presign_many("UploadPart", ["k", "k"], nulls="keep", **call)
    assert known[1] is None
    for change in ({"part_number": numbers}, {"expires": lifetimes}):
        kept = signed.presign_many("UploadPart", ["k", "k"], nulls="keep", **call | change)
        assert kept == known
        with pytest.raises(RequestError, match="is null; give a value") as caught:
            signed.presign_many("UploadPart", ["k", "k"], **call | {"expires": 60} | change)
        assert caught.value.row == 1


@pytest.mark.parametrize("keys", [Series("k", NAN), Series("k", NA), np.array(["k", NAN], object)])
def test_keys_that_pandas_lacks(engine: Engine, keys: Any) -> None:
    kept = signer_of(engine).presign_many("GetObject", keys, nulls="keep")
    assert kept == [wanted("k"), None]


def test_only_whole_floats_are_integers(engine: Engine) -> None:
    call: dict[str, Any] = {"keys": ["k", "k"], "upload_id": "u"}
    wholes = signer_of(engine).presign_many("UploadPart", part_number=Series(1.0, 2.0), **call)
    assert wholes == signer_of(engine).presign_many("UploadPart", part_number=[1, 2], **call)
    with pytest.raises(RequestError, match=r"^row 1: part_number: must be an integer"):
        signer_of(engine).presign_many("UploadPart", part_number=Series(1.0, 2.5), **call)

"""Compares two signers before one is trusted: one answers, the other signs the same beside it.

In flow the calls that a program makes anyway, out flow the answers of the first signer and a report
of differences. It needs no SDK and must not know how either signer works.
"""

from __future__ import annotations

from ._diff import Difference
from ._report import Mismatch, ShadowReport
from ._stand_in import shadow

__all__ = ["Difference", "Mismatch", "ShadowReport", "shadow"]

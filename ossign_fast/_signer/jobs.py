"""Signers, as far as they hand out work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .._engine.inputs import ColumnOf, FreeText, Keys
from .._frames import sealed
from .._rules.times import Seconds, SigningTime
from . import overloads
from .travel import Fixed

if TYPE_CHECKING:
    from .job import Job


class Jobs(Fixed):
    """What makes jobs of its own settings."""

    __slots__ = ()

    @overloads.typed_as(overloads.job)
    @sealed
    def job(  # noqa: D417 - the others are those of presign
        self,
        operation: str,
        *,
        bucket: str | Keys | None = None,
        expires: Seconds | None = None,
        expiration: datetime | None = None,
        headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
        query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
        additional_headers: Iterable[str] | None = None,
        signing_time: SigningTime | None = None,
        endpoint: str | None = None,
        threads: int = 1,
        nulls: str = "keep",
        on_error: str = "raise",
        **options: Any,
    ) -> Job:
        """Returns a function from a column of keys to a column of URLs, for other processes, too.

        Takes the keywords of `presign_many`, but no columns: what differs from row to row is
        `VARIES`, and its column is named to `Job.on`.

        Args:
            operation: As in `presign`.
            signing_time: The time of all its signatures, wherever it runs; default: now.
            nulls: "keep" nulls among the keys as nulls of the result, or "refuse" them.
            on_error: "raise" where a row cannot be signed, or make its URL "null" and count it in
                `Job.report`.

        Raises:
            RequestError: Something breaks a rule, or the operation takes no keys.

        Example:
            >>> from ossign_fast import Signer
            >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
            >>> job = signer.job("GetObject", expires=3600, signing_time=1_700_000_000)
            >>> job.expiration.isoformat(), len(job(["a.txt", "b.txt"]))
            ('2023-11-14T23:13:20+00:00', 2)
        """
        from .job import Job  # not needed to import the package

        call = dict(locals())
        for name in ("self", "operation", "on_error", "options", "Job"):
            del call[name]
        return Job(self, operation, options, call, on_error)

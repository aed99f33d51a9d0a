"""Credentials that are kept as long as they sign, and renewed before they end.

    no keys, or ended     the caller waits: for its own question, or for that of another thread
    first two thirds      the kept keys, the same object at each call
    last third            the kept keys; a thread of its own asks for new ones

There is no lock that a forked child or a signal handler could find held. Who may ask is settled by
one step that a dict does whole, under the number of the process: a child begins with no one asking.
"""

from __future__ import annotations

import os
import time
from _thread import get_ident
from collections.abc import Callable
from typing import Any, NamedTuple

from .._errors import CredentialsError, OssignError
from .._frames import sealed, showable, without_frames
from .credentials import Credentials, CredentialsSource
from .questions import question_of

#: After how many seconds a source is asked again that does not say when its keys end, or that
#: gave the same keys again; and how many lie at most between attempts that failed.
_PAUSE = 60.0
#: After how many seconds a question counts as lost, and another thread may ask.
_PATIENCE = 60.0
_GLANCE = 0.005
_NEVER = float("inf")


class _Kept(NamedTuple):
    """The keys at hand: None before the first, to be renewed from one time on, and their end."""

    credentials: Credentials | None
    renewal: float
    end: float


class _Failed(NamedTuple):
    """The last attempt: when it failed, the how many-eth in a row that was, and of what."""

    at: float
    times: int
    problem: str


class _Turn(NamedTuple):
    """Who asks, a thread of its own being 0, and since when, by a clock that nobody sets."""

    thread: int
    since: float


_NONE = _Kept(None, -_NEVER, -_NEVER)


@showable
class CachedCredentials:
    """The credentials of another source, kept while they sign and renewed in the background.

    For sources that ask a server: a call of AssumeRole, a client of `alibabacloud-credentials`.
    Once two thirds of the life of its keys are over, one thread at a time asks the source for new
    ones, while signers go on with those at hand. If that fails, it is tried again after 1, 2, 4,
    ... 60 seconds, with a warning in the log `ossign_fast` each time. Only when the keys have
    ended, and at the first call, does a caller wait. A source that tells no expiration is asked
    once a minute.

    Safe to share between threads, with children of `os.fork` and with signal handlers.

    Args:
        source: What `Signer(credentials=...)` takes.
        clock: Returns the time in seconds since 1970.

    Raises:
        CredentialsError: `source` is of no kind that can be used.

    Example:
        >>> def assume_role():
        ...     return {"AccessKeyId": "STS.example", "AccessKeySecret": "secret",
        ...             "SecurityToken": "token", "Expiration": "2099-03-02T01:00:00Z"}
        >>> cached = CachedCredentials(assume_role)
        >>> cached.get_credentials() is cached.get_credentials()
        True
    """

    __slots__ = (
        "_ask", "_clock", "_failed", "_kept", "_log", "_make_thread", "_source", "_turns",
    )  # fmt: skip

    @sealed
    def __init__(
        self, source: CredentialsSource, *, clock: Callable[[], float] = time.time
    ) -> None:
        import logging  # not needed to import the package; a renewal must not be the first
        import threading

        self._make_thread = threading.Thread
        self._log = logging.getLogger("ossign_fast")
        self._source = source
        self._clock = clock
        self._ask = question_of(source)
        self._kept = _NONE
        self._failed: _Failed | None = None
        self._turns: dict[int, _Turn] = {}  # by the number of the process

    def __repr__(self) -> str:
        return f"{type(self).__name__}({type(self._source).__name__})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self._source, self._clock)

    def get_credentials(self) -> Credentials:
        """Returns the credentials to use now; the same object until there are others.

        Raises:
            CredentialsError: There are none yet, or they have ended, and the source gives none.
        """
        kept = self._kept
        now = self._clock()
        if now < kept.renewal:
            return kept.credentials  # type: ignore[return-value]
        try:
            if now < kept.end:
                self._renew_aside(now)
                return kept.credentials  # type: ignore[return-value]
            return self._wait()
        except OssignError as error:
            raise without_frames(error)  # noqa: B904 - the same error

    def _renew_aside(self, now: float) -> None:
        """Has a thread ask for new keys, unless one does so or the last attempt was just now."""
        failed = self._failed
        if failed is not None:
            pause = min(_PAUSE, 2.0 ** min(failed.times - 1, 6))
            if failed.at <= now < failed.at + pause:
                return
        turn = self._take_turn(0)
        if turn is None:
            return
        try:
            self._make_thread(
                target=self._renew_with, args=(turn,), daemon=True, name="ossign-keys"
            ).start()
        except RuntimeError as error:  # no more threads, or the interpreter ends
            self._fail(error)
            self._give_turn(turn)

    def _renew_with(self, turn: _Turn) -> None:
        """Asks for new keys, in a thread of its own that nobody waits for."""
        try:
            self._renew()
        except Exception as error:
            self._warn(error)
        finally:
            self._give_turn(turn)

    def _wait(self) -> Credentials:
        """Returns keys that sign, when this thread or another has got some."""
        while True:
            turn = self._take_turn(get_ident())
            try:
                # What another thread has found while this one waited is good enough.
                kept, now, failed = self._kept, self._clock(), self._failed
                if now < kept.end:
                    return kept.credentials  # type: ignore[return-value]
                if failed is not None and failed.at <= now < failed.at + 1:
                    raise CredentialsError(f"{failed.problem}; it is asked again a second later")
                if turn is not None:
                    return self._renew()
            finally:
                if turn is not None:
                    self._give_turn(turn)
            asking = self._turns.get(os.getpid())
            if asking is not None and asking.thread == get_ident():
                raise CredentialsError(
                    "the credentials are being fetched by what this signal handler interrupted; "
                    "fetch them before: call get_credentials() at the start of the program"
                )
            time.sleep(_GLANCE)

    def _renew(self) -> Credentials:
        """Returns the keys that the source has now, after keeping them."""
        known = self._kept
        try:
            found = self._ask()
            now = self._clock()
            end = _NEVER if found.expiration is None else found.expiration.timestamp()
            if end <= now:
                raise CredentialsError(
                    f"the credentials provider gave keys that ended at {found.expiration}; renew "
                    "them, or set the clock of this machine"
                )
        except Exception as error:
            self._fail(error)
            if known.credentials is None or not isinstance(error, CredentialsError):
                raise
            ended = f"the credentials ended at {known.credentials.expiration} and were not renewed"
            raise CredentialsError(f"{ended}: {error}") from error.__cause__
        if found == known.credentials:
            found = known.credentials
            pause = min(_PAUSE, max(1.0, (end - now) / 10))
        else:
            pause = _PAUSE if end == _NEVER else (end - now) * 2 / 3
        self._kept = _Kept(found, now + pause, end)
        self._failed = None
        return found

    def _fail(self, error: Exception) -> None:
        """Remembers that an attempt failed."""
        known = self._failed
        self._failed = _Failed(self._clock(), 1 if known is None else known.times + 1, _told(error))

    def _warn(self, error: Exception) -> None:
        end = getattr(self._kept.credentials, "expiration", None)
        self._log.warning("credentials, which end at %s, were not renewed: %s", end, _told(error))

    def _take_turn(self, thread: int) -> _Turn | None:
        """Returns the turn of a thread to ask, or None while another has it."""
        process = os.getpid()
        mine = _Turn(thread, time.monotonic())
        found = self._turns.setdefault(process, mine)
        if found is not mine and mine.since - found.since > _PATIENCE:
            self._give_turn(found)
            found = self._turns.setdefault(process, mine)
        return mine if found is mine else None

    def _give_turn(self, turn: _Turn) -> None:
        if self._turns.get(os.getpid()) is turn:
            self._turns.pop(os.getpid(), None)


def _told(error: Exception) -> str:
    """Returns what may be said of an error: all of our own, and the type of any other."""
    return str(error) if isinstance(error, CredentialsError) else type(error).__name__


def _again(kind: type[CachedCredentials], source: Any, clock: Any) -> CachedCredentials:
    """Returns a cache that has kept nothing yet, in another process."""
    made = kind.__new__(kind)
    CachedCredentials.__init__(made, source, clock=clock)
    return made

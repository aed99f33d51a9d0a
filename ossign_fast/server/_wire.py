"""The receiving side of a connection: lines that end as HTTP has it, and no longer than agreed."""

from __future__ import annotations

import io
import time
from typing import Protocol


class Receiver(Protocol):
    """What bytes are received from."""

    def recv_into(self, buffer: memoryview, /) -> int: ...

    def settimeout(self, seconds: float, /) -> None: ...


class Wire(io.BufferedReader):
    """Buffers what a client sends, which has to come within the time that is left.

    A client that sends a byte now and then is never silent, so silence alone ends no such request.

    Args:
        connection: Where the bytes come from.
        silence: Seconds that a client may stay silent.
        head: Seconds within which a request has to come in up to the end of its headers.

    Attributes:
        is_malformed: Whether a line since `begin` ended, or went on, otherwise than HTTP has it.
    """

    def __init__(self, connection: Receiver, *, silence: float, head: float) -> None:
        self._source = _Source(connection, silence)
        self._head = head
        self.is_malformed = False
        super().__init__(self._source)

    def begin(self) -> None:
        """Waits for another request, whose time runs from its first byte."""
        self._source.deadline, self._source.first = None, self._head
        self.is_malformed = False

    def grant(self, seconds: float) -> None:
        """Gives what is being received these seconds from now on."""
        self._source.deadline = time.monotonic() + seconds

    def readline(self, size: int | None = -1, /) -> bytes:
        """Returns a line; one that others could take for two or none makes this malformed.

        So does the end of the connection where a line has to follow.
        """
        line = super().readline(-1 if size is None else size)
        if not line.endswith(b"\r\n") or line.find(b"\r") != len(line) - 2:
            self.is_malformed = True
        return line


class _Source(io.RawIOBase):
    """A connection as a stream that gives up at its deadline."""

    def __init__(self, connection: Receiver, silence: float) -> None:
        self._connection = connection
        self._silence = silence
        self.deadline: float | None = None
        self.first = silence

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        left = self._silence
        if self.deadline is not None:
            left = min(left, self.deadline - time.monotonic())
        if left <= 0:
            raise TimeoutError("the request took too long")
        self._connection.settimeout(left)
        count = self._connection.recv_into(buffer)
        if self.deadline is None:
            self.deadline = time.monotonic() + self.first
        return count

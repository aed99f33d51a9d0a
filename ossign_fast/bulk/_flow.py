"""Work of several threads on one stream, in order and within bounds."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")


def in_order(
    work: Callable[[_T], _R], items: Iterable[_T], threads: int, *, reads_ahead: bool = True
) -> Generator[_R, None, None]:
    """Yields what `work` makes of each item, in their order.

    The next item is read, and up to `threads` are worked on, while the caller is busy with the last
    result; no more are held. What goes wrong comes up where its result would have.

    Args:
        work: What to do, in other threads.
        items: What to do it with.
        threads: How many threads work; one is the caller's.
        reads_ahead: Whether a further thread reads the items. A pipe may keep it waiting, and only
            the main thread can be interrupted then.
    """
    if threads == 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        pending: deque[Future[_R]] = deque()
        try:
            for item in _read_ahead(items) if reads_ahead else items:
                pending.append(pool.submit(work, item))
                del item
                if len(pending) >= threads:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _read_ahead(items: Iterable[_T]) -> Iterator[_T]:
    """Yields the items, the next of which is read meanwhile."""
    source = iter(items)
    end: list[_T] = []

    def read() -> list[_T]:
        return next(([item] for item in source), end)

    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(read)
        try:
            while found := coming.result():
                coming = reader.submit(read)
                yield found.pop()
        finally:
            reader.shutdown(wait=True, cancel_futures=True)
            close = getattr(source, "close", None)
            if close is not None:
                close()

"""The next item of a blocking iterator is fetched while the last one is worked on.

One at a time, in trio's own worker threads: reading and unpacking a file leaves the interpreter free most of the time, so on
a second processor it costs no time at all. Whoever stops asking leaves at most one item unread behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

import trio

if TYPE_CHECKING:
    from outcome import Outcome

Item = TypeVar("Item")


class Ahead(Generic[Item]):
    """Around an iterator that nobody else uses."""

    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self._fetching: _Fetch[Item] | None = None

    async def take(self) -> Item | None:
        """The next item, ``None`` at the end; what the iterator raises. The one after it is being fetched already."""
        fetch = self._fetching or _Fetch(self._items)
        self._fetching = None
        await fetch.there.wait()
        assert fetch.found is not None
        item: Item | None = fetch.found.unwrap()
        if item is not None:
            self._fetching = _Fetch(self._items)
        return item


class _Fetch(Generic[Item]):
    """One item on its way."""

    def __init__(self, items: Iterator[Item]) -> None:
        self.there = trio.Event()
        self.found: Outcome[Item | None] | None = None
        self._token = trio.lowlevel.current_trio_token()
        trio.lowlevel.start_thread_soon(partial(next, items, None), self._arrive)

    def _arrive(self, found: Outcome[Item | None]) -> None:
        """In the worker thread."""
        self.found = found
        with suppress(trio.RunFinishedError):  # nobody waits any more
            self._token.run_sync_soon(self.there.set)

"""What aiodns needs of an event loop, given by trio (so that no second loop runs).

With c-ares' own event thread aiodns calls exactly two things on its loop: ``create_future`` and ``call_soon_threadsafe``
(pinned by a test). The token that carries calls into trio's thread is handed in, because only the resolver may know trio.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Awaited(Protocol):
    """An event of the running loop: ``trio.Event``."""

    def set(self) -> object:
        """Wakes who waits."""

    async def wait(self) -> object:
        """Until set."""


class Future:
    """The part of ``asyncio.Future`` that aiodns fills in; read it with ``await future.wait()``."""

    __slots__ = ("_done", "_error", "_event", "_value")

    def __init__(self, event: Awaited) -> None:
        self._event = event
        self._done = False
        self._value: Any = None
        self._error: BaseException | None = None

    def done(self) -> bool:
        """Whether an answer is no longer wanted: it is there, or nobody waits any more."""
        return self._done

    cancelled = done

    def set_result(self, value: Any) -> None:
        """The answer."""
        self._value, self._done = value, True
        self._event.set()

    def set_exception(self, error: BaseException) -> None:
        """The failure."""
        self._error, self._done = error, True
        self._event.set()

    async def wait(self) -> Any:
        """The answer, or raises the failure; when cancelled, a later answer is ignored."""
        try:
            await self._event.wait()
        finally:
            self._done = True
        if self._error is not None:
            raise self._error
        return self._value


class Loop:
    """Stands in for an asyncio loop."""

    def __init__(self, event: Callable[[], Awaited], run_soon: Callable[..., None]) -> None:
        self._event = event
        self._run_soon = run_soon

    def create_future(self) -> Future:
        """A future whose answer has not come."""
        return Future(self._event())

    def call_soon_threadsafe(self, function: Callable[..., object], *arguments: Any) -> None:
        """Runs ``function`` in the loop's thread; called from c-ares' thread."""
        self._run_soon(function, *arguments)

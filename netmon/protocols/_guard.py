"""What one call of a plug-in may cost, and that it writes nothing where netmon writes.

In: a call, and a ``Watch`` that knows time (this room does not). Out: its answer, or an error that ``_door`` counts:

- what is meant to end the program (``SystemExit``) is a ``RuntimeError``;
- writing to standard output or error is a ``PermissionError`` there and then: they belong to the screen and to scripts;
- a call beyond ``LONGEST`` seconds is broken off, and the plug-in is dropped;
- so it is after ``MOST_SLOW`` calls that took more than ``SLOW`` seconds of processor time each.

A dropped plug-in is not called any more (``Guard.dropped`` says why). Not guarded: code in C that never returns to Python,
other threads, what is written to descriptors; and time where the watch cannot interrupt (Windows, other threads).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import get_ident  # noqa: TID251  no thread is started: others' writing goes on
from typing import Protocol as TypingProtocol
from typing import TextIO, TypeVar, cast

from netmon.errors import ParseError

SLOW = 0.05
"""Seconds of processor time; recognising one payload takes a thousandth of that."""
MOST_SLOW = 8
LONGEST = 2.0
"""Seconds, whatever is done in them."""

Answer = TypeVar("Answer")


class Overdue(BaseException):
    """Raised inside a call that has lasted too long; no ``Exception``, so that plug-ins do not catch it by the way."""


class Watch(TypingProtocol):
    """Time, as far as a guard needs it."""

    def seconds(self) -> float:
        """Processor time of this thread."""

    def begin(self, longest: float) -> None:
        """Raise ``Overdue`` in this thread after so many seconds, and again and again, until ``end`` is called."""

    def end(self) -> None:
        """The call is over."""


class Untimed:
    """A watch without time: nothing is slow, nothing is broken off."""

    __slots__ = ()

    def seconds(self) -> float:
        """Always the same."""
        return 0.0

    def begin(self, longest: float) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


class _Closed:
    """Stands in for a standard stream during a call; other threads go on writing to it."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._thread = get_ident()

    def write(self, text: str) -> int:
        """``PermissionError`` in the thread of the call."""
        if get_ident() == self._thread:
            raise PermissionError("standard output and error belong to netmon")
        return self._stream.write(text) if self._stream is not None else len(text)

    def flush(self) -> None:
        """As the stream does."""
        if self._stream is not None:
            self._stream.flush()


class Guard:
    """Around the calls of one plug-in's protocol."""

    __slots__ = ("_slow", "_watch", "dropped")

    def __init__(self, watch: Watch | None = None) -> None:
        self._watch: Watch = watch or Untimed()
        self._slow = 0
        self.dropped = ""
        """Why it is not called any more; empty while it is."""

    def call(self, call: Callable[..., Answer], *arguments: object) -> Answer:
        """The answer, or what the call raises. ``ParseError`` (not mine) when dropped, ``TimeoutError`` when dropped now."""
        if self.dropped:
            raise ParseError(self.dropped)
        watch, streams = self._watch, (sys.stdout, sys.stderr)
        sys.stdout, sys.stderr = (cast("TextIO", _Closed(stream)) for stream in streams)
        started = watch.seconds()
        try:
            watch.begin(LONGEST)
            try:
                return call(*arguments)
            finally:
                watch.end()
        except Overdue:
            watch.end()
            self.dropped = f"a call took more than {LONGEST:g} s"
            raise TimeoutError(self.dropped) from None
        except (Exception, KeyboardInterrupt):
            raise
        except BaseException as problem:
            raise RuntimeError(f"{type(problem).__name__} in a plug-in") from problem
        finally:
            sys.stdout, sys.stderr = streams
            self._judge(watch.seconds() - started)

    def _judge(self, seconds: float) -> None:
        self._slow += seconds > SLOW
        if self._slow >= MOST_SLOW and not self.dropped:
            self.dropped = f"{MOST_SLOW} calls took more than {SLOW * 1000:g} ms of processor time"

"""A progress bar on standard error, where a person watches and it takes longer than a moment."""

from __future__ import annotations

from types import TracebackType
from typing import TextIO

import trio

WIDTH = 30
FIRST_SECONDS = 1.0
EVERY_SECONDS = 0.2


class Progress:
    """Call it with the fraction read, 0 to 1; inside ``with``, so that the line is wiped at the end."""

    def __init__(self, name: str, stream: TextIO) -> None:
        self._name = name
        self._stream = stream
        self._watched = stream.isatty()
        self._due = 0.0
        self._drawn = False

    def __enter__(self) -> Progress:
        self._due = trio.current_time() + FIRST_SECONDS
        return self

    def __call__(self, fraction: float) -> None:
        if not self._watched or trio.current_time() < self._due:
            return
        self._due = trio.current_time() + EVERY_SECONDS
        self._drawn = True
        full = round(min(max(fraction, 0.0), 1.0) * WIDTH)
        self._stream.write(f"\r{self._name[-40:]} [{'#' * full}{'.' * (WIDTH - full)}] {fraction:4.0%}")
        self._stream.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._drawn:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

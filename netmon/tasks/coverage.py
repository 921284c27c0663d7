"""How much of what the interfaces counted was captured (features 7.4).

In: the interfaces as last read, what was captured so far; out: bytes captured and bytes counted since the first reading.
"""

from __future__ import annotations

from collections.abc import Sequence

from netmon.model.network import Interface


class Coverage:
    """Compares two counters whenever the interfaces have been read anew."""

    def __init__(self) -> None:
        self._interfaces: Sequence[Interface] = ()
        self._before: dict[str, int] = {}
        self._captured = 0
        self._result = (0, 0)

    def measure(self, interfaces: Sequence[Interface], captured: int | None) -> tuple[int, int]:
        """Captured and counted; zeros until there are two readings, and after a counter has begun anew. ``captured`` is as
        of the reading, ``None`` before there was one."""
        if captured is None or interfaces == self._interfaces:
            return self._result
        self._interfaces = interfaces
        now = {
            one.name: one.counters.bytes_received + (0 if one.loopback else one.counters.bytes_sent)
            for one in interfaces
            if one.counters is not None
        }
        counted = sum(now.values()) - sum(self._before.values())
        if now.keys() != self._before.keys() or counted < 0 or captured < self._captured:
            self._before, self._captured, self._result = now, captured, (0, 0)
        else:
            self._result = (captured - self._captured, counted)
        return self._result

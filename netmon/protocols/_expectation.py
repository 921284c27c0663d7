"""Conversations announced by others (FTP data, RTP, TFTP): who is expected, until it comes.

In: ``ChildFlow`` values. Out: the one that the first new flow matches, once. Bounded: the oldest expectation goes
first, and none lasts longer than ``PATIENCE_NS``, since a port is soon somebody else's. An expectation with an address
matches only where the addresses of the flow are known.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from netmon.model.finding import ChildFlow

MAXIMUM: Final = 4096
PATIENCE_NS: Final = 180_000_000_000
"""As long as a call may ring (RFC 3261, timer C); whatever else is announced begins at once."""

_Key = tuple[str, int | None, bytes | None]
"""Transport, port, address."""
Addresses = tuple[bytes, bytes] | None
"""Of the initiator and of the responder."""


class Expectations:
    """The table."""

    __slots__ = ("_ports", "_table", "now_ns")

    def __init__(self) -> None:
        self._table: OrderedDict[_Key, tuple[ChildFlow, int]] = OrderedDict()
        self._ports: dict[int | None, int] = {}
        """How many are expected at each port, which is all that most flows need be asked for."""
        self.now_ns = 0
        """Packet time, told by the owner; what is announced before it is known stays until it comes."""

    def __len__(self) -> int:
        return len(self._table)

    def add(self, child: ChildFlow) -> None:
        """Expect a flow; announcing it again makes it young again."""
        key = (child.transport, child.port, child.address)
        if self._table.pop(key, None) is None:
            self._ports[child.port] = self._ports.get(child.port, 0) + 1
        self._table[key] = child, self.now_ns
        if len(self._table) > MAXIMUM:
            self._gone(self._table.popitem(last=False)[0])

    def _gone(self, key: _Key) -> None:
        left = self._ports[key[1]] - 1
        if left:
            self._ports[key[1]] = left
        else:
            del self._ports[key[1]]

    def possible(self, ports: tuple[int, int]) -> bool:
        """Whether ``match`` may find something."""
        expected = self._ports
        return bool(expected) and (ports[0] in expected or ports[1] in expected or None in expected)

    def match(self, transport: str, ports: tuple[int, int], addresses: Addresses) -> ChildFlow | None:
        """What was announced between these ends, which is then no longer expected.

        The responder's end is looked at first: that is where an announced flow goes.
        """
        for side in (1, 0):
            address = addresses[side] if addresses else None
            for port in (ports[side], None):
                for who in (address, None) if address is not None else (None,):
                    key = (transport, port, who)
                    found = self._table.pop(key, None)
                    if found is None:
                        continue
                    self._gone(key)
                    if not found[1] or self.now_ns - found[1] <= PATIENCE_NS:
                        return found[0]
        return None

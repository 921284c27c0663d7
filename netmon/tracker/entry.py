"""What the tracker keeps of one connection while it lives.

Rule: small. A record that has been turned into a ``Connection`` is dropped (the next one is cumulative anyway); rates,
response times and parts exist only for connections that have some.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netmon.model.connection import Connection
from netmon.model.finding import Finding
from netmon.model.flow import FlowRecord
from netmon.model.kernel_tcp import KernelTcp
from netmon.model.owner import Owner

if TYPE_CHECKING:
    from .merge import Parts
    from .pairing import Pairing
    from .rates import Rate

TCP, UDP, MESSAGE, ARP, OTHER = range(5)
"""What decides about states and timeouts; MESSAGE is ICMP, ICMPv6 and IGMP, whose state is the last message. Plain
numbers: members of an enumeration cost 50 ns each time they are named."""

LIVE = 0
CLOSED = 1
"""Over, still among the live ones for a while."""
RETIRED = 2
"""Among the closed ones, still swallowing late packets."""
DORMANT = 3
"""Among the closed ones after too long a silence before both ends had ended it: goes on when it is heard again."""
GONE = 4
NOT_AS_IT_IS = -1


class Entry:
    """The mutable state of one connection."""

    __slots__ = (
        "bits",
        "bytes_ab",
        "bytes_ba",
        "closing",
        "connection",
        "finding",
        "flow_id",
        "fresh",
        "identifier",
        "kernel_tcp",
        "last",
        "listened",
        "owner",
        "packets",
        "parts",
        "phase",
        "rate",
        "record",
        "reported",
        "responses",
        "settled",
        "side",
        "swapped",
        "transport",
        "wake",
    )

    def __init__(self, flow_id: int, identifier: str, transport: int, record: FlowRecord) -> None:
        self.flow_id = flow_id
        self.identifier = identifier
        self.transport = transport
        self.record: FlowRecord | None = record
        """The latest one not yet turned into ``connection``."""
        self.connection: Connection | None = None
        self.finding: Finding | None = None
        self.owner: Owner | None = None
        self.kernel_tcp: KernelTcp | None = None
        self.bits = -1
        """``TcpBits`` as last judged."""
        self.bytes_ab = 0
        self.bytes_ba = 0
        self.packets = 0
        """As last sampled."""
        self.last = record.last_ns
        """Time of the latest packet, nanoseconds."""
        self.closing = 0.0
        """When the end began, then when it was over; 0 while nothing ends."""
        self.phase = LIVE
        self.fresh = False
        """What was derived once and for all must be derived again: opener, names, network have changed."""
        self.side = 0
        """Which end is the source: 0 = a, 1 = b."""
        self.settled = False
        """State and timeout are as the last ``connection`` has them: no bits or finding since."""
        self.listened = False
        """The opener was not seen, but a socket listens on the local end."""
        self.swapped = False
        """The meter's initiator is not who opened it (known from a listening socket)."""
        self.wake = 0
        """The second of the wheel it is due, 0 = none."""
        self.reported = 0
        """Packets at the time of the CLOSED event; ``NOT_AS_IT_IS`` when something else has changed since."""
        self.rate: Rate | None = None
        self.responses: Pairing | None = None
        self.parts: Parts | None = None

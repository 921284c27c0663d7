"""What the tracker keeps of one connection while it lives.

Rule: small. A record that has been turned into a ``Connection`` is dropped (the next one is cumulative anyway); what few
connections have stands apart (``Rest``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from netmon.model.connection import Connection
from netmon.model.finding import Exchange, Finding
from netmon.model.flow import FlowRecord
from netmon.model.kernel_tcp import KernelTcp
from netmon.model.layout import i16, mypyc_attr, u8
from netmon.model.owner import Owner

from .pairing import Pairing, Times

if TYPE_CHECKING:
    from .merge import Parts

Shared = Any
"""A number whose object is to be kept as it is: compiled code makes a new one each time it puts an ``int`` or a ``float``
where anything can stand (a dictionary, a ``Connection``)."""

TCP: Final = 0
UDP: Final = 1
MESSAGE: Final = 2
ARP: Final = 3
OTHER: Final = 4
"""What decides about states and timeouts; MESSAGE is ICMP, ICMPv6 and IGMP, whose state is the last message. Plain
numbers: members of an enumeration cost 50 ns each time they are named."""

LIVE: Final = 0
CLOSED: Final = 1
"""Over, still among the live ones for a while."""
RETIRED: Final = 2
"""Among the closed ones, still swallowing late packets."""
DORMANT: Final = 3
"""Among the closed ones after too long a silence before both ends had ended it: goes on when it is heard again."""
GONE: Final = 4
NOT_AS_IT_IS: Final = -1

SETTLED: Final = 0
UNSETTLED: Final = 1
FRESH: Final = 2
"""What the next derivation has to work out: nothing but the counters; state and timeout, too (bits or finding are others);
everything (opener, names or network have changed)."""


@mypyc_attr(acyclic=True)
class Rest:
    """What few connections have."""

    __slots__ = ("closing", "kernel_tcp", "listened", "pairing", "parts", "reported", "swapped")

    def __init__(self) -> None:
        self.closing = 0.0
        """When the end began, then when it was over; 0 while nothing ends."""
        self.kernel_tcp: KernelTcp | None = None
        self.listened = False
        """The opener was not seen, but a socket listens on the local end."""
        self.swapped = False
        """The meter's initiator is not who opened it (known from a listening socket)."""
        self.reported = 0
        """Packets at the time of the CLOSED event; ``NOT_AS_IT_IS`` when something else has changed since."""
        self.pairing: Pairing | None = None
        """While a request waits for its response."""
        self.parts: Parts | None = None

    def is_empty(self) -> bool:
        """Whether it is as when it was made."""
        return not (
            self.closing or self.listened or self.swapped or self.reported or self.kernel_tcp or self.parts or self.pairing
        )


NO_REST: Final = Rest()
"""Of those that have none; only read."""


@mypyc_attr(acyclic=True)
class Entry:
    """The mutable state of one connection."""

    __slots__ = (
        "anew",
        "bits",
        "bytes_ab",
        "bytes_ba",
        "connection",
        "finding",
        "flow_id",
        "identifier",
        "last",
        "owner",
        "packets",
        "phase",
        "record",
        "responses",
        "rest",
        "side",
        "track",
        "transport",
        "wake",
    )

    def __init__(self, flow_id: Shared, identifier: str, transport: int, record: FlowRecord) -> None:
        self.flow_id: Shared = flow_id
        self.identifier = identifier
        self.transport: u8 = transport
        self.record: FlowRecord | None = record
        """The latest one not yet turned into ``connection``."""
        self.connection: Connection | None = None
        self.finding: Finding | None = None
        self.owner: Owner | None = None
        self.bits: i16 = -1
        """``TcpBits`` as last judged."""
        self.bytes_ab = 0
        self.bytes_ba = 0
        self.packets = 0
        """As last sampled."""
        self.last: float = record.last_ns / 1e9
        """Time of the latest packet, Unix seconds."""
        self.phase: u8 = LIVE
        self.anew: u8 = FRESH
        self.side: u8 = 0
        """Which end is the source: 0 = a, 1 = b."""
        self.wake = 0
        """The second of the wheel it is due, 0 = none."""
        self.track = b""
        """Bytes by second, see ``rates``; empty while nothing has been counted."""
        self.responses: Times = ()
        """How long responses have taken, by kind; see ``pairing``."""
        self.rest = NO_REST

    def own_rest(self) -> Rest:
        """The rest, to be changed."""
        if self.rest is NO_REST:
            self.rest = Rest()
        return self.rest

    def pair(self, exchanges: Iterable[Exchange]) -> None:
        """Take requests and responses."""
        pairing = self.rest.pairing or Pairing(self.responses)
        for exchange in exchanges:
            pairing.add(exchange)
        self.responses = pairing.kept
        if pairing.waits:
            self.own_rest().pairing = pairing
        else:
            self._paired()

    def give_up(self) -> None:
        """Responses do not come any more."""
        pairing = self.rest.pairing
        if pairing is not None:
            pairing.give_up()
            self.responses = pairing.kept
            self._paired()

    def _paired(self) -> None:
        """No request waits."""
        rest = self.rest
        if rest is not NO_REST:
            rest.pairing = None
            if rest.is_empty():
                self.rest = NO_REST

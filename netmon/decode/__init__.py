"""Everything below the application layer that the meter does not take apart itself; the only room that knows impacket."""

from __future__ import annotations

from .describe import describe
from .fragments import Datagram, FragmentStatistics, Reassembler
from .guard import warm_up
from .names import link_name, transport_name
from .transport import Segment, segment

__all__ = [
    "Datagram",
    "FragmentStatistics",
    "Reassembler",
    "Segment",
    "describe",
    "link_name",
    "segment",
    "transport_name",
    "warm_up",
]

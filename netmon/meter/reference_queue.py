"""The queue of frames worth inspecting: what is still wanted of a flow, and what was passed on (``csrc/meter.h``)."""

from __future__ import annotations

from typing import Final

from netmon.model.finding import Attention
from netmon.model.flow import NO_PLACE, Inspected, InspectKind

from .contract import MeterLimits
from .reference_flow import Direction, Flow
from .reference_ip import TCP, UDP
from .reference_link import ARP
from .reference_packet import Packet

ITEM_COST: Final = 64
"""What one queued frame costs besides its data."""
OUTER_PACKETS: Final = 4
"""Frames inspected per direction of a conversation that carries a tunnel."""


class InspectionQueue:
    """Frames waiting for ``take``; counters are ``MeterTotals``'s."""

    def __init__(self, limits: MeterLimits) -> None:
        self._limits = limits
        self._items: list[Inspected] = []
        self._cost = 0
        self.inspected = self.lost = self.spent = 0

    def take(self) -> list[Inspected]:
        """What waits, in order."""
        items, self._items = self._items, []
        self._cost = 0
        return items

    def offer(self, flow: Flow, p: Packet, outer: bool) -> None:
        """Queue the frame's content; TCP and UDP without payload tell nothing."""
        if p.data_length == 0:
            return
        kind = InspectKind.LINK if p.family < 4 else InspectKind.TRANSPORT
        if p.family >= 4 and p.protocol in (TCP, UDP):
            if p.data_offset == p.l4:  # the transport header is not there
                return
            kind = InspectKind.TCP if p.protocol == TCP else InspectKind.UDP
            until = flow.directions[p.direction].step_over
            if kind is InspectKind.TCP and until and p.offset + p.data_length <= until:
                return
        self.pass_on(flow, p, kind, p.data_offset, p.data_length, outer)

    def wants(self, flow: Flow, me: Direction, outer: bool = False) -> bool:
        """Whether this direction may still pass a frame on."""
        if flow.attention is not Attention.BUDGET:
            return flow.attention is Attention.ALWAYS
        return self._within_budget(me, outer)

    def pass_on(self, flow: Flow, p: Packet, kind: InspectKind, at: int, length: int, outer: bool = False) -> None:
        """Queue ``length`` bytes from ``at`` on, if they are still wanted."""
        me = flow.directions[p.direction]
        if self.wants(flow, me, outer):
            side = int(p.direction != flow.initiator)
            self.put(flow, me, item_of(p, side, kind, at, length)._replace(flow_id=flow.flow_id))

    def _within_budget(self, me: Direction, outer: bool = False) -> bool:
        limits = self._limits
        packets = min(OUTER_PACKETS, limits.inspect_packets) if outer else limits.inspect_packets
        return me.inspected_packets < packets and me.inspected_bytes < limits.inspect_bytes

    def put(self, flow: Flow, me: Direction, item: Inspected) -> None:
        """Queue an item, if there is room; the budget is settled here."""
        cost = ITEM_COST + len(item.data)
        if self._cost + cost > self._limits.queue_bytes:
            self.lost += 1
            return
        before = self._within_budget(me)
        self._items.append(item)
        self._cost += cost
        self.inspected += 1
        me.inspected_packets += 1
        me.inspected_bytes += item.length
        self.spent += flow.attention is Attention.BUDGET and before and not self._within_budget(me)


def item_of(p: Packet, side: int, kind: InspectKind, at: int, length: int) -> Inspected:
    """The item of a frame, without its flow."""
    offset, flags, midstream = 0, p.protocol, False
    if kind is InspectKind.TCP:
        offset, flags, midstream = p.offset, p.flags, p.midstream
    elif kind is InspectKind.UDP:
        flags = 0
    elif kind is InspectKind.FRAGMENT:
        begins = p.has_tcp and p.fragment_offset == 0
        offset, midstream = (p.offset, p.midstream) if begins else (NO_PLACE, False)
    data = p.captured(at, length)
    ports = (ARP, ARP) if p.family == 1 else (p.source_port, p.destination_port)
    return Inspected(0, int(kind), side, p.now, offset, flags, length, *ports, midstream, data)

"""Flow records of the plain Python meter: what a key is, what every packet counts, and how a record is handed over.

Endpoint a is the smaller (address bytes, port); direction 0 is a to b. Fields as in ``csrc/types.h``.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from netmon.model.finding import Attention
from netmon.model.flow import FlowRecord

from .reference_packet import NO_MAC, Packet


class FlowKey(NamedTuple):
    """What makes two packets belong together."""

    family: int
    protocol: int
    address_a: bytes
    address_b: bytes
    port_a: int
    port_b: int
    vlan: int
    vlan_inner: int
    tunnel: int
    interface: int


def key_of(p: Packet, interface: int) -> FlowKey:
    """The packet's key; its ``direction`` is settled on the way."""
    source, destination = (p.source, p.source_port), (p.destination, p.destination_port)
    p.direction = int(source > destination)
    a, b = (destination, source) if p.direction else (source, destination)
    return FlowKey(p.family, p.protocol, a[0], b[0], a[1], b[1], p.vlan, p.vlan_inner, p.tunnel, interface)


class Direction:
    """One direction of a flow."""

    __slots__ = (
        "ack_ns", "bytes", "duplicate_acks", "duplicate_run", "fast_retransmissions", "fin_end", "fragments", "has_start",
        "hole", "inspected_bytes", "inspected_packets", "isn", "keepalive", "last_ack", "last_ns", "mac", "mss", "next_ns",
        "next_pos", "next_seq", "out_of_order", "packets", "payload", "raw_window", "retransmissions", "rtt", "rtt_min",
        "rtt_variation", "sack", "step_over", "syn_again", "tcp_flags", "timed", "timed_syn", "tos", "ttl", "window",
        "window_scale", "zero_windows",
    )  # fmt: skip

    def __init__(self) -> None:
        self.packets = self.bytes = self.payload = self.last_ns = self.fragments = 0
        self.mac = NO_MAC
        self.ttl = self.tos = self.tcp_flags = 0
        self.inspected_packets = self.inspected_bytes = 0
        self.retransmissions = self.out_of_order = self.duplicate_acks = 0
        self.fast_retransmissions = self.zero_windows = 0
        self.mss = self.window_scale = self.window = self.sack = 0
        self.next_seq: int | None = None
        """Highest sequence number seen, plus one; ``next_pos`` is its position in the stream."""
        self.next_pos = self.next_ns = 0
        self.has_start = False
        """Position 0 is the byte after the SYN."""
        self.isn: int | None = None
        self.last_ack: int | None = None
        self.raw_window: int | None = None
        self.fin_end: int | None = None
        self.hole: tuple[int, int] | None = None
        """Sequence numbers that were skipped and may still come."""
        self.timed: tuple[int, int] | None = None
        """A sequence number that waits for its ACK, and when it was sent."""
        self.timed_syn = self.keepalive = False
        self.syn_again = False
        """The timed SYN was not the first: nothing for the smoothed round trip (Karn)."""
        self.step_over = 0
        """Segments that end at this position or before are not passed on; 0: all are."""
        self.ack_ns = self.duplicate_run = 0
        self.rtt = self.rtt_variation = self.rtt_min = 0

    def forget_timing(self) -> None:
        """No segment waits for its ACK."""
        self.timed = None
        self.timed_syn = self.syn_again = False


class Flow:
    """One row of the table."""

    __slots__ = (
        "attention", "changed", "directions", "first_ns", "flow_id", "generation", "handshake_halves", "initiator",
        "initiator_rank", "interface", "key", "last_ns", "last_type", "rtt_handshake", "tcp_bits",
    )  # fmt: skip

    def __init__(self, flow_id: int, key: FlowKey, p: Packet, generation: int) -> None:
        self.flow_id = flow_id
        self.key = key
        self.first_ns = self.last_ns = p.now
        self.initiator = p.direction
        self.initiator_rank = 0
        self.interface = p.interface
        self.generation = generation
        self.tcp_bits = self.last_type = self.rtt_handshake = self.handshake_halves = 0
        self.directions = (Direction(), Direction())
        self.directions[p.direction].mac = p.source_mac
        self.directions[not p.direction].mac = p.destination_mac
        self.attention = Attention.BUDGET
        self.changed = False

    def count(self, p: Packet) -> None:
        """What every packet of any protocol changes."""
        me = self.directions[p.direction]
        self.first_ns = min(self.first_ns, p.now)
        self.last_ns = max(self.last_ns, p.now)
        me.last_ns = max(me.last_ns, p.now)
        if me.packets == 0 and p.source_mac != NO_MAC:
            me.mac = p.source_mac
        me.packets += 1
        me.bytes += p.wire
        me.payload += p.data_length
        me.fragments += p.fragment
        me.ttl, me.tos = p.ttl, p.tos
        self.last_type = p.last_type or self.last_type

    def record(self) -> FlowRecord:
        """The row as it leaves the meter."""
        a, b = self.directions
        key = self.key
        pairs = [getattr(d, name) for name in _PAIRED for d in (a, b)]
        return FlowRecord._make(
            (
                self.flow_id, key.family, key.protocol, key.address_a, key.address_b, key.port_a, key.port_b, key.vlan,
                key.vlan_inner, self.interface, key.tunnel, self.initiator, self.generation, self.tcp_bits,
                self.first_ns, self.last_ns, *pairs, *self._round_trips(), self.last_type, a.mac, b.mac,
            )
        )  # fmt: skip

    def _round_trips(self) -> tuple[int, int, int, int]:
        """The path's round trip is the sum of both halves as the tap sees them. The far half carries the smoothed value,
        the near half only its minimum: what varies on the near side is mostly the host's own delayed ACKs. Joined in the
        middle of a transfer only one half is there: where this link's own host gives the ACKs (nobody has counted down its
        hop limit) that is its delay, not the path's."""
        far, near = self.directions
        if far.rtt_min < near.rtt_min:
            far, near = near, far
        if not self.rtt_handshake and not near.rtt_min and near.ttl in UNDIMINISHED:
            return 0, 0, 0, 0
        smoothed = far.rtt + near.rtt_min if far.rtt else 0
        return self.rtt_handshake, smoothed, far.rtt_min + near.rtt_min, far.rtt_variation


UNDIMINISHED: Final = (64, 128, 255)
_PAIRED: Final = (
    "last_ns", "packets", "bytes", "payload", "retransmissions", "out_of_order", "duplicate_acks", "fast_retransmissions",
    "zero_windows", "fragments", "mss", "window_scale", "window", "sack", "ttl", "tos", "tcp_flags",
)  # fmt: skip

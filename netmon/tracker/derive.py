"""From an entry to the frozen ``Connection`` everybody sees.

In: an ``Entry`` with its latest record or its last ``Connection``, and what is known around it. Out: a new ``Connection``.
Rule: what does not change with packets (ends, words, scopes, direction) is worked out once and carried over from the last
one; the record is dropped afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Final

from netmon.model.connection import Connection
from netmon.model.flow import FlowRecord
from netmon.model.health import NO_RTT, Rtt, TcpHealth
from netmon.model.layout import u8
from netmon.settings import Timeouts

from . import life, tcp_state, words
from .ends import Ends
from .entry import ARP, FRESH, LIVE, MESSAGE, SETTLED, TCP, UNSETTLED, Entry
from .identity import Identity
from .pairing import shown
from .rates import rates_at, turned

MAC_TEXT: Final = 17
OPTIONS: Final = 1024
"""Sets of TCP options remembered."""

_COUNTERS: Final = ("packets", "bytes", "payload", "ttl", "tos", "window")
_TROUBLES: Final = ("retransmissions", "out_of_order", "duplicate_acks", "fast_retransmissions", "zero_windows")
_OPTIONS: Final = ("mss", "window_scale", "sack", "tcp_flags")


def _oriented(names: Sequence[str], source: str) -> Callable[[FlowRecord], tuple[Any, ...]]:
    other = "ba" if source == "ab" else "ab"
    fields = FlowRecord._fields
    return itemgetter(*(fields.index(f"{name}_{way}") for name in names for way in (source, other)))


_COUNTERS_OF: Final = tuple(_oriented(_COUNTERS, way) for way in ("ab", "ba"))
_TROUBLES_OF: Final = tuple(_oriented(_TROUBLES, way) for way in ("ab", "ba"))
_OPTIONS_OF: Final = tuple(_oriented(_OPTIONS, way) for way in ("ab", "ba"))
_TIMES_OF: Final = itemgetter(
    *map(FlowRecord._fields.index, ("rtt_handshake_ns", "rtt_smoothed_ns", "rtt_min_ns", "rtt_variation_ns"))
)
_NO_TROUBLES: Final = (0,) * (2 * len(_TROUBLES))
_Troubles = tuple[int, int, int, int, int, int, int, int, int, int]
_ECE_CWR: Final = 0xC0


def _rtt(record: FlowRecord) -> Rtt:
    handshake, smoothed, least, variation = _TIMES_OF(record)
    if not handshake and not smoothed:
        return NO_RTT
    return Rtt(
        handshake / 1e6 if handshake else None,
        smoothed / 1e6 if smoothed else None,
        least / 1e6 if least else None,
        variation / 1e6 if variation else None,
    )


class Counts:
    """What a record says of a connection's packets; the names are those of ``Connection``."""

    __slots__ = (
        "bytes_in", "bytes_out", "dscp_in", "dscp_out", "first_seen", "last_seen", "packets_in", "packets_out", "payload_in",
        "payload_out", "rtt", "tcp", "ttl_in", "ttl_out", "window_in", "window_out",
    )  # fmt: skip

    def __init__(self, record: FlowRecord, side: int, tcp: TcpHealth | None) -> None:
        (
            packets_out, packets_in, bytes_out, bytes_in, payload_out, payload_in,
            ttl_out, ttl_in, tos_out, tos_in, window_out, window_in,
        ) = _COUNTERS_OF[side](record)  # fmt: skip
        self.packets_out: int = packets_out
        self.packets_in: int = packets_in
        self.bytes_out: int = bytes_out
        self.bytes_in: int = bytes_in
        self.payload_out: int = payload_out
        self.payload_in: int = payload_in
        self.ttl_out: u8 = ttl_out
        self.ttl_in: u8 = ttl_in
        self.dscp_out: u8 = tos_out >> 2
        self.dscp_in: u8 = tos_in >> 2
        self.first_seen: float = record.first_ns / 1e9
        self.last_seen: float = record.last_ns / 1e9
        self.tcp = tcp
        self.rtt = NO_RTT if tcp is None else _rtt(record)
        self.window_out: int = window_out if tcp is not None else 0
        self.window_in: int = window_in if tcp is not None else 0


def own_end(entry: Entry, local_is_source: bool | None) -> int:
    """The end whose TCP state is shown: this machine's when exactly one is, else the opener's."""
    return entry.side ^ 1 if local_is_source is False else entry.side


class Deriver:
    """What a ``Connection`` depends on besides its entry."""

    def __init__(self, timeouts: Timeouts, identity: Identity) -> None:
        self.timeouts = timeouts
        self.identity = identity
        self._healthy: dict[tuple[Any, ...], TcpHealth] = {}
        """By what they have agreed on: connections without troubles share one object."""

    def derive(self, entry: Entry, now: float) -> Connection:
        """The entry's connection as of ``now``; the entry remembers it."""
        record, old, rest = entry.record, entry.connection, entry.rest
        if record is not None and record.initiator ^ rest.swapped != entry.side:
            entry.side ^= 1
            entry.track = turned(entry.track)
            entry.anew = FRESH
        ends: Ends | Connection
        if old is None or entry.anew == FRESH:
            ends = self.identity.establish(entry, old)
            entry.anew = UNSETTLED
            source_name, destination_name = ends.source_name, ends.destination_name
        else:
            ends = old
            source_name, destination_name = self.identity.names_since(entry, old)
        counts: Counts | Connection
        if record is not None:
            counts = Counts(record, entry.side, self._health(record, entry.side) if entry.transport == TCP else None)
        else:
            assert old is not None
            counts = old
        if entry.anew == SETTLED and old is not None and entry.transport == TCP:
            state, timeout = old.state, old.idle_timeout
        else:
            state, timeout = self._judge(ends, entry, now - counts.last_seen)
        live = entry.phase == LIVE
        staleness = life.YOUNG
        if live and now - counts.last_seen >= life.AGEING * timeout:
            staleness = life.staleness(now - counts.last_seen, timeout)
        rate_out = rate_in = 0.0
        if entry.track:
            rate_out, rate_in, entry.track = rates_at(entry.track, int(now))
        connection = Connection(
            ends.identifier, ends.flow_id, ends.protocol, ends.source, ends.source_port, ends.destination,
            ends.destination_port, ends.direction, ends.local_is_source, state, not live, counts.first_seen,
            counts.last_seen, counts.packets_out, counts.packets_in, counts.bytes_out, counts.bytes_in,
            counts.payload_out, counts.payload_in, staleness=staleness, idle_timeout=timeout, rate_out=rate_out,
            rate_in=rate_in, track=entry.track, tcp=counts.tcp, window_out=counts.window_out, window_in=counts.window_in,
            rtt=counts.rtt, response_times=shown(entry.responses), finding=entry.finding, owner=entry.owner,
            source_name=source_name, destination_name=destination_name, ttl_out=counts.ttl_out, ttl_in=counts.ttl_in,
            dscp_out=counts.dscp_out, dscp_in=counts.dscp_in, kernel_tcp=rest.kernel_tcp, surroundings=ends.surroundings,
        )  # fmt: skip
        entry.connection, entry.record, entry.anew = connection, None, SETTLED
        return connection

    def rate(self, entry: Entry, now: float) -> None:
        """What has been counted since ``derive`` becomes part of the connection it made, which nobody has looked at yet."""
        made = entry.connection
        assert made is not None
        out, inward, entry.track = rates_at(entry.track, int(now))
        made.settle_rates(out, inward, entry.track)

    def _health(self, record: FlowRecord, side: int) -> TcpHealth:
        options, reset_by = _OPTIONS_OF[side](record), tcp_state.reset_by(record.tcp_bits, side)
        marked = bool((record.tos_ab | record.tos_ba) & 3)
        key = (options, marked, reset_by)
        troubles: _Troubles = _TROUBLES_OF[side](record)
        healthy = self._healthy.get(key) if troubles == _NO_TROUBLES else None
        if healthy is not None:
            return healthy
        mss_out, mss_in, scale_out, scale_in, sack_out, sack_in, flags_out, flags_in = options
        health = TcpHealth(
            *troubles,
            mss_out=mss_out or None,
            mss_in=mss_in or None,
            window_scale_out=scale_out - 1 if scale_out else None,
            window_scale_in=scale_in - 1 if scale_in else None,
            sack=bool(sack_out and sack_in),
            ecn=marked or bool(flags_out & flags_in & _ECE_CWR),
            reset_by=reset_by,
        )
        if troubles == _NO_TROUBLES:
            if len(self._healthy) >= OPTIONS:
                self._healthy.clear()
            self._healthy[key] = health
        return health

    def _judge(self, ends: Ends | Connection, entry: Entry, idle: float) -> tuple[str, float]:
        """State and idle timeout."""
        transport, finding = entry.transport, entry.finding
        own = tcp_state.tcp_state(entry.bits, own_end(entry, ends.local_is_source)) if transport == TCP else ""
        timeout = life.idle_timeout(transport, entry.bits, own, finding, self.timeouts)
        if own:  # the protocol's own word stands in the finding
            state = own
        elif finding is not None and finding.state:
            state = finding.state
        else:
            state = self.message(ends, entry) or life.idle_word(idle)
        return self._with_vendor(state) if transport == ARP else state, timeout

    def _with_vendor(self, state: str) -> str:
        """``IS_AT b8:27:eb:00:00:01 (Raspberry Pi Foundation)``."""
        word, _, mac = state.partition(" ")
        vendor = self.identity.vendor(mac) if word == "IS_AT" and len(mac) == MAC_TEXT else ""
        return f"{state} ({vendor})" if vendor else state

    def message(self, ends: Ends | Connection, entry: Entry) -> str:
        """The last message of ICMP, IGMP and ARP; empty for others."""
        if entry.transport not in (MESSAGE, ARP):
            return ""
        record, old = entry.record, entry.connection
        if record is None:
            return old.state if old is not None else ""
        if entry.transport == MESSAGE:
            return words.message_word(record.protocol, record.last_type)
        asked = record.last_type == 1
        return words.arp_word(record.last_type, ends.source_mac, ends.destination if asked else ends.source)

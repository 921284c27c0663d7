"""One conversation on several interfaces."""

from __future__ import annotations

from collections.abc import Callable

from netmon.model.flow import FlowRecord, TcpBits
from netmon.tracker.merge import Parts, key_of

Make = Callable[..., FlowRecord]


def test_the_larger_record_per_direction(record: Make) -> None:
    """Never a sum; times span both; the opener is whom a SYN shows."""
    one = record(1, interface=0, packets_ab=5, bytes_ab=500, packets_ba=1, initiator=1, tcp_bits=0, first=1, last=2)
    two = record(2, interface=1, packets_ab=4, packets_ba=9, bytes_ba=900, tcp_bits=TcpBits.SYN_AB, first=0, last=9,
                 rtt_handshake_ns=7)  # fmt: skip
    parts = Parts(one)
    assert parts.accepts(two)
    merged = parts.add(two)
    assert (merged.packets_ab, merged.bytes_ab, merged.packets_ba, merged.bytes_ba) == (5, 500, 9, 900)
    assert (merged.first_ns, merged.last_ns) == (two.first_ns, two.last_ns)
    assert (merged.initiator, merged.tcp_bits, merged.rtt_handshake_ns, merged.interface) == (0, TcpBits.SYN_AB, 7, 0)
    assert parts.flow_ids == [1, 2]


def test_same_interface_is_another_conversation(record: Make) -> None:
    """A second flow from an interface that has one already is not another view of the same packets."""
    parts = Parts(record(1, interface=0))
    assert not parts.accepts(record(2, interface=0))
    assert key_of(record(1, interface=0)) == key_of(record(2, interface=1, vlan=7))
    assert key_of(record(1)) != key_of(record(1, port_b=80))

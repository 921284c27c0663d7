"""One conversation on several interfaces."""

from __future__ import annotations

from collections.abc import Callable

from netmon.model.flow import ANY_INTERFACES, FlowRecord, TcpBits
from netmon.model.network import Interface, Network
from netmon.tracker.merge import Parts, key_of

from .conftest import Run

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


def test_any_counts_once_and_names_the_device(start: Callable[..., Run], record: Make) -> None:
    """A bridge and its port both show the packet; the device is the one it was seen on first."""
    run = start(local=("192.0.2.1",))
    devices = (Interface("br0", index=3), Interface("eth0", index=2))
    run.tracker.apply_network(Network(interfaces=devices, local_addresses=frozenset({bytes((192, 0, 2, 1))})))
    run.tracker.set_interfaces(["any"])
    run.feed(0, record(1, interface=ANY_INTERFACES + 2, packets_ab=4), record(2, interface=ANY_INTERFACES + 3, packets_ab=4))
    assert (run.only(0).interface, run.only(0).packets_out) == ("eth0", 4)
    run.feed(1, record(3, port_a=50_001, interface=ANY_INTERFACES + 9))
    assert {connection.interface for connection in run.snapshot(1).connections} == {"eth0", "any"}

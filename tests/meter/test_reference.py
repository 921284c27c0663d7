"""The meter as a whole: inspection budget and attention, changed records, deletion, bounds, filter."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable

import pytest

from netmon.errors import MeterError
from netmon.meter.contract import Meter, MeterLimits
from netmon.meter.reference import ReferenceMeter
from netmon.model.finding import Attention
from netmon.model.flow import ANY_INTERFACES, InspectKind
from netmon.model.frame import Frame

from ._packets import ACK, PSH, START, SYN, A, B, Talk, ethernet, frame, ip4, tcp, udp, vlan
from .conftest import Run

OpenMeter = Callable[..., Meter]


def datagram(port: int = 1000, payload: bytes = b"payload", at: int = 0, interface: int = 0) -> Frame:
    """A UDP datagram from A to B."""
    return frame(ethernet(ip4(A, B, 17, udp(port, 2000, payload))), at, interface=interface)


def test_totals_know_every_frame(run: Run) -> None:
    """Packets and wire bytes of everything, understood or not; the rows add up to all of it."""
    frames = [datagram(), frame(b"short"), frame(ethernet(b"?", 0x88CC), wire=1500), datagram(5)]
    result = run(frames)
    totals = result.totals
    assert (totals.packets, totals.bytes) == (4, sum(item.wire_length for item in frames))
    assert totals.captured_bytes == sum(len(item.data) for item in frames)
    assert sum(record.bytes_ab + record.bytes_ba for record in result.records) == totals.bytes
    assert (totals.not_understood, totals.not_understood_bytes) == (1, 5)
    assert (totals.flows, totals.inspected) == (4, len(result.inspected))


def test_times_are_the_extremes(run: Run) -> None:
    """Timestamps out of order move neither the beginning forwards nor the end back."""
    (record,) = run([datagram(at=50), datagram(at=10), datagram(at=30)]).records
    assert (record.first_ns, record.last_ns, record.last_ab_ns, record.last_ba_ns) == (START + 10, START + 50, START + 50, 0)


def test_packet_time_never_runs_backwards(open_meter: OpenMeter) -> None:
    """last_timestamp_ns is the latest seen, 0 before the first frame."""
    meter = open_meter()
    assert meter.last_timestamp_ns == 0
    meter.feed([datagram(at=50), datagram(at=10)])
    assert meter.last_timestamp_ns == START + 50
    meter.close()


def test_changed_records_come_once_in_order_of_change(open_meter: OpenMeter) -> None:
    """A record is read again only after it changed again; flow ids go up and stay."""
    meter = open_meter()
    meter.feed([datagram(1), datagram(2), datagram(3)])
    assert [record.flow_id for record in meter.read_changed()] == [1, 2, 3]
    meter.feed([datagram(3), datagram(1), datagram(3)])
    assert [(record.flow_id, record.packets_ab) for record in meter.read_changed()] == [(3, 3), (1, 2)]
    assert meter.read_changed() == []
    meter.close()


def test_changed_records_come_in_parts(open_meter: OpenMeter) -> None:
    """Parts together are the whole; what changes between two of them is not lost."""
    meter = open_meter()
    meter.feed([datagram(port) for port in range(1, 8)])
    seen: list[list[tuple[int, int]]] = []
    for part in meter.read_parts(3):
        seen.append([(record.flow_id, record.packets_ab) for record in part])
        if len(seen) == 1:
            meter.feed([datagram(1), datagram(7), datagram(8)])
            meter.delete([5])
    assert seen == [[(1, 1), (2, 1), (3, 1)], [(4, 1), (6, 1)], [(7, 2)]]
    assert [(record.flow_id, record.packets_ab) for record in meter.read_changed()] == [(1, 2), (8, 1)]
    meter.close()


def test_deleted_flows_are_forgotten(open_meter: OpenMeter) -> None:
    """Unknown ids are ignored, waiting changes of deleted ones too; the same 5-tuple begins a new flow with a new id."""
    meter = open_meter()
    meter.feed([datagram(1), datagram(2)])
    meter.delete([1, 1, 99, 0])
    assert [record.flow_id for record in meter.read_changed()] == [2]
    meter.feed([datagram(1)])
    (record,) = meter.read_changed()
    assert (record.flow_id, record.packets_ab, record.generation) == (3, 1, 0)
    meter.close()


def test_many_flows_come_and_go(open_meter: OpenMeter) -> None:
    """Deleting from the middle of the table loses no other flow."""
    meter = open_meter()
    meter.feed([datagram(port) for port in range(1, 6000)])
    meter.delete(range(1, 6000, 2))
    meter.read_changed()
    meter.feed([datagram(port) for port in range(1, 6000)])
    records = meter.read_changed()
    assert sorted(record.packets_ab for record in records) == [1] * 3000 + [2] * 2999
    assert meter.totals().flows == 5999 + 3000
    meter.close()


def test_full_table_is_counted(run: Run) -> None:
    """What is in the table stays exact, the rest is counted."""
    result = run([datagram(1), datagram(2), datagram(3), datagram(1)], flows=2)
    assert [record.packets_ab for record in result.records] == [2, 1]
    assert (result.totals.table_full, result.totals.packets) == (1, 4)


def test_budget_in_packets_and_bytes(run: Run) -> None:
    """Per direction, whichever ends first; segments without payload cost nothing."""
    talk = Talk()
    frames = talk.open()
    for n in range(6):
        frames += [talk.client(PSH | ACK, 101 + 10 * n, 501, bytes(10)), talk.server(ACK, 501, 111 + 10 * n)]
    assert [item.offset for item in run(frames, inspect_packets=3).inspected] == [0, 10, 20]
    assert [item.offset for item in run(frames, inspect_bytes=31).inspected] == [0, 10, 20, 30]
    assert run(frames, inspect_packets=0).inspected == []
    assert [run(frames, inspect_packets=number).totals.inspect_spent for number in (0, 3, 4000)] == [0, 1, 0]
    assert run(frames, inspect_bytes=31).totals.inspect_spent == 1


def test_attention(open_meter: OpenMeter) -> None:
    """Done: nothing more; always: everything; unknown ids are ignored."""
    meter = open_meter(MeterLimits(inspect_packets=1))
    meter.feed([datagram(1), datagram(2)])
    assert len(meter.take_inspected()) == 2
    meter.set_attention(1, Attention.ALWAYS)
    meter.set_attention(2, Attention.DONE)
    meter.set_attention(77, Attention.DONE)
    meter.feed([datagram(1), datagram(2), datagram(1), datagram(2)])
    assert [item.flow_id for item in meter.take_inspected()] == [1, 1]
    meter.set_attention(1, Attention.BUDGET)
    meter.feed([datagram(1)])
    assert meter.take_inspected() == []
    meter.close()


def test_stepping_over(open_meter: OpenMeter) -> None:
    """TCP segments that end at the position or before are not passed on, of that side only, nor taken off the budget."""
    meter = open_meter(MeterLimits(inspect_packets=5))
    talk = Talk()
    meter.feed([*talk.open(), talk.client(ACK, 101, 501, b"ask"), talk.server(ACK, 501, 104, b"head"), datagram(1)])
    assert [item.side for item in meter.take_inspected()] == [0, 1, 0]
    meter.step_over(1, 1, 24)
    meter.step_over(2, 0, 1000)
    meter.step_over(77, 0, 1000)
    places = ((0, 10), (0, 10), (10, 10), (-4, 4), (10, 11), (21, 3))
    body = [talk.server(ACK, 505 + at, 104, bytes(size)) for at, size in places]
    meter.feed([*body, talk.client(ACK, 104, 505, b"more"), datagram(1)])
    passed = [(item.flow_id, item.side, item.offset, item.length) for item in meter.take_inspected()]
    assert passed == [(1, 1, 14, 11), (1, 1, 25, 3), (1, 0, 3, 4), (2, 0, 0, 7)]
    meter.step_over(1, 1, 40)
    meter.feed([talk.server(ACK, 535, 108, bytes(6)), *(talk.server(ACK, 541 + at, 108, b"x") for at in range(4))])
    assert [item.offset for item in meter.take_inspected()] == [40, 41]  # three of the budget were used
    meter.close()


def test_stepping_over_when_sequence_numbers_jump(open_meter: OpenMeter) -> None:
    """A jump farther than any window begins where the stream was; what follows reaches the position in its time."""
    meter = open_meter()
    talk = Talk()
    meter.feed([*talk.open(), talk.server(ACK, 501, 101, b"head")])
    meter.step_over(1, 1, 24)
    far = 501 + (1 << 31)
    meter.feed([talk.server(ACK, far + at, 101, bytes(10)) for at in range(0, 40, 10)])
    assert [item.offset for item in meter.take_inspected()] == [0, 24, 34]
    meter.close()


def test_stepping_over_ends_with_the_flow(open_meter: OpenMeter) -> None:
    """A new connection between the same ports is passed on from its first byte."""
    meter = open_meter()
    for start in (100, 90_000):
        talk = Talk()
        meter.feed([*talk.open(start, 500 + start), talk.client(ACK, start + 1, 501 + start, b"ask")])
        (item,) = meter.take_inspected()
        meter.step_over(item.flow_id, 0, 1 << 40)
        meter.feed([talk.client(ACK, start + 4, 501 + start, b"more")])
        assert meter.take_inspected() == []
    meter.close()


def test_queue_is_bounded(run: Run) -> None:
    """Frames without room are counted as lost, smaller ones may still fit."""
    result = run([datagram(1, bytes(100)), datagram(2, bytes(100)), datagram(3, b"x")], queue_bytes=300)
    assert [item.source_port for item in result.inspected] == [1, 3]
    assert result.totals.inspect_lost == 1


def test_what_an_inspected_frame_says(run: Run) -> None:
    """Kind, side, ports, lengths and time; TCP with its flags, a SYN's data at position 0."""
    fast_open = frame(ethernet(ip4(B, A, 6, tcp((9, 80), SYN, 100, 0, b"early"))), 5)
    udp_item, tcp_item = run([datagram(), fast_open]).inspected
    assert udp_item == (1, InspectKind.UDP, 0, START, 0, 0, 7, 1000, 2000, False, b"payload")
    assert tcp_item == (2, InspectKind.TCP, 0, START + 5, 0, SYN, 5, 9, 80, False, b"early")


def test_interfaces_share_flows_unless_told_otherwise(run: Run) -> None:
    """The interface of a file is no part of the key; of a live capture on several it is."""
    frames = [datagram(interface=1), datagram(interface=2)]
    assert [record.interface for record in run(frames).records] == [1]
    assert [record.interface for record in run(frames, separate_interfaces=True).records] == [1, 2]


def test_filter_skips_frames(open_meter: OpenMeter) -> None:
    """The function gets the program, libpcap's header and the bytes; what it refuses is not counted at all."""
    seen: list[tuple[int, int, int, int, bytes]] = []

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    def accept(program: int, header: int, data: int) -> int:
        seconds, microseconds = (ctypes.c_long * 2).from_address(header)
        captured, wire = (ctypes.c_uint32 * 2).from_address(header + 2 * ctypes.sizeof(ctypes.c_long))
        seen.append((program, seconds, microseconds, wire, ctypes.string_at(data, captured)))
        return len(seen) % 2

    meter = open_meter()
    address = ctypes.cast(accept, ctypes.c_void_p).value
    assert address is not None
    meter.set_filter(1234, address)
    frames = [datagram(1, at=7_000), datagram(2), datagram(3)]
    meter.feed(frames)
    assert [record.port_a for record in meter.read_changed()] == [1, 3]
    assert meter.totals().packets == 2
    assert seen[0] == (1234, START // 10**9, 7, frames[0].wire_length, frames[0].data)
    meter.set_filter(0, 0)
    meter.feed(frames)
    assert meter.totals().packets == 5
    meter.close()


def test_reference_leaves_files_to_the_framing() -> None:
    """It says so up front, and has no function for pcap_dispatch."""
    meter = ReferenceMeter()
    assert (meter.reads_files, meter.handler(1, 0, True), meter.file_interfaces()) == (False, None, ())
    with pytest.raises(MeterError):
        meter.feed_chunk(b"", 0)


def test_vlan_zero_is_a_priority_tag(run: Run) -> None:
    """VLAN id 0 names no VLAN (IEEE 802.1Q): the flow is that of untagged frames."""
    tagged = frame(ethernet(vlan(0, ip4(A, B, 17, udp(1000, 2000, b"x"))), 0x8100))
    assert len(run([datagram(), tagged]).records) == 1


def test_any_tells_devices_apart(run: Run) -> None:
    """The index in the SLL2 header is part of the key where interfaces are, and nowhere else."""
    packet = ip4(A, B, 17, udp(1000, 2000, b"payload"))
    frames = [
        frame(struct.pack("!HHIHBB8s", 0x0800, 0, index, 1, 0, 6, bytes(8)) + packet, link_type=276)
        for index in (2, 7, 65_536)
    ]
    apart = [record.interface for record in run(frames, separate_interfaces=True).records]
    assert apart == [ANY_INTERFACES + 2, ANY_INTERFACES + 7, ANY_INTERFACES]
    assert [(record.interface, record.packets_ab) for record in run(frames).records] == [(0, 3)]

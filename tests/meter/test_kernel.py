"""What the program in the kernel counts, with its mirror, is what the native meter counts: field by field where it can tell.

Without a device the program sees no link header, so MAC addresses are not compared; order of rows is by flow, not by time.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from netmon.bpf import BTF, version
from netmon.meter import kernel as executor
from netmon.meter.contract import Meter, MeterLimits
from netmon.meter.native import NativeMeter
from netmon.model.finding import Attention
from netmon.model.flow import FlowRecord, Inspected, MeterTotals
from netmon.model.frame import Frame

from . import _kernel
from ._packets import A6, ACK, B6, FIN, SYN, A, B, Talk, ethernet, extension, frame, icmp_echo, ip4, ip6, tcp, udp, vlan
from .test_reference_fragment import pieces4, pieces6
from .test_reference_link import FRAMINGS
from .test_reference_tunnel import TUNNELS

if _kernel.missing():
    pytest.skip(_kernel.missing(), allow_module_level=True)

ProgramMeter = _kernel.ProgramMeter


OBJECTS = [executor.OBJECT, executor.FORGETFUL, executor.REALTIME]


@pytest.fixture(autouse=True, params=OBJECTS, ids=["fast", "forgetful", "realtime"])
def each(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """All programs count the same."""
    if request.param == executor.REALTIME and (version(os.uname().release) < (6, 10) or not Path(BTF).exists()):
        pytest.skip("this kernel has no bpf_preempt_disable (Linux 6.10), or no type information")
    monkeypatch.setattr(executor, "OBJECT", request.param)
    monkeypatch.setattr(executor, "interruptible", lambda: False)


Told = tuple[list[FlowRecord], list[Inspected], MeterTotals]


def told(meter: Meter, frames: list[Frame]) -> Told:
    """What a meter says, with flows named by their order in sorted rows."""
    meter.feed(frames)
    assert meter.end_of_file() == ""
    inspected, totals = meter.take_inspected(), meter.totals()
    rows = meter.read_changed()
    meter.close()
    rows.sort(key=lambda row: (row.first_ns, row[1:]))
    name = {row.flow_id: index for index, row in enumerate(rows)}
    rows = [row._replace(flow_id=name[row.flow_id], mac_a=b"", mac_b=b"") for row in rows]
    return rows, [item._replace(flow_id=name[item.flow_id]) for item in inspected], totals


def same(frames: list[Frame], limits: MeterLimits = MeterLimits(flows=4096)) -> Told:  # noqa: B008 - immutable
    """Both meters' common story."""
    kernel = told(ProgramMeter(limits), frames)
    assert kernel == told(NativeMeter(limits), frames)
    return kernel


def ip_frame(packet: bytes, at: int = 0) -> Frame:
    return frame(ethernet(packet, 0x86DD if packet[0] >> 4 == 6 else 0x0800), at)


def test_every_framing() -> None:
    """Whatever an Ethernet frame carries: tags, labels, LLC, ARP, nonsense."""
    same([frame(data, at) for at, (link_type, data) in enumerate(FRAMINGS.values()) if link_type == 1 and len(data) >= 40])


def test_tunnels() -> None:
    """The outer conversation is the kernel's, the inner one user space's; neither is counted twice."""
    same([ip_frame(packet, at) for at in range(3) for packet, _, _ in TUNNELS.values()])


def test_tags() -> None:
    """Up to three VLAN tags are the kernel's, more are user space's."""
    packet = ip4(A, B, 17, udp(1000, 53, b"question"))
    frames = []
    for count in range(6):
        data, kind = packet, 0x0800
        for number in range(count):
            data, kind = vlan(100 + number, data, kind), 0x8100 if number % 2 else 0x88A8
        frames.append(frame(ethernet(data, kind), count))
    rows, _, _ = same(frames)
    assert len(rows) == 6


def test_extension_headers() -> None:
    """However many there are."""
    frames = []
    for count in range(9):
        packet = tcp((1, 2 + count), ACK, 5, 6, b"data")
        following = 6
        for _ in range(count):
            packet, following = extension(following, packet), 60
        frames.append(ip_frame(ip6(A6, B6, following, packet), count))
    same(frames)


@pytest.mark.parametrize("pieces", [pieces4, pieces6])
def test_fragments_and_whole_packets(pieces: object) -> None:
    """A conversation counted on both sides is one row with both counts, in any order."""
    assert callable(pieces)
    fragments = pieces()
    first = fragments[0].data
    v6 = first[12:14] == b"\x86\xdd"
    (row,), _, _ = told(NativeMeter(), fragments)
    ends = (row.port_a, row.port_b) if row.initiator == 0 else (row.port_b, row.port_a)
    from ipaddress import ip_address

    size = 16 if v6 else 4
    names = [str(ip_address(address[:size])) for address in (row.address_a, row.address_b)]
    source, destination = names if row.initiator == 0 else names[::-1]
    build = ip6 if v6 else ip4
    whole = [ip_frame(build(source, destination, 17, udp(*ends, b"whole")), at) for at in (1, 50_000_000)]
    for frames in (fragments + whole, whole + fragments, [whole[0], *fragments, whole[1]], [*fragments[::-1], *whole]):
        rows, _, _ = same(frames)
        assert len(rows) == 1


def test_echo_and_refusals() -> None:
    """ICMP identifiers, UDP without payload, lengths that lie."""
    same(
        [
            ip_frame(ip4(A, B, 1, icmp_echo(8, 7))),
            ip_frame(ip4(B, A, 1, icmp_echo(0, 7)), 5),
            ip_frame(ip4(A, B, 17, udp(1, 2)) + bytes(18), 6),
            ip_frame(ip4(A, B, 6, tcp((1, 2), SYN, 5), total=5000), 7),
            ip_frame(ip4(A, B, 6, tcp((1, 2), SYN, 5), options=12), 8),
        ]
    )


def test_random_conversations() -> None:
    """Sequence numbers near and far, any flags; time runs forward, as the kernel's does."""
    frames = []
    for seed in range(100):
        source = random.Random(seed)
        talk = Talk((50_000 + seed, 443))
        for _ in range(60):
            talk.step = source.choice([0, 1000, 1_000_000, 30_000_000])
            flags = source.choice([SYN, SYN | ACK, ACK, ACK, ACK, ACK | FIN, 4, 20, 0, 3])
            near = source.choice([0, 1, 2, 100, 0xFFFFFFFF, 0xFFFFFF00, 70_000]) + source.randrange(12)
            ack = source.choice([0, 1, 100, 0xFFFFFFFF]) + source.randrange(12)
            payload = bytes(source.choice([0, 0, 1, 5, 10]))
            frames.append(talk.segment(source.random() < 0.5, flags, near, ack, payload, window=source.choice([0, 1000])))
    rows, _, _ = same(frames)
    assert {row.port_a for row in rows} == set(range(50_000, 50_100)) and any(row.generation > 1 for row in rows)


def test_budget() -> None:
    """The same frames go up, and no more."""
    talk = Talk()
    frames = talk.open()
    frames += [talk.client(ACK, 101 + 10 * number, 501, bytes(10)) for number in range(20)]
    for limits in (MeterLimits(flows=64, inspect_packets=3), MeterLimits(flows=64, inspect_bytes=45)):
        _, inspected, _ = same(frames, limits)
        assert len(inspected) in (3, 5)


def test_attention() -> None:
    """A flow marked done sends nothing up any more, one marked always sends everything."""
    talk = Talk()
    data = [talk.client(ACK, 101 + 10 * number, 501, bytes(10)) for number in range(40)]
    meter = ProgramMeter(MeterLimits(flows=64, inspect_packets=20))
    meter.feed(data[:5])
    flow_id = meter.take_inspected()[0].flow_id
    passed = meter.passed
    assert passed == 5
    meter.set_attention(flow_id, Attention.DONE)
    meter.feed(data[5:10])
    assert meter.passed == passed
    meter.set_attention(flow_id, Attention.ALWAYS)
    meter.feed(data[10:])
    assert (meter.passed, len(meter.take_inspected())) == (passed + 30, 30)
    assert meter.read_changed()[0].packets_ab == 40
    meter.close()


def test_a_quiet_table_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """While no packet has been counted in the kernel its table is passed over, after one more look."""
    meter = ProgramMeter(MeterLimits(flows=4096))
    frames = [ip_frame(ip4(A, B, 17, udp(1000 + number, 53, b"x")), number) for number in range(300)]
    meter.feed(frames)
    parts = list(meter.read_parts(64))
    assert len(parts) > 3 and sum(map(len, parts)) == 300
    assert meter.read_changed() == []
    passes = []
    kernel = meter._core
    monkeypatch.setattr(meter, "_core", Watched(kernel, passes.append))
    assert (meter.read_changed(), passes) == ([], [])
    meter.feed(frames[:1])
    assert [record.packets_ab + record.packets_ba for record in meter.read_changed()] == [2]
    assert passes == [True]
    monkeypatch.undo()
    meter.close()


class Watched:
    """The native meter, with every pass over the kernel's table told."""

    def __init__(self, inner: Any, told: Callable[[bool], None]) -> None:
        self._inner = inner
        self._told = told

    def read_kernel(self, begin: bool, most: int) -> bool:
        if begin:
            self._told(begin)
        return bool(self._inner.read_kernel(begin, most))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def test_stepping_over() -> None:
    """What is stepped over does not even come up; a segment that reaches beyond does."""
    talk = Talk()
    meter = ProgramMeter(MeterLimits(flows=64))
    meter.feed([*talk.open(), talk.server(ACK, 501, 101, b"head")])
    (item,) = meter.take_inspected()
    passed = meter.passed
    meter.step_over(item.flow_id, item.side, 24)
    meter.feed([talk.server(ACK, 505 + at, 101, bytes(10)) for at in (0, 10, 5)])
    assert meter.passed == passed
    meter.feed([talk.server(ACK, 505 + at, 101, bytes(10)) for at in (15, 25)])
    assert [item.offset for item in meter.take_inspected()] == [19, 29]
    assert meter.passed == passed + 2
    meter.feed([talk.client(ACK, 101, 501, b"ask")])
    assert len(meter.take_inspected()) == 1
    meter.close()


def test_deleted_flows() -> None:
    """A deleted flow is gone in the kernel too; its next packet begins a new one with a new id."""
    talk = Talk()
    meter = ProgramMeter(MeterLimits(flows=64))
    meter.feed(talk.open())
    (first,) = meter.read_changed()
    meter.delete([first.flow_id])
    assert meter.endpoints(first.flow_id) is None
    meter.feed([talk.client(ACK, 101, 501, b"more")])
    (second,) = meter.read_changed()
    assert second.flow_id != first.flow_id and second.packets_ab == 1
    meter.close()


def test_generations() -> None:
    """The last words of an old generation arrive although nobody read it while it lived."""
    frames = []
    for number in range(5):
        talk = Talk(start=number * 1_000_000_000)
        frames += [
            *talk.open(1000 * number, 77),
            talk.client(FIN | ACK, 1000 * number + 1, 78),
            talk.server(FIN | ACK, 78, 2),
        ]
    rows, _, _ = same(frames)
    assert [row.generation for row in rows] == [0, 1, 2, 3, 4]


def test_full_table() -> None:
    """What is in it stays exact, the rest is counted."""
    meter = ProgramMeter(MeterLimits(flows=16))
    meter.feed([ip_frame(ip4(A, B, 17, udp(1000 + number % 64, 53, b"x"))) for number in range(192)])
    rows, totals = meter.read_changed(), meter.totals()
    assert {row.packets_ab + row.packets_ba for row in rows} == {3}
    assert totals.packets == 192 and totals.table_full == 192 - 3 * len(rows)
    meter.close()


@pytest.fixture
def one_processor() -> Iterator[None]:
    """Each has totals of its own."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    yield
    os.sched_setaffinity(0, allowed)


@pytest.mark.usefixtures("one_processor")
def test_sample_of_a_full_table() -> None:
    """Every 64th packet that found no room goes up, and is told as a conversation where user space has room for one."""
    meter = ProgramMeter(MeterLimits(flows=16))
    frames = [ip_frame(ip4(A, B, 17, udp(1000 + number, 53, b"x")), number) for number in range(16 + 640)]
    meter.feed(frames[:16])
    inside = {row.flow_id for row in meter.read_changed()}
    up = meter.passed
    meter.feed(frames[16:])
    assert len(inside) == 16 and meter.passed - up == 10
    assert meter.read_changed() == []  # as many rows as were asked for
    meter.delete(sorted(inside)[:4])
    list(meter.read_parts(1))
    assert meter.totals().table_full == 640
    meter.close()


@pytest.mark.usefixtures("one_processor")
def test_kernel_has_less_room_than_user_space(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was left out appears by its sample, beside what is exact."""
    monkeypatch.setattr(ProgramMeter, "_load_smaller", lambda self, *_: _smaller(self))
    meter = ProgramMeter(MeterLimits(flows=1024))
    frames = [ip_frame(ip4(A, B, 17, udp(1000 + number, 53, b"x")), number) for number in range(16 + 640)]
    meter.feed(frames[:16])
    assert len(meter.read_changed()) == 16
    meter.feed(frames[16:])
    rows = meter.read_changed()
    assert len(rows) == 10 and {row.packets_ab + row.packets_ba for row in rows} == {1}
    assert meter.totals().packets == len(frames) and meter.totals().table_full == 640
    meter.close()


def _smaller(meter: object) -> object:
    assert isinstance(meter, ProgramMeter)
    meter.flows = 16
    return meter._load(1, 0)


def test_offloaded_packets() -> None:
    """A super-packet counts as the packets on the wire, each with its own headers."""
    meter = ProgramMeter(MeterLimits(flows=16))
    packet = ip_frame(ip4(A, B, 6, tcp((1, 2), ACK, 5, 6, bytes(2920))))
    assert _kernel.run(meter._first.program_fd("meter"), packet, segments=2)
    (row,) = meter.read_changed()
    assert (row.packets_ab, row.bytes_ab, row.payload_ab) == (2, 2920 + 2 * 54, 2920)
    assert (meter.totals().packets, meter.totals().bytes) == (2, 2920 + 2 * 54)
    meter.close()


def test_unchanged_flows_are_not_told_again() -> None:
    """A second reading tells only what moved."""
    meter = ProgramMeter(MeterLimits(flows=64))
    meter.feed([ip_frame(ip4(A, B, 17, udp(number, 53, b"x"))) for number in range(1, 20)])
    assert len(meter.read_changed()) == 19
    assert meter.read_changed() == []
    meter.feed([ip_frame(ip4(B, A, 17, udp(53, 7, b"answer")))])
    assert [(row.packets_ab, row.packets_ba) for row in meter.read_changed()] == [(1, 1)]
    meter.close()

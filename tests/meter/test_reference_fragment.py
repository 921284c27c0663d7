"""Fragments belong to their datagram's flow, in any order, and end in a row of their own when the ports never come."""

from __future__ import annotations

import itertools

import pytest

from netmon.meter.reference_fragment import ENTRIES, LIFETIME_NS
from netmon.model.flow import InspectKind
from netmon.model.frame import Frame

from ._packets import A6, B6, A, B, ethernet, fragment6, frame, ip4, ip6, udp
from .conftest import Run

DATAGRAM = udp(1000, 2000, bytes(range(40)))


def pieces4(ident: int = 7, at: int = 0) -> list[Frame]:
    """The datagram in three IPv4 fragments."""
    parts = [(0, 0x2000, DATAGRAM[:16]), (2, 0x2000, DATAGRAM[16:32]), (4, 0, DATAGRAM[32:])]
    return [frame(ethernet(ip4(A, B, 17, part, ident=ident, fragment=flags | offset)), at) for offset, flags, part in parts]


def pieces6() -> list[Frame]:
    """The datagram in three IPv6 fragments."""
    parts = [(0, True, DATAGRAM[:16]), (16, True, DATAGRAM[16:32]), (32, False, DATAGRAM[32:])]
    return [frame(ethernet(ip6(A6, B6, 44, fragment6(17, offset, more, 7, part)), 0x86DD)) for offset, more, part in parts]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("family", [4, 6])
def test_any_order_gives_one_flow(run: Run, order: tuple[int, ...], family: int) -> None:
    """All three count in the flow with the ports, and all three are passed on with its id."""
    pieces = pieces4() if family == 4 else pieces6()
    result = run([pieces[index] for index in order])
    (record,) = result.records
    assert (record.port_a, record.port_b, record.packets_ab, record.fragments_ab) == (1000, 2000, 3, 3)
    assert record.bytes_ab == sum(piece.wire_length for piece in pieces)
    assert record.payload_ab == 40
    assert result.totals.fragments == 3
    assert {item.kind for item in result.inspected} == {InspectKind.FRAGMENT}
    assert {item.flow_id for item in result.inspected} == {record.flow_id}
    assert sorted(item.data for item in result.inspected) == sorted(piece.data[14:] for piece in pieces)


def test_without_a_first_fragment(run: Run) -> None:
    """The ports never came: a row without ports has the packets, at the latest when the file ends."""
    (record,) = run(pieces4()[1:]).records
    assert (record.protocol, record.port_a, record.packets_ab, record.fragments_ab) == (17, 0, 2, 2)


def test_old_datagrams_are_given_up(run: Run) -> None:
    """After 30 seconds the identification means another datagram."""
    first, second, third = pieces4()
    late = [piece._replace(timestamp_ns=piece.timestamp_ns + LIFETIME_NS) for piece in (first, third)]
    records = run([second, *late]).records
    assert [(record.port_a, record.packets_ab) for record in records] == [(0, 1), (1000, 2)]


def test_finished_datagram_frees_its_identification(run: Run) -> None:
    """The next datagram of the same number is another one, even when its last fragment comes first."""
    other = udp(3000, 4000, bytes(8))
    again = [
        frame(ethernet(ip4(A, B, 17, other[8:], ident=7, fragment=1))),
        frame(ethernet(ip4(A, B, 17, other[:8], ident=7, fragment=0x2000))),
    ]
    records = run([*pieces4(), *again]).records
    assert [(record.port_a, record.packets_ab) for record in records] == [(1000, 3), (3000, 2)]


def test_atomic_fragment_is_a_packet(run: Run) -> None:
    """RFC 6946: a fragment header around a whole datagram changes nothing."""
    result = run([frame(ethernet(ip6(A6, B6, 44, fragment6(17, 0, False, 7, DATAGRAM)), 0x86DD))])
    assert (result.records[0].port_a, result.totals.fragments) == (1000, 0)
    assert result.inspected[0].kind == InspectKind.UDP


def test_the_table_is_bounded(run: Run) -> None:
    """Endless beginnings push out the oldest; no packet is lost from the rows."""
    count = ENTRIES + 50
    frames = [frame(ethernet(ip4(A, B, 17, bytes(8), ident=ident, fragment=0x2001))) for ident in range(count)]
    (record,) = run(frames).records
    assert record.packets_ab == count

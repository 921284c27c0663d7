"""PKTAP: the header that names the process goes up for inspection once for each direction."""

from __future__ import annotations

import struct

from netmon.model.flow import InspectKind
from netmon.model.frame import Frame

from ._packets import A, B, ethernet, frame, ip4, udp
from .conftest import Run

PKTAP = 258


def pktap(data: bytes, pid: int, link_type: int = 1, length: int = 156) -> bytes:
    """libpcap's pcap/pktap.h: of all that only the length, the link type and the process are looked at."""
    head = struct.pack("<III24sIIIIi20s", length, 1, link_type, b"en0", 2, 2, 14, 0, pid, b"curl")
    return head.ljust(length, b"\0")[:length] + data


def packet(pid: int, source: str = A, destination: str = B, length: int = 156) -> Frame:
    ports = (1000, 2000) if source == A else (2000, 1000)
    return frame(pktap(ethernet(ip4(source, destination, 17, udp(*ports, b"payload"))), pid, length=length), link_type=PKTAP)


def test_once_for_each_direction(run: Run) -> None:
    """Before the payload of the same packet; the flow is that of what follows the header."""
    result = run([packet(11), packet(11), packet(12, B, A), packet(12, B, A)])
    (record,) = result.records
    assert (record.port_a, record.packets_ab, record.packets_ba) == (1000, 2, 2)
    told = [one for one in result.inspected if one.kind == InspectKind.PROCESS]
    assert [(one.side, len(one.data), one.data[52]) for one in told] == [(0, 156, 11), (1, 156, 12)]
    kinds = [one.kind for one in result.inspected]
    assert kinds == [6, 2, 2, 6, 2, 2]


def test_only_the_outermost_conversation(run: Run) -> None:
    """The process of a tunnel's packets is that of the tunnel."""
    inner = ip4("10.0.0.1", "10.0.0.2", 17, udp(5, 6, b"x"))
    result = run([frame(pktap(ethernet(ip4(A, B, 4, inner)), 13), link_type=PKTAP)])
    assert len(result.records) == 2
    assert [one.flow_id for one in result.inspected if one.kind == InspectKind.PROCESS] == [1]


def test_cut_headers_and_unknown_links(run: Run) -> None:
    """Whatever is there is passed on; a frame without a reader names nobody."""
    cut = packet(11)._replace(data=packet(11).data[:100])
    unread = frame(pktap(b"?" * 20, 11, link_type=147), link_type=PKTAP)
    result = run([cut, unread, frame(pktap(b"", 11, length=8), link_type=PKTAP)])
    assert not [one for one in result.inspected if one.kind == InspectKind.PROCESS and len(one.data) > 156]


def test_short_snap_length(run: Run) -> None:
    """The header may be all that was captured of a packet's beginning."""
    result = run([packet(11, length=60)])
    (told, _payload) = result.inspected
    assert (told.kind, told.length, len(told.data)) == (InspectKind.PROCESS, 60, 60)

"""Network and transport headers: lengths come from the header, cut packets keep what is left of them."""

from __future__ import annotations

import struct

import pytest

from netmon.model.flow import Family, InspectKind

from ._packets import A6, B6, A, B, ethernet, extension, frame, icmp_echo, ip4, ip6, tcp, udp
from .conftest import Run

DATAGRAM = udp(1000, 2000, b"payload")


def test_options_do_not_hide_the_ports(run: Run) -> None:
    """IPv4 options are skipped by the header's own length."""
    result = run([frame(ethernet(ip4(A, B, 17, DATAGRAM, options=40)))])
    assert result.records[0].port_a == 1000
    assert result.inspected[0].data == b"payload"


def test_ethernet_padding_is_not_payload(run: Run) -> None:
    """Wire bytes are the frame's, payload bytes end where the IP header says."""
    result = run([frame(ethernet(ip4(A, B, 17, udp(1, 2, b"x"))) + bytes(17))])
    assert (result.records[0].bytes_ab, result.records[0].payload_ab) == (60, 1)
    assert result.inspected[0].data == b"x"


def test_total_length_zero_is_offload(run: Run) -> None:
    """A segment handed to the device has no length yet: it reaches to the end of the frame."""
    segment = tcp((1, 2), 16, 5, 6, bytes(3000))
    (record,) = run([frame(ethernet(ip4(A, B, 6, segment, total=0)))]).records
    assert record.payload_ab == 3000


def test_ipv6_length_zero_is_offload_for_tcp_and_nothing_for_others(run: Run) -> None:
    """RFC 8200 allows an empty packet; TCP and UDP never come without a header."""
    offload = bytearray(ip6(A6, B6, 6, tcp((1, 2), 16, 5, 6, bytes(300))))
    offload[4:6] = b"\0\0"
    empty = ip6(A6, B6, 59, b"") + bytes(6)
    first, second = run([frame(ethernet(bytes(offload), 0x86DD)), frame(ethernet(empty, 0x86DD))]).records
    assert (first.payload_ab, second.protocol, second.payload_ab) == (300, 59, 0)


def test_a_length_beyond_the_frame_is_not_believed(run: Run) -> None:
    """A header that claims more than the wire carried counts what the wire carried."""
    (record,) = run([frame(ethernet(ip4(A, B, 17, udp(1, 2, b"abc"), total=60000)))]).records
    assert record.payload_ab == 3


@pytest.mark.parametrize("kind", [0, 43, 60, 135, 139, 140])
def test_extension_headers_are_walked(run: Run, kind: int) -> None:
    """Hop-by-hop, routing, destination, mobility, HIP and shim6 headers lead to the transport header."""
    packet = ip6(A6, B6, kind, extension(60, extension(17, DATAGRAM, 1)))
    (record,) = run([frame(ethernet(packet, 0x86DD))]).records
    assert (record.family, record.protocol, record.port_a, record.payload_ab) == (Family.IPV6, 17, 1000, 7)


def test_extension_chain_is_bounded(run: Run) -> None:
    """The ninth extension header is taken for the packet's protocol."""
    payload = DATAGRAM
    for _ in range(9):
        payload = extension(60, payload)
    (record,) = run([frame(ethernet(ip6(A6, B6, 60, payload), 0x86DD))]).records
    assert (record.protocol, record.port_a) == (60, 0)


def test_authentication_header_is_transparent(run: Run) -> None:
    """RFC 4302, transport mode, both families."""
    header = struct.pack("!BBHII", 17, 1, 0, 1, 2)
    packets = [ethernet(ip4(A, B, 51, header + DATAGRAM)), ethernet(ip6(A6, B6, 51, header + DATAGRAM), 0x86DD)]
    assert [record.port_a for record in run([frame(data) for data in packets]).records] == [1000, 1000]


def test_snapped_packets_count_with_their_wire_length(run: Run) -> None:
    """The snap length cuts what can be inspected, never what is counted."""
    data = ethernet(ip4(A, B, 17, udp(1, 2, bytes(1000))))
    result = run([frame(data[:62], wire=len(data)), frame(data[:42], wire=len(data)), frame(data[:38], wire=len(data))])
    assert [(record.packets_ab, record.bytes_ab, record.port_a) for record in result.records] == [(3, 3 * len(data), 1)]
    assert [(item.length, len(item.data)) for item in result.inspected] == [(1000, 20), (1000, 0)]


def test_cut_before_the_ports(run: Run) -> None:
    """Without ports the packet goes to the pair's row without ports."""
    data = ethernet(ip4(A, B, 6, tcp((1, 2), 16, 1, 1, bytes(99))))
    (record,) = run([frame(data[:36], wire=len(data))]).records
    assert (record.protocol, record.port_a, record.port_b, record.packets_ab) == (6, 0, 0, 1)


@pytest.mark.parametrize(("kind", "family"), [(8, 4), (0, 4), (128, 6), (129, 6)])
def test_every_ping_has_its_own_row(run: Run, kind: int, family: int) -> None:
    """The echo identifier stands in for both ports, and the type is kept."""
    packets = [icmp_echo(kind, ident) for ident in (7, 8)]
    frames = [
        frame(ethernet(ip4(A, B, 1, packet)) if family == 4 else ethernet(ip6(A6, B6, 58, packet), 0x86DD))
        for packet in packets
    ]
    result = run(frames)
    assert [(record.port_a, record.port_b, record.last_type) for record in result.records] == [
        (7, 7, kind << 8),
        (8, 8, kind << 8),
    ]
    assert [item.kind for item in result.inspected] == [InspectKind.TRANSPORT] * 2
    assert result.inspected[0].data == packets[0]


def test_unreachable_has_no_identifier(run: Run) -> None:
    """Other ICMP messages share the pair's row; what they quote is not a flow."""
    quoted = ip4(B, A, 17, DATAGRAM)
    (record,) = run([frame(ethernet(ip4(A, B, 1, b"\3\1" + bytes(6) + quoted)))]).records
    assert (record.port_a, record.last_type) == (0, 0x0301)


@pytest.mark.parametrize("protocol", [2, 50, 88, 89, 103, 112, 255])
def test_every_protocol_gets_a_row(run: Run, protocol: int) -> None:
    """OSPF, ESP, PIM and whatever else: counted, and passed on from behind the IP header."""
    result = run([frame(ethernet(ip4(A, B, protocol, b"0123456789")))])
    assert (result.records[0].protocol, result.records[0].port_a, result.records[0].payload_ab) == (protocol, 0, 10)
    assert (result.inspected[0].data, result.inspected[0].flags) == (b"0123456789", protocol)


@pytest.mark.parametrize("protocol", [33, 132, 136])
def test_other_transports_have_ports(run: Run, protocol: int) -> None:
    """SCTP, DCCP and UDP-Lite."""
    (record,) = run([frame(ethernet(ip4(A, B, protocol, struct.pack("!HH", 1000, 2000) + bytes(20))))]).records
    assert (record.port_a, record.port_b) == (1000, 2000)


def test_ttl_and_tos_are_the_last_seen(run: Run) -> None:
    """TTL or hop limit, and the TOS or traffic class octet, per direction."""
    frames = [
        frame(ethernet(ip4(A, B, 17, DATAGRAM, ttl=61, tos=0xB8))),
        frame(ethernet(ip6(A6, B6, 17, DATAGRAM, traffic_class=0x2E), 0x86DD)),
    ]
    first, second = run(frames).records
    assert (first.ttl_ab, first.tos_ab, second.ttl_ab, second.tos_ab) == (61, 0xB8, 64, 0x2E)


def test_bogus_tcp_header_is_counted_and_not_followed(run: Run) -> None:
    """A data offset below 5 words: ports hold, nothing else is read."""
    segment = bytearray(tcp((1, 2), 2, 9))
    segment[12] = 0x10
    (record,) = run([frame(ethernet(ip4(A, B, 6, bytes(segment))))]).records
    assert (record.port_a, record.tcp_bits, record.tcp_flags_ab) == (1, 0, 0)

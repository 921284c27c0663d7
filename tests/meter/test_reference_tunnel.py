"""Tunnels: the outer conversation and the inner one, and headers that only look like a tunnel."""

from __future__ import annotations

import struct

import pytest

from netmon.model.flow import Tunnel

from ._packets import A6, B6, MAC_A, MAC_B, A, B, arp, ethernet, frame, ip4, ip6, udp, vlan
from .conftest import Run

X, Y = "10.0.0.1", "10.0.0.2"
INNER = ip4(X, Y, 17, udp(1000, 2000, b"payload"))
INNER6 = ip6("fd00::1", "fd00::2", 17, udp(1000, 2000, b"payload"))
BRIDGED = ethernet(INNER)


def gre(flags: int, kind: int, payload: bytes) -> bytes:
    """IPv4 with GRE."""
    return ip4(A, B, 47, struct.pack("!HH", flags, kind) + payload)


def on(port: int, payload: bytes) -> bytes:
    """IPv4 with UDP to a port."""
    return ip4(A, B, 17, udp(50000, port, payload))


WLAN = bytes((0x08, 0x01, 0, 0)) + MAC_B + MAC_A + MAC_B + b"\0\0" + bytes.fromhex("aaaa030000000800") + INNER
TUNNELS: dict[str, tuple[bytes, Tunnel, int]] = {
    "ipip": (ip4(A, B, 4, INNER), Tunnel.IPIP, 0),
    "6in4": (ip4(A, B, 41, INNER6), Tunnel.SIX_IN_FOUR, 0),
    "4in6": (ip6(A6, B6, 4, INNER), Tunnel.IPIP, 0),
    "6in6": (ip6(A6, B6, 41, INNER6), Tunnel.IP6_IN_IP, 0),
    "gre": (gre(0, 0x0800, INNER), Tunnel.GRE, 0),
    "gre ipv6": (gre(0, 0x86DD, INNER6), Tunnel.GRE, 0),
    "gre with everything": (gre(0xB000, 0x0800, bytes(12) + INNER), Tunnel.GRE, 0),
    "nvgre": (gre(0x2000, 0x6558, struct.pack("!I", 77 << 8) + BRIDGED), Tunnel.GRE, 77),
    "gre mpls": (gre(0, 0x8847, struct.pack("!I", 16 << 12 | 0x100) + INNER), Tunnel.GRE, 0),
    "pptp": (gre(0x3081, 0x880B, bytes(12) + b"\xff\x03\0\x21" + INNER), Tunnel.GRE, 0),
    "erspan 1": (gre(0, 0x88BE, BRIDGED), Tunnel.ERSPAN, 0),
    "erspan 2": (gre(0x1000, 0x88BE, bytes(4) + struct.pack("!II", 0x10000064, 0) + BRIDGED), Tunnel.ERSPAN, 100),
    "erspan 3": (gre(0x1000, 0x22EB, bytes(4) + struct.pack("!III", 0x20000064, 0, 0) + BRIDGED), Tunnel.ERSPAN, 100),
    "wccp": (gre(0, 0x883E, b"\1\2\3\4" + INNER), Tunnel.GRE, 0),
    "mpls in ip": (ip4(A, B, 137, struct.pack("!I", 16 << 12 | 0x100) + INNER), Tunnel.MPLS, 0),
    "mpls in udp": (on(6635, struct.pack("!I", 16 << 12 | 0x100) + INNER), Tunnel.MPLS, 0),
    "vxlan": (on(4789, struct.pack("!II", 0x08000000, 4242 << 8) + BRIDGED), Tunnel.VXLAN, 4242),
    "geneve": (on(6081, struct.pack("!BBHI", 1, 0, 0x6558, 4242 << 8) + bytes(4) + BRIDGED), Tunnel.GENEVE, 4242),
    "geneve ip": (on(6081, struct.pack("!BBHI", 0, 0, 0x0800, 7 << 8) + INNER), Tunnel.GENEVE, 7),
    "gtp-u": (on(2152, struct.pack("!BBHI", 0x30, 255, len(INNER), 9) + INNER), Tunnel.GTP_U, 0),
    "gtp-u with extension": (
        on(2152, struct.pack("!BBHI", 0x34, 255, len(INNER) + 8, 9) + b"\0\0\0\x85" + b"\1\0\0\0" + INNER),
        Tunnel.GTP_U,
        0,
    ),
    "teredo": (on(3544, INNER6), Tunnel.TEREDO, 0),
    "teredo with headers": (on(3544, b"\0\1\0\0" + bytes(9) + b"\0\0" + bytes(6) + INNER6), Tunnel.TEREDO, 0),
    "l2tp": (on(1701, b"\x40\x02" + struct.pack("!HHH", 12 + len(INNER), 1, 1) + b"\xff\x03\0\x21" + INNER), Tunnel.L2TP, 0),
    "lisp": (on(4341, bytes(8) + INNER), Tunnel.LISP, 0),
    "capwap 802.3": (on(5247, b"\0\x10\0\0" + bytes(4) + BRIDGED), Tunnel.CAPWAP, 0),
    "capwap 802.11": (on(5247, b"\0\x10\3\0" + bytes(4) + WLAN), Tunnel.CAPWAP, 0),
    "capwap swapped": (on(5247, b"\0\x10\3\0" + bytes(4) + b"\1\x08" + WLAN[2:]), Tunnel.CAPWAP, 0),
    "ah": (ip4(A, B, 51, struct.pack("!BBHIII", 4, 2, 0, 1, 2, 3) + INNER), Tunnel.AH, 0),
    "ah in ipv6": (ip6(A6, B6, 51, struct.pack("!BBHII", 41, 1, 0, 1, 2) + INNER6), Tunnel.AH, 0),
    "etherip": (ip4(A, B, 97, b"\x30\0" + BRIDGED), Tunnel.ETHERIP, 0),
    "ethernet in ipv6": (ip6(A6, B6, 143, BRIDGED), Tunnel.ETHERIP, 0),
    "pim register": (ip4(A, B, 103, b"\x21" + bytes(7) + INNER), Tunnel.PIM, 0),
    "l2tpv3": (ip4(A, B, 115, struct.pack("!I", 7) + BRIDGED), Tunnel.L2TP, 0),
    "l2tpv3 with cookie": (ip4(A, B, 115, struct.pack("!IQ", 7, 1) + BRIDGED), Tunnel.L2TP, 0),
    "l2tpv3 vlan": (ip4(A, B, 115, struct.pack("!I", 7) + ethernet(vlan(3, INNER), 0x8100)), Tunnel.L2TP, 0),
    "l2tpv3 hdlc": (ip4(A, B, 115, struct.pack("!II", 7, 1) + b"\x0f\0\x08\0" + INNER), Tunnel.L2TP, 0),
    "l2tpv3 ppp": (ip4(A, B, 115, struct.pack("!I", 7) + b"\xff\3\0\x21" + INNER), Tunnel.L2TP, 0),
    "l2tpv3 ip": (ip4(A, B, 115, struct.pack("!I", 7) + INNER6), Tunnel.L2TP, 0),
    "l2tpv3 in udp": (on(1701, struct.pack("!HHI", 3, 0, 7) + BRIDGED), Tunnel.L2TP, 0),
    "vxlan-gpe ip": (on(4790, struct.pack("!II", 0x0C000001, 5 << 8) + INNER), Tunnel.VXLAN, 5),
    "vxlan-gpe ethernet": (on(4790, struct.pack("!II", 0x0C000003, 5 << 8) + BRIDGED), Tunnel.VXLAN, 5),
    "vxlan-gpe nsh": (on(4790, struct.pack("!II", 0x0C000004, 5 << 8) + b"\0\2\1\1" + bytes(4) + INNER), Tunnel.VXLAN, 5),
    "vxlan-gpe mpls": (on(4790, struct.pack("!III", 0x0C000005, 5 << 8, 16 << 12 | 0x100) + INNER), Tunnel.VXLAN, 5),
    "tzsp": (on(37008, b"\1\0\0\1" + b"\0\x0a\1\xd8\1" + BRIDGED), Tunnel.TZSP, 0),
    "ayiya": (on(5072, b"\x42\x50\x01\x29" + bytes(4 + 16 + 20) + INNER6), Tunnel.AYIYA, 0),
}


@pytest.mark.parametrize("name", TUNNELS)
def test_outer_and_inner(run: Run, name: str) -> None:
    """Both conversations have a row with the frame's wire bytes; the totals know one frame."""
    packet, tunnel, network = TUNNELS[name]
    data = ethernet(packet, 0x86DD if packet[0] >> 4 == 6 else 0x0800)
    result = run([frame(data)])
    outer, inner = result.records
    assert (outer.tunnel, inner.tunnel) == (0, tunnel << 24 | network)
    assert (inner.port_a, inner.port_b, inner.payload_ab) == (1000, 2000, 7)
    assert outer.bytes_ab + outer.bytes_ba == inner.bytes_ab == len(data) == result.totals.bytes
    assert result.totals.packets == 1
    assert [item.flow_id for item in result.inspected] == [outer.flow_id, inner.flow_id]
    assert result.inspected[1].data == b"payload"


@pytest.mark.parametrize(
    "payload",
    [
        (4789, b"\0\0\0\0" + bytes(4) + BRIDGED),
        (6081, b"\xc0\0\x65\x58" + bytes(4) + BRIDGED),
        (2152, struct.pack("!BBHI", 0x30, 255, 9999, 9) + INNER),
        (2152, struct.pack("!BBHI", 0x30, 255, len(INNER) - 9, 9) + INNER[:-9]),
        (3544, INNER),
        (1701, b"\xc8\x02" + bytes(40)),
        (4341, bytes(40)),
        (5072, bytes(60)),
        (4790, struct.pack("!II", 0x0C000009, 5 << 8) + INNER),
        (37008, b"\2\0\0\1\1" + BRIDGED),
        (37008, b"\1\0\0\1" + b"\0" * 60),
        (1701, struct.pack("!HHI", 3, 0, 7) + bytes(60)),
        (1701, struct.pack("!HHI", 0x8003, 0, 7) + BRIDGED),
    ],
)
def test_a_port_alone_is_no_tunnel(run: Run, payload: tuple[int, bytes]) -> None:
    """Headers that do not hold together are payload of an ordinary conversation."""
    (record,) = run([frame(ethernet(on(*payload)))]).records
    assert record.tunnel == 0


@pytest.mark.parametrize(
    ("protocol", "payload"),
    [
        (115, bytes(4) + BRIDGED),  # L2TPv3 control
        (103, b"\x20" + bytes(7) + INNER),  # PIM hello
        (51, struct.pack("!BBHII", 41, 1, 0, 1, 2) + INNER),  # AH says IPv6
        (51, struct.pack("!BBHII", 4, 1, 0, 1, 2) + INNER6),
    ],
)
def test_a_protocol_alone_is_no_tunnel(run: Run, protocol: int, payload: bytes) -> None:
    """Control messages, and headers that contradict what follows, are a conversation of their own."""
    (record,) = run([frame(ethernet(ip4(A, B, protocol, payload)))]).records
    assert (record.tunnel, record.protocol) == (0, protocol)


def test_l2tpv3_carries_arp(run: Run) -> None:
    """Without an IP header to recognise it by."""
    _, question = run([frame(ethernet(ip4(A, B, 115, struct.pack("!I", 7) + ethernet(arp(1, X, Y), 0x0806))))]).records
    assert (question.family, question.tunnel) == (1, Tunnel.L2TP << 24)


def test_inner_frame_brings_its_own_link(run: Run) -> None:
    """VLAN, hardware addresses and non-IP content of a bridged frame are the inner conversation's."""
    header = struct.pack("!II", 0x08000000, 5 << 8)
    frames = [
        frame(ethernet(on(4789, header + ethernet(vlan(9, INNER), 0x8100, source=MAC_B, destination=MAC_A)))),
        frame(ethernet(on(4789, header + ethernet(arp(1, X, Y), 0x0806)))),
    ]
    _, inner, question = run(frames).records
    assert (inner.vlan, inner.mac_a, inner.mac_b) == (9, MAC_B, MAC_A)
    assert (question.family, question.tunnel) == (1, Tunnel.VXLAN << 24 | 5)


def test_depth_is_bounded(run: Run) -> None:
    """Five rows of nested IPIP at most; the rest is the innermost one's payload."""
    packet = INNER
    for layer in range(7):
        packet = ip4(f"10.1.0.{layer}", f"10.2.0.{layer}", 4, packet)
    assert len(run([frame(ethernet(packet))]).records) == 5


def test_outer_conversation_is_inspected_a_little(run: Run) -> None:
    """Four frames a direction are enough to name a tunnel."""
    result = run([frame(ethernet(TUNNELS["vxlan"][0]))] * 10)
    outer, inner = result.records
    assert [item.flow_id for item in result.inspected].count(outer.flow_id) == 4
    assert [item.flow_id for item in result.inspected].count(inner.flow_id) == 10

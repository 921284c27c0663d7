"""Link layers: every framing leads to the same flow, and what leads nowhere is counted, not lost."""

from __future__ import annotations

import struct

import pytest

from netmon.model.flow import Family, LinkNumbers

from ._packets import A6, B6, MAC_A, MAC_B, A, B, arp, ethernet, frame, ip4, ip6, udp, vlan
from .conftest import Run

PACKET = ip4(A, B, 17, udp(1000, 2000, b"payload"))
PACKET6 = ip6(A6, B6, 17, udp(1000, 2000, b"payload"))
SNAP = bytes.fromhex("aaaa03000000")

FRAMINGS: dict[str, tuple[int, bytes]] = {
    "ethernet": (1, ethernet(PACKET)),
    "802.3 snap": (1, ethernet(SNAP + b"\x08\0" + PACKET, len(PACKET) + 8)),
    "vlan": (1, ethernet(vlan(42, PACKET), 0x8100)),
    "qinq": (1, ethernet(vlan(100, vlan(42, PACKET), 0x8100), 0x88A8)),
    "three tags": (1, ethernet(vlan(7, vlan(100, vlan(42, PACKET), 0x8100), 0x88A8), 0x9100)),
    "mpls": (1, ethernet(struct.pack("!II", 1000 << 12 | 64, 2000 << 12 | 0x100 | 64) + PACKET, 0x8847)),
    "pppoe": (1, ethernet(struct.pack("!BBHHH", 0x11, 0, 7, len(PACKET) + 2, 0x21) + PACKET, 0x8864)),
    "provider backbone": (1, ethernet(bytes(4) + ethernet(PACKET), 0x88E7)),
    "fabricpath": (1, ethernet(b"\0\0" + ethernet(PACKET), 0x8903)),
    "vn-tag": (1, ethernet(bytes(4) + b"\x08\0" + PACKET, 0x8926)),
    "e-tag": (1, ethernet(bytes(6) + b"\x08\0" + PACKET, 0x893F)),
    "macsec integrity": (1, ethernet(bytes(6) + b"\x08\0" + PACKET + bytes(16), 0x88E5)),
    "provider backbones, nested": (
        1,
        ethernet((bytes(4) + ethernet(b"", 0x88E7)) * 40 + bytes(4) + ethernet(PACKET), 0x88E7),
    ),
    "mpls pseudowire": (1, ethernet(struct.pack("!I", 16 << 12 | 0x100) + bytes(4) + ethernet(PACKET), 0x8847)),
    "mpls pseudowire, no control word": (1, ethernet(struct.pack("!I", 16 << 12 | 0x100) + ethernet(PACKET), 0x8847)),
    "trill": (1, ethernet(struct.pack("!HHHI", 0x40 | 9, 1, 2, 0) + ethernet(PACKET), 0x22F3)),
    "hsr": (1, ethernet(struct.pack("!HHH", 100, 1, 0x0800) + PACKET, 0x892F)),
    "arista timestamp": (1, ethernet(struct.pack("!HHQH", 1, 0x10, 1, 0x0800) + PACKET, 0xD28B)),
    "arista timestamp, 48 bits": (1, ethernet(struct.pack("!HHHIH", 1, 0x20, 1, 1, 0x0800) + PACKET, 0xD28B)),
    "ethertype dsa": (1, ethernet(bytes(6) + b"\x08\0" + PACKET, 0xDADA)),
    "inter-switch link": (1, b"\1\0\x0c\0\0\0" + MAC_A + b"\0\x60\xaa\xaa\3\0\0\x0c\0\x54" + bytes(4) + ethernet(PACKET)),
    "nsh mpls": (1, ethernet(bytes((0, 2, 1, 5)) + bytes(4) + struct.pack("!I", 16 << 12 | 0x100) + PACKET, 0x894F)),
    "null, hdlc of windows": (0, b"\x0f\0\x08\0" + PACKET),
    "null, ppp of windows": (0, b"\xff\x03\0\x21" + PACKET),
    "null, an ethertype": (0, struct.pack("<I", 0x0800) + PACKET),
    "pflog": (117, b"\x3d\2" + bytes(62) + PACKET),
    "fibre channel": (122, bytes(16) + SNAP + b"\x08\0" + PACKET),
    "sun atm": (123, b"\2\0\0\x20" + SNAP + b"\x08\0" + PACKET),
    "erf ethernet": (197, bytes(8) + b"\2\4" + bytes(8) + ethernet(PACKET)),
    "erf with extension": (197, bytes(8) + b"\x82\4" + bytes(6) + bytes(8) + b"\0\0" + ethernet(PACKET)),
    "erf hdlc": (197, bytes(8) + b"\1\4" + bytes(6) + b"\x0f\0\x08\0" + PACKET),
    "erf ip": (197, bytes(8) + b"\x16\4" + bytes(6) + PACKET),
    "netanalyzer": (240, bytes(4) + ethernet(PACKET)),
    "netanalyzer, transparent": (241, bytes(4) + b"\x55" * 7 + b"\xd5" + ethernet(PACKET)),
    "mpacket": (274, b"\x55" * 7 + b"\xd5" + ethernet(PACKET) + bytes(4)),
    "broadcom tag": (281, MAC_B + MAC_A + bytes(4) + b"\x08\0" + PACKET),
    "broadcom tag, before": (282, bytes(4) + ethernet(PACKET)),
    "marvell tag": (284, MAC_B + MAC_A + bytes(4) + b"\x08\0" + PACKET),
    "marvell tag with ethertype": (285, MAC_B + MAC_A + bytes(8) + b"\x08\0" + PACKET),
    "nsh": (1, ethernet(bytes((0, 2, 1, 1)) + bytes(4) + PACKET, 0x894F)),
    "raw 101": (101, PACKET),
    "raw 12": (12, PACKET),
    "raw 228": (228, PACKET),
    "null little endian": (0, struct.pack("<I", 2) + PACKET),
    "null big endian": (0, struct.pack(">I", 2) + PACKET),
    "loop": (108, struct.pack(">I", 2) + PACKET),
    "enc": (109, struct.pack("<III", 2, 0, 0) + PACKET),
    "sll": (113, struct.pack("!HHH8sH", 0, 1, 6, MAC_A + b"\0\0", 0x0800) + PACKET),
    "sll2": (276, struct.pack("!HHIHBB8s", 0x0800, 0, 2, 1, 0, 6, MAC_A + b"\0\0") + PACKET),
    "sll with vlan": (113, struct.pack("!HHH8sH", 0, 1, 6, MAC_A + b"\0\0", 0x8100) + vlan(42, PACKET)),
    "ppp": (9, b"\xff\x03\0\x21" + PACKET),
    "ppp compressed": (9, b"\x21" + PACKET),
    "ppp in hdlc": (50, b"\x0f\0\x08\0" + PACKET),
    "ppp with direction": (204, b"\1\xff\x03\0\x21" + PACKET),
    "pppoe frame": (51, struct.pack("!BBHHH", 0x11, 0, 7, len(PACKET) + 2, 0x21) + PACKET),
    "cisco hdlc": (104, b"\x0f\0\x08\0" + PACKET),
    "frame relay, cisco": (107, b"\x18\x61\x08\0" + PACKET),
    "frame relay, nlpid": (107, b"\x18\x61\x03\xcc" + PACKET),
    "frame relay, snap": (107, b"\x18\x61\x03\0\x80\0\0\0\x08\0" + PACKET),
    "nflog": (239, b"\2\0\0\0" + struct.pack("<HH", 8, 1) + bytes(4) + struct.pack("<HH", 4 + len(PACKET), 9) + PACKET),
    "nflog big endian": (239, b"\2\0\0\0" + struct.pack(">HH", 4 + len(PACKET), 9) + PACKET),
    "fddi": (10, b"\x50" + MAC_B + MAC_A + SNAP + b"\x08\0" + PACKET),
    "token ring": (6, b"\x10\x40" + MAC_B + MAC_A + SNAP + b"\x08\0" + PACKET),
    "atm llc": (100, SNAP + b"\x08\0" + PACKET),
    "arcnet rfc 1051": (129, b"\1\2\0\0\xf0" + PACKET),
    "arcnet rfc 1201": (129, b"\1\2\0\0\xd4\0\0\0" + PACKET),
    "infiniband": (242, bytes(40) + b"\x08\0\0\0" + PACKET),
    "ieee 1394": (138, bytes(16) + b"\x08\0" + PACKET),
    "solaris ipnet": (226, bytes(24) + PACKET),
    "pktap": (258, struct.pack("<III", 20, 1, 1) + bytes(8) + ethernet(PACKET)),
    "ppi": (192, struct.pack("<BBHI", 0, 0, 8, 1) + ethernet(PACKET)),
}


@pytest.mark.parametrize("name", FRAMINGS)
def test_framing_leads_to_the_flow(run: Run, name: str) -> None:
    """The conversation is found behind the link layer, and its bytes are the whole frame's."""
    link_type, data = FRAMINGS[name]
    result = run([frame(data, link_type=link_type)])
    (record,) = result.records
    assert (record.family, record.protocol, record.port_a, record.port_b) == (Family.IPV4, 17, 1000, 2000)
    assert (record.packets_ab, record.bytes_ab, record.payload_ab, record.packets_ba) == (1, len(data), 7, 0)
    assert result.inspected[-1].data == b"payload"  # behind the header that names the process, if there is one
    assert result.totals.not_understood == 0


@pytest.mark.parametrize("family", [10, 24, 28, 30])
@pytest.mark.parametrize("order", ["<", ">"])
def test_null_knows_every_bsd(run: Run, family: int, order: str) -> None:
    """IPv6 has another number on every BSD, in the byte order of its machine."""
    (record,) = run([frame(struct.pack(order + "I", family) + PACKET6, link_type=0)]).records
    assert record.family == Family.IPV6


def test_vlan_ids_are_part_of_the_flow(run: Run) -> None:
    """Outer and inner tag are told apart, and two VLANs never share a flow."""
    frames = [FRAMINGS[name][1] for name in ("ethernet", "vlan", "qinq", "three tags")]
    records = run([frame(data) for data in frames]).records
    assert [(record.vlan, record.vlan_inner) for record in records] == [(0, 0), (42, 0), (100, 42), (7, 100)]


def test_addresses_of_the_link_stay_with_their_end(run: Run) -> None:
    """mac_a belongs to endpoint a whoever sends."""
    there = frame(ethernet(PACKET))
    back = frame(ethernet(ip4(B, A, 17, udp(2000, 1000, b"x")), source=MAC_B, destination=MAC_A))
    for frames in ([there, back], [back, there]):
        (record,) = run(frames).records
        assert (record.mac_a, record.mac_b) == (MAC_A, MAC_B)


def test_cooked_capture_learns_addresses_from_both_senders(run: Run) -> None:
    """A cooked header names the sender only; the other address comes with the answer."""
    frames = [
        frame(struct.pack("!HHH8sH", 0, 1, 6, mac + b"\0\0", 0x0800) + packet, link_type=113)
        for mac, packet in ((MAC_A, PACKET), (MAC_B, ip4(B, A, 17, udp(2000, 1000, b"x"))))
    ]
    (record,) = run(frames).records
    assert (record.mac_a, record.mac_b) == (MAC_A, MAC_B)


@pytest.mark.parametrize(
    ("link_type", "data"), [(1, b""), (1, bytes(11)), (253, bytes(60)), (101, b"\x10" + bytes(40)), (113, bytes(15))]
)
def test_what_is_not_understood_is_counted(run: Run, link_type: int, data: bytes) -> None:
    """A frame shorter than its header, or of an unknown kind, has the row of its link type: no byte is lost."""
    result = run([frame(data, link_type=link_type)])
    (record,) = result.records
    assert (record.family, record.protocol, record.port_a) == (Family.LINK, LinkNumbers.LINK_TYPE, link_type)
    assert (record.packets_ab, record.bytes_ab, record.mac_a) == (1, len(data), bytes(6))
    assert (result.totals.packets, result.totals.not_understood) == (1, 1)
    assert result.totals.bytes == result.totals.not_understood_bytes == len(data)


@pytest.mark.parametrize(
    ("link_type", "data", "numbers", "number"),
    [
        (9, b"\xff\x03\xc0\x21" + bytes(20), LinkNumbers.PPP, 0xC021),
        (105, b"\x80\0\0\0" + MAC_B + MAC_A + MAC_A + bytes(30), LinkNumbers.WLAN, 0x80),
        (0, struct.pack("<I", 7) + bytes(20), LinkNumbers.FAMILY, 7),
        (113, struct.pack("!HHH8sH", 0, 1, 6, MAC_A + b"\0\0", 0x0C) + bytes(20), LinkNumbers.COOKED, 0x0C),
        (107, b"\x18\x61\x03\x08" + bytes(20), LinkNumbers.NLPID, 8),
        (129, b"\1\2\0\0\xfa" + bytes(20), LinkNumbers.ARCNET, 0xFA),
        (123, b"\1\0\0\x20" + bytes(20), LinkNumbers.LINK_TYPE, 123),
        (197, bytes(8) + b"\3\4" + bytes(20), LinkNumbers.LINK_TYPE, 197),
        (192, struct.pack("<BBHI", 0, 0, 8, 230) + bytes(20), LinkNumbers.LINK_TYPE, 230),
    ],
)
def test_rows_say_whose_number_they_have(run: Run, link_type: int, data: bytes, numbers: int, number: int) -> None:
    """PPP's, 802.11's and others' numbers are no ethertypes."""
    (record,) = run([frame(data, link_type=link_type)]).records
    assert (record.family, record.protocol, record.port_a, record.port_b) == (Family.LINK, numbers, number, number)


def test_other_ethertypes_get_a_row_of_their_own(run: Run) -> None:
    """LLDP and spanning tree are rows by hardware address and ethertype or LLC value, with their content to inspect."""
    lldp = ethernet(b"\x02\x07\x04" + MAC_A, 0x88CC)
    spanning_tree = ethernet(b"\x42\x42\x03" + bytes(35) + b"padding!", 38)
    result = run([frame(lldp), frame(spanning_tree)])
    assert [(record.family, record.port_a) for record in result.records] == [(Family.LINK, 0x88CC), (Family.LINK, 0x4242)]
    assert [item.data for item in result.inspected] == [b"\x02\x07\x04" + MAC_A, b"\x42\x42\x03" + bytes(35)]


def test_garbage_behind_an_ip_ethertype_stays_visible(run: Run) -> None:
    """A header that is no IP header becomes a link-layer row, never a made-up flow."""
    (record,) = run([frame(ethernet(b"\xff" * 40))]).records
    assert (record.family, record.port_a, record.bytes_ab + record.bytes_ba) == (Family.LINK, 0x0800, 54)


def test_arp_is_a_conversation_of_two_addresses(run: Run) -> None:
    """Request and reply are one row by sender and target, with the operation last seen."""
    result = run([frame(ethernet(arp(1, A, B), 0x0806)), frame(ethernet(arp(2, B, A), 0x0806))])
    (record,) = result.records
    assert (record.family, record.protocol, record.last_type) == (Family.ARP, 0, 2)
    assert (record.address_a[:4], record.packets_ab, record.packets_ba) == (bytes((192, 0, 2, 1)), 1, 1)
    assert result.inspected[0].data == arp(1, A, B)
    assert result.inspected[0].source_port == 0x0806

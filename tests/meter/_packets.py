"""Builds frames from the specifications, one header a function, innermost argument last."""

from __future__ import annotations

import struct
from ipaddress import ip_address

from netmon.model.frame import Frame

MAC_A = bytes.fromhex("020000000001")
MAC_B = bytes.fromhex("020000000002")
A, B = "192.0.2.1", "198.51.100.2"
A6, B6 = "2001:db8::1", "2001:db8::2"

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND


def packed(address: str) -> bytes:
    """An address as on the wire."""
    return ip_address(address).packed


def ethernet(payload: bytes, kind: int = 0x0800, source: bytes = MAC_A, destination: bytes = MAC_B) -> bytes:
    """Ethernet II."""
    return destination + source + struct.pack("!H", kind) + payload


def vlan(number: int, payload: bytes, kind: int = 0x0800) -> bytes:
    """What follows an 802.1Q ethertype."""
    return struct.pack("!HH", number, kind) + payload


def ip4(source: str, destination: str, protocol: int, payload: bytes, **fields: int) -> bytes:
    """IPv4; fields: ident, fragment (flags and offset as one number), ttl, tos, total; options are always zeros."""
    options = bytes(fields.get("options", 0))
    total = fields.get("total", 20 + len(options) + len(payload))
    ident, fragment, ttl = fields.get("ident", 1), fields.get("fragment", 0), fields.get("ttl", 64)
    first = 0x45 + len(options) // 4
    head = struct.pack("!BBHHHBBH", first, fields.get("tos", 0), total, ident, fragment, ttl, protocol, 0)
    return head + packed(source) + packed(destination) + options + payload


def ip6(source: str, destination: str, protocol: int, payload: bytes, traffic_class: int = 0) -> bytes:
    """IPv6."""
    head = struct.pack("!IHBB", 6 << 28 | traffic_class << 20, len(payload), protocol, 64)
    return head + packed(source) + packed(destination) + payload


def extension(following: int, payload: bytes, words: int = 0) -> bytes:
    """An IPv6 extension header of 8 + 8 * words bytes."""
    return bytes((following, words)) + bytes(6 + 8 * words) + payload


def fragment6(following: int, offset: int, more: bool, ident: int, payload: bytes) -> bytes:
    """An IPv6 fragment header; offset in bytes."""
    return struct.pack("!BBHI", following, 0, offset | more, ident) + payload


def udp(source: int, destination: int, payload: bytes = b"") -> bytes:
    """UDP without a checksum."""
    return struct.pack("!HHHH", source, destination, 8 + len(payload), 0) + payload


def tcp(ports: tuple[int, int], flags: int, seq: int, ack: int = 0, payload: bytes = b"", **fields: object) -> bytes:
    """TCP; fields: window, options."""
    options = fields.get("options", b"")
    assert isinstance(options, bytes)
    options += bytes(-len(options) % 4)
    window = fields.get("window", 1000)
    words = (5 + len(options) // 4) << 4
    head = struct.pack("!HHIIBBHHH", *ports, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, words, flags, window, 0, 0)
    return head + options + payload


def icmp_echo(kind: int, ident: int) -> bytes:
    """An echo message of either family."""
    return struct.pack("!BBHHH", kind, 0, 0, ident, 1) + b"abcdefgh"


def arp(operation: int, sender: str, target: str) -> bytes:
    """ARP for IPv4 over Ethernet."""
    return struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + MAC_A + packed(sender) + MAC_B + packed(target)


def frame(data: bytes, at: int = 0, link_type: int = 1, wire: int = 0, interface: int = 0) -> Frame:
    """A frame ``at`` nanoseconds after the start of the test's time."""
    return Frame(START + at, wire or len(data), data, link_type, interface)


class Talk:
    """A TCP conversation between a client (A) and a server (B); every method gives a frame one millisecond later."""

    def __init__(self, ports: tuple[int, int] = (50000, 443), start: int = 0, step: int = 1_000_000, ttl: int = 64) -> None:
        """``ttl``: what is left of the server's on arrival."""
        self.ports = ports
        self.ttl = ttl
        self.now = start
        self.step = step

    def segment(
        self, from_client: bool, flags: int, seq: int, ack: int = 0, payload: bytes = b"", **fields: object
    ) -> Frame:
        """One segment."""
        self.now += self.step
        ports = self.ports if from_client else self.ports[::-1]
        ends = (A, B) if from_client else (B, A)
        segment = tcp(ports, flags, seq, ack, payload, **fields)
        return frame(ethernet(ip4(*ends, 6, segment, ttl=64 if from_client else self.ttl)), self.now)

    def client(self, flags: int, seq: int, ack: int = 0, payload: bytes = b"", **fields: object) -> Frame:
        """Client to server."""
        return self.segment(True, flags, seq, ack, payload, **fields)

    def server(self, flags: int, seq: int, ack: int = 0, payload: bytes = b"", **fields: object) -> Frame:
        """Server to client."""
        return self.segment(False, flags, seq, ack, payload, **fields)

    def open(self, client_isn: int = 100, server_isn: int = 500) -> list[Frame]:
        """The three-way handshake."""
        return [
            self.client(SYN, client_isn),
            self.server(SYN | ACK, server_isn, client_isn + 1),
            self.client(ACK, client_isn + 1, server_isn + 1),
        ]


def pcap(frames: list[Frame], order: str = "<", magic: int = 0xA1B2C3D4) -> bytes:
    """A classic capture file; nanoseconds and the 24-byte records go by the magic number."""
    unit = 1 if magic == 0xA1B23C4D else 1000
    extra = bytes(8) if magic == 0xA1B2CD34 else b""
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, frames[0].link_type)
    for item in frames:
        seconds, rest = divmod(item.timestamp_ns, SECOND)
        out += struct.pack(order + "IIII", seconds, rest // unit, len(item.data), item.wire_length) + extra + item.data
    return out


def block(order: str, kind: int, body: bytes) -> bytes:
    """A pcapng block."""
    body += bytes(-len(body) % 4)
    length = 12 + len(body)
    return struct.pack(order + "II", kind, length) + body + struct.pack(order + "I", length)


def option(order: str, code: int, value: bytes) -> bytes:
    """A pcapng option."""
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order: str, interfaces: list[tuple[int, bytes]]) -> bytes:
    """A section header and its interfaces, each (link type, options)."""
    out = block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    for link_type, options in interfaces:
        out += block(order, 1, struct.pack(order + "HHI", link_type, 0, 0) + options)
    return out


def enhanced(order: str, interface: int, ticks: int, data: bytes) -> bytes:
    """An enhanced packet block."""
    head = struct.pack(order + "IIIII", interface, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
    return block(order, 6, head + data)

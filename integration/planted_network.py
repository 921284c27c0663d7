"""Secrets in network management, routing, access and remote control."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from planted import CLIENT, SERVER, Garden, ber, plants, sized

C, S = CLIENT, SERVER


@plants
def snmp(g: Garden) -> None:
    def message(version: bytes, community: bytes, value: bytes) -> bytes:
        binding = ber(0x30, ber(0x30, ber(6, b"\x2b\x06\x01\x02\x01\x01\x05\0"), ber(4, value)))
        pdu = ber(0xA3, ber(2, b"\x01"), ber(2, b"\0"), ber(2, b"\0"), binding)
        return ber(0x30, ber(2, version), ber(4, community), pdu)

    for version in (b"\0", b"\1"):
        g.udp("SNMP", 161, (C, message(version, g.secret(shown=True), g.secret())))
    security = ber(
        0x30, ber(4, b"engine"), ber(2, b"\1"), ber(2, b"\1"), ber(4, b"alice"), ber(4, g.secret(length=12)), ber(4)
    )
    scoped = ber(0x30, ber(4, b"engine"), ber(4), ber(0xA0, ber(2, b"\1"), ber(2, b"\0"), ber(2, b"\0"), ber(0x30)))
    head = ber(0x30, ber(2, b"\1"), ber(2, b"\x05\xdc"), ber(4, b"\5"), ber(2, b"\3"))
    g.udp("SNMP", 161, (C, ber(0x30, ber(2, b"\3"), head, ber(4, security), scoped)), risk="")


@plants
def radius(g: Garden) -> None:
    def attributes(pairs: Iterable[tuple[int, bytes]]) -> bytes:
        return b"".join(bytes((number, len(value) + 2)) + value for number, value in pairs)

    body = attributes(
        (
            (1, b"alice"),
            (2, g.secret(length=16)),
            (3, g.secret(length=17)),
            (60, g.secret()),
            (24, g.secret()),
            (26, b"\0\0\x01\x37" + g.secret()),
            (4, b"\xc0\0\2\1"),
        )
    )
    g.udp("RADIUS", 1812, (C, struct.pack("!BBH", 1, 7, 20 + len(body)) + g.secret(length=16) + body), risk="")


@plants
def socks(g: Garden) -> None:
    g.tcp(
        "SOCKS.HTTP",
        1080,
        (C, b"\5\1\2"),
        (S, b"\5\2"),
        (C, b"\1\5alice" + sized("B", g.secret(shown=True))),
        (S, b"\1\0"),
        (C, b"\5\1\0\3" + sized("B", b"x.example") + b"\0\x50"),
        (S, b"\5\0\0\1" + bytes(6)),
        (C, b"GET /?t=" + g.secret() + b" HTTP/1.1\r\nHost: x.example\r\n\r\n"),
        (S, b"HTTP/1.1 204 No\r\n\r\n"),
    )


@plants
def desktops(g: Garden) -> None:
    g.tcp(
        "VNC",
        5900,
        (S, b"RFB 003.008\n"),
        (C, b"RFB 003.008\n"),
        (S, b"\1\2"),
        (C, b"\2"),
        (S, g.secret(length=16)),
        (C, g.secret(length=16)),
        risk="",
    )
    attributes = b"".join(
        struct.pack("!HH", number, len(value)) + value + bytes(-len(value) % 4)
        for number, value in ((6, b"alice"), (0x15, g.secret()), (8, g.secret(length=20)))
    )
    head = struct.pack("!HHI", 3, len(attributes), 0x2112A442) + bytes(range(12))
    g.udp("STUN", 3478, (C, head + attributes), risk="")


@plants
def things(g: Garden) -> None:
    options = b"\xb4door" + bytes((0x40 | 13,)) + b"\0" + b"t=" + g.secret()[:11]
    g.udp("CoAP", 5683, (C, b"\x41\1\0\1\x99" + options), risk="")
    g.udp("CoAP", 5683, (C, b"\x41\2\0\2\x98\xb4door\xff" + g.secret()), risk="")


@plants
def routing(g: Garden) -> None:
    rip = (
        b"\2\2\0\0\xff\xff\0\2"
        + g.secret(length=16)
        + struct.pack("!HH4s4s4sI", 2, 0, b"\x0a\0\0\0", b"\xff\0\0\0", bytes(4), 1)
    )
    g.udp("RIP", 520, (C, rip))
    hsrp = b"\0\0\x10\3\x0a\x64\1\0" + g.secret(length=8) + b"\xc0\0\2\1"
    g.udp("HSRP", 1985, (C, hsrp), risk="")
    bfd = struct.pack("!BBBBIIIII", 0x20, 0xC4, 3, 24 + 3 + 10, 1, 0, 1000, 1000, 0) + b"\1\x0d\1" + g.secret(length=10)
    g.udp("BFD", 3784, (C, bfd), risk="")
    ospf = (
        struct.pack("!BBH4s4sHH", 2, 1, 44, b"\1\1\1\1", bytes(4), 0, 1)
        + g.secret(length=8)
        + b"\xff\xff\xff\0\0\x0a\2\1"
        + bytes(12)
    )
    g.ip("OSPF", 89, ospf)
    vrrp = b"\x21\1\x64\1\1\1\0\0\xc0\0\2\1" + g.secret(length=8)
    g.ip("VRRP", 112, vrrp)


@plants
def diameter_in_sctp(g: Garden) -> None:
    """A NAS request with a password (RFC 7155) in two fragments, and a SIGTRAN operator's words beside it."""

    def attribute(code: int, value: bytes) -> bytes:
        return struct.pack("!II", code, 0x40 << 24 | 8 + len(value)) + value + bytes(-len(value) % 4)

    def data(number: int, flags: int, identifier: int, user: bytes) -> bytes:
        head = struct.pack("!BBHIHHI", 0, flags, 16 + len(user), number, 0, 0, identifier)
        return head + user + bytes(-len(user) % 4)

    names = attribute(264, b"client.example") + attribute(296, b"example")
    body = names + attribute(263, g.secret()) + attribute(1, g.secret()) + attribute(2, g.secret(length=64))
    request = struct.pack("!IIIII", 1 << 24 | 20 + len(body), 0x80 << 24 | 265, 1, 2, 3) + body
    words = struct.pack("!HH", 4, 16) + g.secret(length=12)
    up = struct.pack("!BBBBI", 1, 0, 3, 1, 8 + len(words)) + words
    chunks = data(1, 2, 46, request[:60]) + data(2, 1, 46, request[60:]) + data(3, 3, 3, up)
    g.ip("SCTP.Diameter", 132, struct.pack("!HHII", 40000, 3868, 1, 0) + chunks)


@plants
def http_in_ipcomp(g: Garden) -> None:
    """Stored instead of deflated, so that the words stand on the wire as they are."""
    lines = b"GET /a?token=" + g.secret() + b" HTTP/1.1\r\nHost: x.example\r\nCookie: id=" + g.secret() + b"\r\n"
    lines += b"Authorization: Basic " + g.base64(b"alice:" + g.secret()) + b"\r\n\r\n"
    segment = struct.pack("!HHIIBBHHH", 50000, 80, 1000, 0, 0x50, 0x18, 1000, 0, 0) + lines
    stored = b"\1" + struct.pack("<HH", len(segment), len(segment) ^ 0xFFFF) + segment
    g.ip("IPComp.HTTP", 108, struct.pack("!BBH", 6, 0, 2) + stored, risk="clear-text-credentials")

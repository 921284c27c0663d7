"""The packet quoted inside an ICMP or ICMPv6 error (RFC 792, RFC 1812 section 4.3.2.3, RFC 4443 section 2.4).

In: the bytes after the error's own header. Out: the five values that name the conversation the error is about. The quote is
cut anywhere (8 bytes of payload are enough for the ports) and comes from strangers: IPv4 options are checked before impacket
sees them, IPv6 extension headers are walked at most ``MAX_EXTENSIONS`` times.
"""

from __future__ import annotations

from struct import unpack_from
from typing import NamedTuple

from netmon.errors import DecodeError

from ._build import ip
from .guard import ipv4
from .names import transport_name

MAX_EXTENSIONS = 16
IPV6_HEADER = 40
_WITH_PORTS = frozenset((6, 17, 33, 132, 136))
_EXTENSIONS = frozenset((0, 43, 44, 51, 60, 135, 139, 140))
_FRAGMENT = 44
_AUTHENTICATION = 51


class Quoted(NamedTuple):
    """Who the error is about; ports are 0 where the quote has none."""

    protocol: int
    source: str
    source_port: int
    destination: str
    destination_port: int

    def __str__(self) -> str:
        name = transport_name(self.protocol)
        if not (self.source_port or self.destination_port):
            return f"{name} {self.source} > {self.destination}"
        return f"{name} {_end(self.source, self.source_port)} > {_end(self.destination, self.destination_port)}"


def _end(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def quoted_ipv4(data: bytes) -> Quoted:
    """The IPv4 packet at the start of ``data``; ``DecodeError`` when not even its header is there."""
    packet = ipv4(data)
    first = packet.get_ip_off() & 0x1FFF == 0
    ports = _ports(data, (data[0] & 0x0F) * 4, packet.get_ip_p()) if first else (0, 0)
    return Quoted(packet.get_ip_p(), packet.get_ip_src(), ports[0], packet.get_ip_dst(), ports[1])


def quoted_ipv6(data: bytes) -> Quoted:
    """The IPv6 packet at the start of ``data``."""
    if len(data) < IPV6_HEADER or data[0] >> 4 != 6:
        raise DecodeError("IPv6: quoted header cut short")
    protocol, position, first = skip_extensions(data, data[6], IPV6_HEADER)
    ports = _ports(data, position, protocol) if first else (0, 0)
    return Quoted(protocol, ip(data[8:24]), ports[0], ip(data[24:40]), ports[1])


def skip_extensions(data: bytes, protocol: int, position: int) -> tuple[int, int, bool]:
    """Walk IPv6 extension headers (RFC 8200 section 4): upper protocol, where it begins, whether it is a first fragment."""
    first = True
    for _ in range(MAX_EXTENSIONS):
        if protocol not in _EXTENSIONS or position + 8 > len(data):
            break
        if protocol == _FRAGMENT:
            length = 8
            first = first and unpack_from("!H", data, position + 2)[0] & 0xFFF8 == 0
        elif protocol == _AUTHENTICATION:
            length = (data[position + 1] + 2) * 4
        else:
            length = (data[position + 1] + 1) * 8
        protocol = data[position]
        position += length
    return protocol, position, first


def _ports(data: bytes, position: int, protocol: int) -> tuple[int, int]:
    if protocol not in _WITH_PORTS or position + 4 > len(data):
        return 0, 0
    source, destination = unpack_from("!HH", data, position)
    return source, destination

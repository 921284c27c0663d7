"""Links and addresses from the kernel's routing socket (rtnetlink(7), RFC 3549): one dump each.

In: the bytes of RTM_NEWLINK and RTM_NEWADDR messages. Out: plain tuples. Rule: a length the kernel would not send ends the
reading of that message, it never reads past the buffer.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

NLM_F_REQUEST_DUMP = 0x301
NLMSG_ERROR, NLMSG_DONE = 2, 3
RTM_NEWLINK, RTM_GETLINK, RTM_NEWADDR, RTM_GETADDR = 16, 18, 20, 22
IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_LINKINFO, IFLA_STATS64, IFLA_IFALIAS = 1, 3, 4, 18, 23, 20
IFLA_INFO_KIND = 1
IFA_ADDRESS, IFA_LOCAL = 1, 2
_HEADER = struct.Struct("=IHHII")
_ATTRIBUTE = struct.Struct("=HH")
DUMP_BYTES = 64 * 1024 * 1024
TIMEOUT = 5.0


class Link(NamedTuple):
    """One network interface; ``hardware`` is an ARPHRD_ value, ``flags`` are IFF_ bits."""

    number: int
    name: bytes
    hardware: int
    flags: int
    mac: bytes
    mtu: int
    kind: bytes
    """The driver's kind (``bridge``, ``veth``, ``wireguard``), empty for a physical one."""
    alias: bytes
    statistics: tuple[int, ...]
    """rx packets, tx packets, rx bytes, tx bytes, rx errors, tx errors, rx dropped, tx dropped; empty when not told."""


class Address(NamedTuple):
    """One address of an interface."""

    interface: int
    address: bytes
    prefix: int


def dump(message: int) -> bytes:
    """All messages the kernel answers ``message`` (``RTM_GET...``) with. Raises ``OSError``."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0) as channel:  # 0 = NETLINK_ROUTE
        channel.settimeout(TIMEOUT)
        channel.bind((0, 0))
        channel.send(_HEADER.pack(_HEADER.size + 4, message, NLM_F_REQUEST_DUMP, 1, 0) + bytes(4))
        parts: list[bytes] = []
        size = 0
        while size < DUMP_BYTES:
            part = channel.recv(262_144)
            parts.append(part)
            size += len(part)
            if any(kind in (NLMSG_DONE, NLMSG_ERROR) for kind, _ in messages(part)):
                break
        return b"".join(parts)


def messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and body of each message."""
    position = 0
    while position + _HEADER.size <= len(data):
        length, kind, _, _, _ = _HEADER.unpack_from(data, position)
        if length < _HEADER.size or position + length > len(data):
            return
        yield kind, data[position + _HEADER.size : position + length]
        position += (length + 3) & ~3


def attributes(data: bytes, position: int) -> dict[int, bytes]:
    """Attribute type -> value (flag bits removed)."""
    found: dict[int, bytes] = {}
    while position + 4 <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, position)
        if length < 4 or position + length > len(data):
            break
        found[kind & 0x3FFF] = data[position + 4 : position + length]
        position += (length + 3) & ~3
    return found


def links(data: bytes) -> list[Link]:
    """The interfaces in an answer to RTM_GETLINK."""
    found: list[Link] = []
    for kind, body in messages(data):
        if kind != RTM_NEWLINK or len(body) < 16:
            continue
        _, hardware, index, flags, _ = struct.unpack_from("=BxHiII", body)
        values = attributes(body, 16)
        statistics = values.get(IFLA_STATS64, b"")
        found.append(
            Link(
                number=index,
                name=values.get(IFLA_IFNAME, b"").rstrip(b"\0"),
                hardware=hardware,
                flags=flags,
                mac=values.get(IFLA_ADDRESS, b""),
                mtu=int.from_bytes(values.get(IFLA_MTU, b"")[:4], "little" if _ATTRIBUTE.pack(1, 0)[0] else "big"),
                kind=attributes(values.get(IFLA_LINKINFO, b""), 0).get(IFLA_INFO_KIND, b"").rstrip(b"\0"),
                alias=values.get(IFLA_IFALIAS, b"").rstrip(b"\0"),
                statistics=struct.unpack_from("=8Q", statistics) if len(statistics) >= 64 else (),
            )
        )
    return found


def addresses(data: bytes) -> list[Address]:
    """The addresses in an answer to RTM_GETADDR; on a point-to-point link the own end (IFA_LOCAL)."""
    found: list[Address] = []
    for kind, body in messages(data):
        if kind != RTM_NEWADDR or len(body) < 8:
            continue
        _, prefix, _, _, index = struct.unpack_from("=BBBBI", body)
        values = attributes(body, 8)
        address = values.get(IFA_LOCAL) or values.get(IFA_ADDRESS, b"")
        if len(address) in (4, 16):
            found.append(Address(index, address, prefix))
    return found

"""Links, addresses and neighbours from the kernel's routing socket (rtnetlink(7), RFC 3549): one dump each.

In: the bytes of RTM_NEWLINK, RTM_NEWADDR and RTM_NEWNEIGH messages. Out: plain tuples. Rule: a length the kernel would not
send ends the reading of that message, it never reads past the buffer.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from . import netlink
from .netlink import NLM_F_REQUEST_DUMP, NLMSG_DONE, NLMSG_ERROR

NETLINK_ROUTE = 0
RTM_NEWLINK, RTM_GETLINK, RTM_NEWADDR, RTM_GETADDR = 16, 18, 20, 22
IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_LINKINFO, IFLA_STATS64, IFLA_IFALIAS = 1, 3, 4, 18, 23, 20
IFLA_INFO_KIND = 1
IFA_ADDRESS, IFA_LOCAL = 1, 2
RTM_NEWNEIGH, RTM_GETNEIGH = 28, 30
NDA_DST, NDA_LLADDR, NDA_CACHEINFO = 1, 2, 3
NTF_ROUTER = 0x80
_LINK, _ADDRESS, _NEIGHBOUR = struct.Struct("=BxHiII"), struct.Struct("=BBBBI"), struct.Struct("=BxxxiHBB")
"""``ifinfomsg``, ``ifaddrmsg``, ``ndmsg``."""
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


class Entry(NamedTuple):
    """One entry of the neighbour tables; ``state`` are NUD_ bits, ``flags`` NTF_ bits."""

    interface: int
    address: bytes
    mac: bytes
    state: int
    flags: int
    confirmed: int | None
    """Clock ticks (USER_HZ) since the other end was last known to be there."""


def dump(message: int) -> bytes:
    """All messages the kernel answers ``message`` (``RTM_GET...``) with. Raises ``OSError``."""
    with netlink.opened(NETLINK_ROUTE, TIMEOUT) as channel:
        channel.send(netlink.request(message, NLM_F_REQUEST_DUMP, bytes(4)))
        parts: list[bytes] = []
        size = 0
        while size < DUMP_BYTES:
            part = channel.recv(262_144)
            parts.append(part)
            size += len(part)
            if any(one.kind in (NLMSG_DONE, NLMSG_ERROR) for one in netlink.messages(part)):
                break
        return b"".join(parts)


def _objects(data: bytes, wanted: int, header: struct.Struct) -> Iterator[tuple[tuple[Any, ...], dict[int, bytes]]]:
    """Header fields and attributes of the messages of one kind."""
    for kind, _, body in netlink.messages(data):
        if kind == wanted and len(body) >= header.size:
            yield header.unpack_from(body), dict(netlink.attributes(body, header.size))


def links(data: bytes) -> list[Link]:
    """The interfaces in an answer to RTM_GETLINK."""
    found: list[Link] = []
    for (_, hardware, index, flags, _), values in _objects(data, RTM_NEWLINK, _LINK):
        statistics = values.get(IFLA_STATS64, b"")
        found.append(
            Link(
                number=index,
                name=values.get(IFLA_IFNAME, b"").rstrip(b"\0"),
                hardware=hardware,
                flags=flags,
                mac=values.get(IFLA_ADDRESS, b""),
                mtu=int.from_bytes(values.get(IFLA_MTU, b"")[:4], sys.byteorder),
                kind=dict(netlink.attributes(values.get(IFLA_LINKINFO, b""))).get(IFLA_INFO_KIND, b"").rstrip(b"\0"),
                alias=values.get(IFLA_IFALIAS, b"").rstrip(b"\0"),
                statistics=struct.unpack_from("=8Q", statistics) if len(statistics) >= 64 else (),
            )
        )
    return found


def addresses(data: bytes) -> list[Address]:
    """The addresses in an answer to RTM_GETADDR; on a point-to-point link the own end (IFA_LOCAL)."""
    found: list[Address] = []
    for (_, prefix, _, _, index), values in _objects(data, RTM_NEWADDR, _ADDRESS):
        address = values.get(IFA_LOCAL) or values.get(IFA_ADDRESS, b"")
        if len(address) in (4, 16):
            found.append(Address(index, address, prefix))
    return found


def neighbours(data: bytes) -> list[Entry]:
    """The entries in an answer to RTM_GETNEIGH that are of an IP address."""
    found: list[Entry] = []
    for (_, index, state, flags, _), values in _objects(data, RTM_NEWNEIGH, _NEIGHBOUR):
        address, mac, times = values.get(NDA_DST, b""), values.get(NDA_LLADDR, b""), values.get(NDA_CACHEINFO, b"")
        if len(address) in (4, 16):
            confirmed = int.from_bytes(times[:4], sys.byteorder) if len(times) >= 4 else None
            found.append(Entry(index, address, mac, state, flags, confirmed))
    return found

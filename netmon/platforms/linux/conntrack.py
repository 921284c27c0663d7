"""Translated addresses: which packets outside belong to which packets inside (NAT), from the kernel's connection tracking.

In: the answer to a ctnetlink dump (linux/netfilter/nfnetlink_conntrack.h) of the network namespace netmon runs in. Out:
pairs of tuples (``Translation``). Needs CAP_NET_ADMIN; asks nothing where nothing is tracked, so it never loads a module.
Rules: bounded in bytes; lengths are never believed unchecked; what is not TCP, UDP or the like, or not translated, is
left out.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator

from netmon.model.owner import TranslatedTuple, Translation

from .files import read_bytes

NETLINK_NETFILTER = 12
GET = 1 << 8 | 1
"""NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET; answers are IPCTNL_MSG_CT_NEW of the same subsystem."""
NEW = 1 << 8
NLM_F_REQUEST_DUMP = 0x301
NLMSG_ERROR, NLMSG_DONE = 2, 3
TUPLE_ORIGINAL, TUPLE_REPLY, STATUS, STATUS_MASK = 1, 2, 3, 26
TUPLE_IP, TUPLE_PROTO = 1, 2
PROTO_NUMBER, PROTO_SOURCE, PROTO_DESTINATION = 1, 2, 3
SOURCE_NAT, DESTINATION_NAT = 1 << 4, 1 << 5
"""IPS_SRC_NAT, IPS_DST_NAT (linux/netfilter/nf_conntrack_common.h)."""
DUMP_BYTES = 16 * 1024 * 1024
LIMIT = 16_384
TIMEOUT = 2.0
_HEADER = struct.Struct("=IHHII")
_ATTRIBUTE = struct.Struct("=HH")
_CODE = struct.Struct("=i")
_TYPE_MASK = 0x3FFF
"""Without NLA_F_NESTED and NLA_F_NET_BYTEORDER."""


class ConnectionTracking:
    """The translated connections of now."""

    def __init__(self, root: str = "/proc") -> None:
        self._count = f"{root}/sys/net/netfilter/nf_conntrack_count"
        self.problem = ""
        """Why the last dump failed."""

    def translations(self) -> tuple[Translation, ...]:
        """All of them, at most ``LIMIT``; none when the kernel tracks nothing or will not tell."""
        if read_bytes(self._count, 16).strip() in (b"", b"0"):
            self.problem = ""
            return ()
        found: dict[Translation, None] = {}
        try:
            for status in (SOURCE_NAT, DESTINATION_NAT):
                for part in _dump(status):
                    found.update(dict.fromkeys(parse(part)))
                    if len(found) >= LIMIT:
                        break
        except OSError as error:
            self.problem = error.strerror or str(error)
            return ()
        self.problem = ""
        return tuple(found)[:LIMIT]


def _dump(status: int) -> Iterator[bytes]:
    """Asks for the entries with this status bit (kernels before 5.10 give all) and reads to the end. Raises ``OSError``."""
    wanted = b"".join(struct.pack("=HH", 8, kind) + status.to_bytes(4, "big") for kind in (STATUS, STATUS_MASK))
    body = bytes(4) + wanted  # struct nfgenmsg: any family, version 0
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, NETLINK_NETFILTER) as channel:
        channel.settimeout(TIMEOUT)
        channel.bind((0, 0))
        channel.send(_HEADER.pack(_HEADER.size + len(body), GET, NLM_F_REQUEST_DUMP, 1, 0) + body)
        size = 0
        while size < DUMP_BYTES:
            part = channel.recv(262_144)
            size += len(part)
            code = ending(part)
            if code:
                raise OSError(code, os.strerror(code))
            yield part
            if code == 0:
                return


def ending(part: bytes) -> int | None:
    """0 when this part ends the dump, an error number when it failed, ``None`` when more follows."""
    for kind, body in _messages(part):
        if kind in (NLMSG_DONE, NLMSG_ERROR):
            code: int = _CODE.unpack_from(body)[0] if len(body) >= 4 else 0
            return -code if code < 0 else 0
    return None


def parse(part: bytes) -> Iterator[Translation]:
    """The translated connections in one part of a dump."""
    for kind, body in _messages(part):
        if kind != NEW:
            continue
        attributes = dict(_attributes(body[4:]))
        status = int.from_bytes(attributes.get(STATUS, b"\0\0\0\0")[:4], "big")
        if not status & (SOURCE_NAT | DESTINATION_NAT):
            continue
        original = _tuple(attributes.get(TUPLE_ORIGINAL, b""))
        reply = _tuple(attributes.get(TUPLE_REPLY, b""))
        if original is not None and reply is not None:
            yield Translation(original, reply)


def _messages(part: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position + 16 <= len(part):
        length, kind = _HEADER.unpack_from(part, position)[:2]
        if length < 16 or position + length > len(part):
            return
        yield kind, part[position + 16 : position + length]
        position += (length + 3) & ~3


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position + 4 <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, position)
        if length < 4 or position + length > len(data):
            return
        yield kind & _TYPE_MASK, data[position + 4 : position + length]
        position += (length + 3) & ~3


def _tuple(data: bytes) -> TranslatedTuple | None:
    parts = dict(_attributes(data))
    addresses = dict(_attributes(parts.get(TUPLE_IP, b"")))
    ports = dict(_attributes(parts.get(TUPLE_PROTO, b"")))
    # 1 and 2 are the IPv4 addresses, 3 and 4 the IPv6 ones.
    source, destination = addresses.get(1) or addresses.get(3), addresses.get(2) or addresses.get(4)
    number = ports.get(PROTO_NUMBER, b"")
    source_port, destination_port = ports.get(PROTO_SOURCE, b""), ports.get(PROTO_DESTINATION, b"")
    if not source or not destination or len(number) != 1 or len(source_port) != 2 or len(destination_port) != 2:
        return None
    return TranslatedTuple(
        number[0], source, int.from_bytes(source_port, "big"), destination, int.from_bytes(destination_port, "big")
    )

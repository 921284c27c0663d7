"""Translated addresses: which packets outside belong to which packets inside (NAT), from the kernel's connection tracking.

In: the answer to a ctnetlink dump (linux/netfilter/nfnetlink_conntrack.h) of the network namespace netmon runs in. Out:
pairs of tuples (``Translation``). Needs CAP_NET_ADMIN; asks nothing where nothing is tracked, so it never loads a module.
Rules: bounded in bytes; lengths are never believed unchecked; what is not TCP, UDP or the like, or not translated, is
left out.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

from netmon.model.owner import TranslatedTuple, Translation

from . import netlink
from .files import read_bytes
from .netlink import NLM_F_REQUEST_DUMP, NLMSG_DONE, NLMSG_ERROR

NETLINK_NETFILTER = 12
GET = 1 << 8 | 1
"""NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET; answers are IPCTNL_MSG_CT_NEW of the same subsystem."""
NEW = 1 << 8
TUPLE_ORIGINAL, TUPLE_REPLY, STATUS, STATUS_MASK = 1, 2, 3, 26
TUPLE_IP, TUPLE_PROTO = 1, 2
PROTO_NUMBER, PROTO_SOURCE, PROTO_DESTINATION = 1, 2, 3
SOURCE_NAT, DESTINATION_NAT = 1 << 4, 1 << 5
"""IPS_SRC_NAT, IPS_DST_NAT (linux/netfilter/nf_conntrack_common.h)."""
DUMP_BYTES = 16 * 1024 * 1024
LIMIT = 16_384
TIMEOUT = 2.0


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
    with netlink.opened(NETLINK_NETFILTER, TIMEOUT) as channel:
        channel.send(netlink.request(GET, NLM_F_REQUEST_DUMP, body))
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
    for kind, _, body in netlink.messages(part):
        if kind in (NLMSG_DONE, NLMSG_ERROR):
            return netlink.error_of(body)
    return None


def parse(part: bytes) -> Iterator[Translation]:
    """The translated connections in one part of a dump."""
    for kind, _, body in netlink.messages(part):
        if kind != NEW:
            continue
        attributes = dict(netlink.attributes(body, 4))
        status = int.from_bytes(attributes.get(STATUS, b"\0\0\0\0")[:4], "big")
        if not status & (SOURCE_NAT | DESTINATION_NAT):
            continue
        original = _tuple(attributes.get(TUPLE_ORIGINAL, b""))
        reply = _tuple(attributes.get(TUPLE_REPLY, b""))
        if original is not None and reply is not None:
            yield Translation(original, reply)


def _tuple(data: bytes) -> TranslatedTuple | None:
    parts = dict(netlink.attributes(data))
    addresses = dict(netlink.attributes(parts.get(TUPLE_IP, b"")))
    ports = dict(netlink.attributes(parts.get(TUPLE_PROTO, b"")))
    # 1 and 2 are the IPv4 addresses, 3 and 4 the IPv6 ones.
    source, destination = addresses.get(1) or addresses.get(3), addresses.get(2) or addresses.get(4)
    number = ports.get(PROTO_NUMBER, b"")
    source_port, destination_port = ports.get(PROTO_SOURCE, b""), ports.get(PROTO_DESTINATION, b"")
    if not source or not destination or len(number) != 1 or len(source_port) != 2 or len(destination_port) != 2:
        return None
    return TranslatedTuple(
        number[0], source, int.from_bytes(source_port, "big"), destination, int.from_bytes(destination_port, "big")
    )

"""The kernel's socket tables in binary: NETLINK_SOCK_DIAG (sock_diag(7)), several times cheaper than ``/proc/net``.

Needs no right; covers TCP, UDP and UDP-Lite of the network namespace netmon runs in. In: the answer to a dump. Out: ``Row``
tuples, the same object for a socket that did not change since the last dump. Rule: any failure is "not available"
(``None``) with its reason in ``problems``, and the caller reads ``/proc/net`` instead; lengths are never believed unchecked.
"""

from __future__ import annotations

import errno
import os
import socket
import struct

from . import netlink
from .netlink import NLM_F_REQUEST_DUMP, NLMSG_DONE, NLMSG_ERROR
from .proc_net import TCP_STATES, Row, unmapped

NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY = 20
INET_DIAG_SKV6ONLY = 11
PROTOCOLS = (6, 17, 136)
ALL_STATES = 0xFFF
DUMP_BYTES = 256 * 1024 * 1024
TIMEOUT = 5.0
_REQUEST = struct.Struct("=BBBxI48x")
_LENGTH_TYPE = struct.Struct("=IH")
_CODE = struct.Struct("=i")
_BODY = struct.Struct("=BB2x")
_PORTS = struct.Struct(">HH")
_TAIL = struct.Struct("=II")
MESSAGE = 72
"""Size of ``struct inet_diag_msg`` (linux/inet_diag.h): 4 bytes family, state, timer, retransmissions; 48 bytes
socket id (ports, addresses, interface, cookie); expiry, queues, uid, inode."""


class SockDiag:
    """Dumps socket tables and remembers the rows of the last dump."""

    def __init__(self) -> None:
        self.problems: dict[int, str] = {}
        """Protocol -> why its last dump failed."""
        self._known: dict[int, dict[bytes, Row]] = {}

    def dump(self, protocol: int) -> list[Row] | None:
        """The sockets of a protocol, ``None`` when the kernel will not tell."""
        found: dict[bytes, Row] = {}
        try:
            for family in (socket.AF_INET, socket.AF_INET6):
                _dump(family, protocol, self._known.get(protocol, {}), found)
        except OSError as error:
            self.problems[protocol] = error.strerror or str(error)
            self._known.pop(protocol, None)
            return None
        self.problems.pop(protocol, None)
        self._known[protocol] = found
        return list(found.values())


def _dump(family: int, protocol: int, known: dict[bytes, Row], found: dict[bytes, Row]) -> None:
    """Asks and reads until the end. Raises ``OSError``."""
    request = _REQUEST.pack(family, protocol, 0, ALL_STATES)
    with netlink.opened(NETLINK_SOCK_DIAG, TIMEOUT) as channel:
        channel.send(netlink.request(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST_DUMP, request))
        size = 0
        while size < DUMP_BYTES:
            part = channel.recv(262_144)
            size += len(part)
            code = parse(part, protocol, known, found)
            if code:
                raise OSError(code, os.strerror(code))
            if code == 0:
                return
    raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))


def parse(part: bytes, protocol: int, known: dict[bytes, Row], found: dict[bytes, Row]) -> int | None:
    """Adds the sockets in ``part`` to ``found``; rows in ``known`` are used again: the key is all that a row is made of.

    0 when this part ends the dump, an error number when the dump failed, ``None`` when more follows.
    """
    position = 0
    unpack = _LENGTH_TYPE.unpack_from
    end = len(part)
    while position + 16 <= end:
        length, kind = unpack(part, position)
        if length < 16 or position + length > end:
            return errno.EBADMSG
        if kind == SOCK_DIAG_BY_FAMILY and length >= 16 + MESSAGE:
            body = position + 16
            key = part[body : body + 2] + part[body + 4 : body + 52] + part[body + 64 : position + length]
            row = known.get(key) or _row(part, body, position + length, protocol)
            if row is not None:
                found[key] = row
        elif kind in (NLMSG_DONE, NLMSG_ERROR):
            code: int = _CODE.unpack_from(part, position + 16)[0] if length >= 20 else 0
            return -code if code < 0 else 0 if kind == NLMSG_DONE else errno.EIO
        position += (length + 3) & ~3
    return None


def _row(part: bytes, body: int, end: int, protocol: int) -> Row | None:
    family, state = _BODY.unpack_from(part, body)
    local_port, remote_port = _PORTS.unpack_from(part, body + 4)
    if family == socket.AF_INET:
        local, remote = part[body + 8 : body + 12], part[body + 24 : body + 28]
    elif family == socket.AF_INET6:
        local, remote = unmapped(part[body + 8 : body + 24]), unmapped(part[body + 24 : body + 40])
    else:
        return None
    uid, inode = _TAIL.unpack_from(part, body + 64)
    connected = any(remote)
    return Row(
        protocol=protocol,
        local=local,
        local_port=local_port,
        remote=remote if connected else b"",
        remote_port=remote_port if connected else 0,
        state=TCP_STATES.get(state, "") if protocol == 6 else "",
        uid=uid,
        inode=inode,
        v6_only=_v6_only(part, body + MESSAGE, end),
    )


def _v6_only(part: bytes, position: int, end: int) -> bool | None:
    for kind, value in netlink.attributes(part[position:end]):
        if kind == INET_DIAG_SKV6ONLY and value:
            return value[0] != 0
    return None

"""Netlink messages (netlink(7), linux/netlink.h): asking the kernel, and taking its answers apart.

Rule: lengths are never believed unchecked: where one is wrong the reading ends, and what came before it holds.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

NLM_F_REQUEST, NLM_F_REQUEST_DUMP = 1, 0x301
NLMSG_ERROR, NLMSG_DONE = 2, 3
_HEADER = struct.Struct("=IHHII")
_ATTRIBUTE = struct.Struct("=HH")
_CODE = struct.Struct("=i")
_TYPE_MASK = 0x3FFF
"""Without NLA_F_NESTED and NLA_F_NET_BYTEORDER."""


class Message(NamedTuple):
    """One message without its header."""

    kind: int
    number: int
    """Of the request it answers."""
    body: bytes


def opened(family: int, timeout: float) -> socket.socket:
    """A socket of that netlink family; the kernel's patience in seconds. Raises ``OSError``."""
    channel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, family)
    try:
        channel.settimeout(timeout)
        channel.bind((0, 0))
    except OSError:
        channel.close()
        raise
    return channel


def request(kind: int, flags: int, body: bytes, number: int = 1) -> bytes:
    """A message for the kernel."""
    return _HEADER.pack(_HEADER.size + len(body), kind, flags, number, 0) + body


def messages(data: bytes) -> Iterator[Message]:
    """The messages in what was received."""
    position = 0
    while position + _HEADER.size <= len(data):
        length, kind, _, number, _ = _HEADER.unpack_from(data, position)
        if length < _HEADER.size or position + length > len(data):
            return
        yield Message(kind, number, data[position + _HEADER.size : position + length])
        position += (length + 3) & ~3


def attributes(data: bytes, position: int = 0) -> Iterator[tuple[int, bytes]]:
    """Type (without its flag bits) and value of the attributes from ``position`` on."""
    while position + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, position)
        if length < _ATTRIBUTE.size or position + length > len(data):
            return
        yield kind & _TYPE_MASK, data[position + _ATTRIBUTE.size : position + length]
        position += (length + 3) & ~3


def error_of(body: bytes) -> int:
    """The error number in an NLMSG_ERROR or NLMSG_DONE, 0 for none."""
    code: int = _CODE.unpack_from(body)[0] if len(body) >= _CODE.size else 0
    return -code if code < 0 else 0

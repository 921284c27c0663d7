"""Minecraft, Java edition (wiki.vg, "Protocol"): the handshake every connection begins with.

Claimed: a handshake whose lengths fit, with a host name, a port and a next state that exists, followed by the packet that
belongs to it. Told: the version of the protocol, the host asked for, the next state. Players' names are not.
"""

from __future__ import annotations

from netmon.errors import NeedMore, ParseError

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._shell import StreamProtocol, StreamShell

PORTS = frozenset((25565,))
STATES = {1: "STATUS", 2: "LOGIN", 3: "TRANSFER"}
LONGEST_NAME = 300
LARGEST = 400
VERSION = FieldSpec("minecraft_version", "Protocol version")
HOST = FieldSpec("minecraft_host", "Host")


def number(cursor: Cursor) -> int:
    """A variable-length integer of at most five octets."""
    value = 0
    for shift in range(0, 35, 7):
        octet = cursor.u8()
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            return value
    raise ParseError("integer too long")


def handshake(cursor: Cursor) -> tuple[int, bytes, int]:
    """Version, host, next state."""
    size = number(cursor)
    if not 6 <= size <= LARGEST:
        raise ParseError("no handshake")
    head = cursor.peek(1)
    if head and head[0]:
        raise ParseError("no handshake")
    packet = cursor.sub(size)
    packet.skip(1)
    version = number(packet)
    length = number(packet)
    if not 1 <= length <= LONGEST_NAME:
        raise ParseError("no host")
    name = packet.take(length).split(b"\0", 1)[0]
    packet.skip(2)
    state = number(packet)
    if not packet.at_end or state not in STATES or not name.isascii() or not name.decode().isprintable():
        raise ParseError("no next state")
    return version, name, state


class _Minecraft(StreamShell):
    """One connection; only the handshake is read."""

    __slots__ = ("_head",)

    label = "Minecraft"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._head = b""

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002  the handshake carries no time
        """Until it is whole."""
        if side != CLIENT:
            return MORE
        self._head += data[: LARGEST + 3 - len(self._head)]
        try:
            version, name, state = handshake(Cursor(self._head))
        except NeedMore:
            return MORE
        report = self.report
        report.set(VERSION, -1 if version == 0xFFFF_FFFF else version)
        report.set(HOST, name)
        report.hostname(name, "minecraft")
        report.state = report.summary = STATES[state]
        return DONE

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  nothing can be learnt behind a gap
        """What is missing cannot be told."""
        return DONE if side == CLIENT else MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """The handshake, and behind it a request for the status (1, 0) or a log-in (length, 0)."""
    if len(client) < 3:
        return MAYBE
    if client[2 if client[0] & 0x80 else 1]:
        return NO
    cursor = Cursor(client)
    try:
        _, _, state = handshake(cursor)
        size = number(cursor)
        kind = cursor.u8()
    except NeedMore:
        return MAYBE if len(client) < LARGEST + 8 else NO
    return YES if not kind and (size == 1 if state == 1 else 2 < size < 600) else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Minecraft, judge, PORTS, frozenset(range(6, 256)))

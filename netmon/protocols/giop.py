"""General Inter-ORB Protocol of CORBA (OMG CORBA, part 2, "GIOP Message Formats") over TCP (IIOP).

Claimed: the magic with a version, message type and flags that exist. Told: version, kinds of messages, operations. Objects
and arguments are not.
"""

from __future__ import annotations

import re
from contextlib import suppress

from netmon.errors import NeedMore, ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly, magic
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((683, 684))
MAGIC, HEADER = b"GIOP", 12
TYPES = (
    "REQUEST",
    "REPLY",
    "CANCEL_REQUEST",
    "LOCATE_REQUEST",
    "LOCATE_REPLY",
    "CLOSE_CONNECTION",
    "MESSAGE_ERROR",
    "FRAGMENT",
)
REQUEST, REPLY, LOCATE_REQUEST, LOCATE_REPLY = 0, 1, 3, 4
LITTLE, COMPRESSED = 1, 4
MAXIMUM_CONTEXTS = 16
VERSION = FieldSpec("giop_version", "Version")
MESSAGE = FieldSpec("giop_message", "Messages", multiple=True)
OPERATION = FieldSpec("giop_operation", "Operations", multiple=True)
_OPERATION = re.compile(rb"[A-Za-z_][A-Za-z0-9_]{1,63}\0")


def size_of(head: bytes) -> int:
    """Whole length of the message that begins with these twelve octets."""
    if head[:4] != MAGIC or head[4] != 1 or head[5] > 3 or head[6] & ~7 or head[7] >= len(TYPES):
        raise ParseError("no GIOP header")
    return HEADER + int.from_bytes(head[8:12], "little" if head[6] & LITTLE else "big")


class _Giop(FrameShell):
    """One connection."""

    __slots__ = ()

    label, header, limit = "GIOP", HEADER, 1024

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  both directions alike
        """Of the message."""
        return size_of(head)

    def frame(self, side: int, message: Cursor) -> Status:
        """One message."""
        message.skip(5)
        minor, flags, kind = message.u8(), message.u8(), message.u8()
        message.skip(4)
        report = self.report
        report.set(VERSION, f"1.{minor}")
        report.add(MESSAGE, TYPES[kind])
        report.state = TYPES[kind]
        if flags & COMPRESSED or kind not in (REQUEST, REPLY, LOCATE_REQUEST, LOCATE_REPLY):
            return MORE
        body = _Body(message, bool(flags & LITTLE))
        with suppress(NeedMore):
            if minor < 2 and kind in (REQUEST, REPLY):
                body.contexts()
            number = body.u32()
            if kind in (REPLY, LOCATE_REPLY):
                report.response((1 - side, number), self.now, "giop")
                return MORE
            report.request((side, number), self.now, "giop")
            if kind == REQUEST:
                operation = body.operation(minor)
                report.add(OPERATION, operation)
                report.summary = operation.decode("ascii", "replace")
        return MORE


class _Body:
    """CDR: values on multiples of their size, from the beginning of the message (part 2, section 9.3)."""

    __slots__ = ("_cursor", "_little")

    def __init__(self, cursor: Cursor, little: bool) -> None:
        self._cursor, self._little = cursor, little

    def u32(self) -> int:
        """An aligned integer."""
        self._cursor.skip(-self._cursor.consumed % 4)
        return self._cursor.u32le() if self._little else self._cursor.u32()

    def octets(self) -> bytes:
        """A sequence of octets or a string."""
        return self._cursor.take(self.u32())

    def contexts(self) -> None:
        """The service contexts versions 1.0 and 1.1 begin with."""
        for _ in range(min(self.u32(), MAXIMUM_CONTEXTS)):
            self.u32()
            self.octets()

    def operation(self, minor: int) -> bytes:
        """The operation's name, behind flags and the object's key; empty when it is no name."""
        self._cursor.skip(4 if minor >= 2 else 1)
        if minor >= 2:
            address = self._cursor.u16le() if self._little else self._cursor.u16()
            if address:
                return b""  # by profile or reference: rare, and nothing else to learn
        self.octets()
        name = self.octets()
        return name[:-1] if _OPERATION.fullmatch(name) else b""


def message(head: bytes) -> Claim:
    """A message header."""
    if len(head) < HEADER:
        return NO if magic(head, MAGIC) is NO else MAYBE
    size_of(head)
    return YES


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Both ends speak alike."""
    return jointly(client, server, message)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Giop, judge, PORTS, frozenset(b"G"))

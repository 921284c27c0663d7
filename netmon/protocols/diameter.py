"""Diameter base protocol (RFC 6733), over TCP and SCTP.

Claimed: a header of version 1 whose length, flags and command fit, followed by an attribute that fits too. Told:
commands, origin hosts and realms. Users and sessions are not. Exchange: ``diameter``, by hop-by-hop identifier.
"""

from __future__ import annotations

import contextlib

from netmon.errors import NeedMore, ParseError

from ._contract import ALWAYS, MAYBE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol

COMMAND = FieldSpec("diameter_command", "Commands", multiple=True)
HOST = FieldSpec("diameter_origin_host", "Origin hosts", multiple=True, limit=16)
REALM = FieldSpec("diameter_origin_realm", "Origin realms", multiple=True, limit=16)
PORTS = frozenset((3868,))
HEADER = 20
REQUEST, VENDOR = 0x80, 0x80
ORIGIN_HOST, ORIGIN_REALM = 264, 296


class _Diameter(FrameShell):
    """One connection."""

    __slots__ = ()

    label = "Diameter"
    header = HEADER
    limit = 16 * 1024

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Header and attributes."""
        if header(head) is NO:
            raise ParseError("no Diameter header")
        return int.from_bytes(head[1:4], "big")

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002
        """One message."""
        message.skip(4)
        flags, command, report = message.u8(), message.u24(), self.report
        message.skip(4)
        key = message.u32()
        message.skip(4)
        if flags & REQUEST:
            report.add(COMMAND, command)
            report.request(key, self.now, "diameter")
        else:
            report.response(key, self.now, "diameter")
        with contextlib.suppress(NeedMore):
            self._attributes(message)
        return ALWAYS

    def _attributes(self, message: Cursor) -> None:
        while not message.at_end:
            code, flags, size = message.u32(), message.u8(), message.u24()
            header = 12 if flags & VENDOR else 8
            if size < header:
                return
            message.skip(header - 8)
            value = message.take(size - header)
            message.skip(min(-size % 4, message.left))
            if code == ORIGIN_HOST:
                self.report.add(HOST, value)
                self.report.summary = value.decode("utf-8", "replace")
            elif code == ORIGIN_REALM:
                self.report.add(REALM, value)


def header(head: bytes) -> Claim:
    """Version, length, flags, command; code, flags and length of the first attribute."""
    if head[0] != 1 or (len(head) > 4 and head[4] & 0x0F):
        return NO
    if len(head) < 8:
        return MAYBE
    size, command = int.from_bytes(head[1:4], "big"), int.from_bytes(head[5:8], "big")
    if size < HEADER or size % 4 or size > 65_536 or not (256 < command < 400 or 8_388_600 < command < 8_389_000):
        return NO
    attribute = head[HEADER : HEADER + 8]
    if len(attribute) < 8:
        return MAYBE
    fits = 8 <= int.from_bytes(attribute[5:8], "big") <= size - HEADER and not attribute[4] & 0x1F and not attribute[0]
    return YES if fits else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Peers speak alike."""
    return jointly(client, server, header)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Diameter, judge, PORTS, frozenset((1,)), sctp=True)

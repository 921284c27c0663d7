"""Oracle Net (TNS): the connection to a database.

There is no public document; the layout is the one the field agrees on. Claimed: a CONNECT packet with its connect
descriptor. Told: the service or SID asked for, and the client's program. Users, statements and rows are not. States:
CONNECT, ACCEPTED, REFUSED, REDIRECTED.
"""

from __future__ import annotations

import re

from netmon.errors import ParseError

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec
from ._shell import StreamProtocol

SERVICE = FieldSpec("oracle_service", "Service")
PROGRAM = FieldSpec("oracle_program", "Program")
PORTS = frozenset((1521, 1526))
HEADER = 8
CONNECT = 1
STATES = {2: "ACCEPTED", 4: "REFUSED", 5: "REDIRECTED"}
_SERVICE = re.compile(rb"(?i)\((?:SERVICE_NAME|SID)\s*=\s*([^()\s]{1,128})\)")
_PROGRAM = re.compile(rb"(?i)\(PROGRAM\s*=\s*([^()]{1,128})\)")
_DESCRIPTOR = re.compile(rb"(?i)\((?:DESCRIPTION|CONNECT_DATA|COMMAND|ADDRESS)\s*=")


class _Oracle(FrameShell):
    """One connection."""

    __slots__ = ()

    label = "Oracle"
    header = HEADER
    limit = 4096

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Packet length; its checksum is not used."""
        size = head[0] << 8 | head[1]
        if size < HEADER or any(head[2:4]) or not 0 < head[4] < 20:
            raise ParseError("no TNS packet")
        return size

    def frame(self, side: int, message: Cursor) -> Status:
        """One packet."""
        message.skip(4)
        kind, report = message.u8(), self.report
        if side != CLIENT:
            report.state = STATES.get(kind, report.state)
            return DONE if kind in STATES else MORE
        if kind == CONNECT:
            report.state = "CONNECT"
            text = message.rest()
            for spec, pattern in ((SERVICE, _SERVICE), (PROGRAM, _PROGRAM)):
                match = pattern.search(text)
                if match:
                    report.set(spec, match[1])
            report.summary = str(report.get(SERVICE) or "")
        return MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """The client connects; a long descriptor comes in a packet of its own."""
    if server and len(server) > 4 and (server[4] not in (2, 4, 5, 11, 12) or any(server[2:4])):
        return NO
    if len(client) > 4 and (any(client[2:4]) or client[4] != CONNECT):
        return NO
    if len(client) < 58:
        return MAYBE
    size, offset = client[0] << 8 | client[1], client[26] << 8 | client[27]
    if not 26 <= offset <= 90 or size < offset:
        return NO
    if _DESCRIPTOR.match(client, offset):
        return YES
    return MAYBE if len(client) < offset + 16 or size == offset else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Oracle, judge, PORTS, frozenset((0, 1, 2, 3)))

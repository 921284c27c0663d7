"""TACACS+ (RFC 8907).

Claimed: packet headers whose version, type, flags and length agree; sure on the usual port, or when both directions name the
same session. Told: what is asked for, and whether bodies go in the clear. Bodies hold names and passwords and are not read.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((49,))
HEADER = 12
TYPES = {1: "AUTHENTICATION", 2: "AUTHORIZATION", 3: "ACCOUNTING"}
VERSIONS = (0xC0, 0xC1)
UNENCRYPTED, SINGLE_CONNECTION = 1, 4
MAXIMUM = 65_536
TYPE = FieldSpec("tacacs_type", "Types", multiple=True)


def body_length(head: bytes) -> int:
    """Of the packet that begins with these twelve octets; ``ParseError`` when they are no header (section 4.1)."""
    size = int.from_bytes(head[8:12], "big")
    known = head[0] in VERSIONS and head[1] in TYPES and head[2] and not head[3] & ~(UNENCRYPTED | SINGLE_CONNECTION)
    if not known or not 5 <= size <= MAXIMUM:
        raise ParseError("no TACACS+ header")
    return size


class _Tacacs(FrameShell):
    """One connection, of one session or several."""

    __slots__ = ()

    label, header, limit = "TACACS", HEADER, HEADER

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  both directions alike
        """Header and body."""
        return HEADER + body_length(head)

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  the sequence number tells who speaks
        """Odd numbers are the client's."""
        message.skip(1)
        kind, number, flags, session = message.u8(), message.u8(), message.u8(), message.u32()
        report = self.report
        report.add(TYPE, TYPES.get(kind, ""))
        report.state = report.summary = TYPES.get(kind, "")
        if flags & UNENCRYPTED:
            report.risk("clear-text-credentials")
        if number & 1:
            report.request((session, number), self.now, "tacacs")
        else:
            report.response((session, number - 1), self.now, "tacacs")
        return MORE


def _head(data: bytes) -> Claim:
    if len(data) < HEADER:
        agrees = data[:1] in (b"", b"\xc0", b"\xc1") and (len(data) < 2 or data[1] in TYPES)
        return MAYBE if agrees else NO
    body_length(data[:HEADER])
    return WEAK


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    answers = [_head(data) for data in (client, server) if data]
    if NO in answers:
        return NO
    if WEAK not in answers:
        return MAYBE
    if context.server_port in PORTS:
        return YES
    if answers.count(WEAK) == 2:
        return YES if client[4:8] == server[4:8] else NO
    return WEAK if client[2:3] == b"\1" else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Tacacs, judge, PORTS, frozenset(VERSIONS))

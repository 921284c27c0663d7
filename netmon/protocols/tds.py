"""TDS, the protocol of Microsoft SQL Server and Sybase ([MS-TDS]; TDS 4.2 and 5.0).

Claimed: a packet header whose body begins as that packet does (PRELOGIN, LOGIN7, a batch with its headers); without
that, packets of both directions. Told: from LOGIN7 and the TDS 5 login: user, client's host, application, database.
Passwords, statements and rows are passed over. Where TLS starts, following ends: it is carried inside TDS packets.
States: PRELOGIN, LOGIN, ESTABLISHED.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import CLIENT, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._judge import jointly
from ._report import FieldSpec
from ._secrets import IN_CLEAR
from ._shell import FrameShell, StreamProtocol

USER = FieldSpec("tds_user", "User")
HOST = FieldSpec("tds_host", "Client's host")
APPLICATION = FieldSpec("tds_app", "Application")
DATABASE = FieldSpec("tds_db", "Database")
PORTS = frozenset((1433, 1434))
HEADER = 8
MAXIMUM = 32_768
BATCH, LOGIN, RPC, RESPONSE, LOGIN7, PRELOGIN, QUERY5 = 1, 2, 3, 4, 16, 18, 15
REQUESTS = frozenset((BATCH, LOGIN, RPC, 6, 7, 8, 14, QUERY5, LOGIN7, 17, PRELOGIN))
STATUS_BITS = 0x1B
ALL_HEADERS = b"\x16\x00\x00\x00\x12\x00\x00\x00\x02\x00"
LOGIN7_FIXED = 36
_STATEMENT_BEGINS = b" \t\r\n-/(;@{?"
"""Beside letters: what a statement can begin with."""
LOGIN5_NAME = 31
"""A name of a TDS 5 login: thirty octets and how many of them are used."""


class _Tds(FrameShell):
    """One connection."""

    __slots__ = ()

    label = "TDS"
    header = HEADER
    limit = 4096

    def length(self, side: int, head: bytes) -> int:
        """Header and body."""
        if packet(head, side == CLIENT) is Claim.NO:
            raise ParseError("no TDS packet")
        return head[2] << 8 | head[3]

    def frame(self, side: int, message: Cursor) -> Status:
        """One packet."""
        kind, report = message.u8(), self.report
        message.skip(HEADER - 1)
        if kind == PRELOGIN and message.peek(2) == b"\x16\x03":
            report.state = "TLS"
            return Status.DONE
        if kind == PRELOGIN:
            report.state = "PRELOGIN"
        elif kind == LOGIN7:
            self._login7(message)
        elif kind == LOGIN and not report.state:
            self._login5(message)
        elif side == CLIENT or report.state == "LOGIN":
            report.state = "ESTABLISHED"
            return Status.DONE
        return Status.MORE

    def _login7(self, message: Cursor) -> None:
        """2.2.6.4: pairs of offset and length, counted from here in octets and in UTF-16 code units."""
        start, report = message.position, self.report
        report.state = "LOGIN"
        message.skip(LOGIN7_FIXED)
        pairs = [(message.u16le(), message.u16le()) for _ in range(9)]
        if pairs[2][1]:
            report.risk(IN_CLEAR)  # the password is scrambled in a way everybody knows
        for spec, index in ((HOST, 0), (USER, 1), (APPLICATION, 3), (DATABASE, 8)):
            offset, count = pairs[index]
            message.seek(start)
            message.skip(offset)
            report.set(spec, message.take(2 * min(count, 128)).decode("utf-16-le", "replace"))
        report.summary = str(report.get(USER) or "")

    def _login5(self, message: Cursor) -> None:
        """Host, user, password, process, application: each thirty octets and the number used."""
        self.report.state = "LOGIN"
        fields = [message.take(LOGIN5_NAME) for _ in range(3)]
        message.skip(LOGIN5_NAME + 1 + 15)
        fields.append(message.take(LOGIN5_NAME))
        for spec, field in ((HOST, fields[0]), (USER, fields[1]), (APPLICATION, fields[3])):
            self.report.set(spec, field[: min(field[-1], 30)].rstrip(b"\0"))
        if fields[2][-1]:
            self.report.risk(IN_CLEAR)


def packet(head: bytes, request: bool) -> Claim:
    """A header so far, and what the body begins with."""
    kind = head[0] if head else BATCH
    if (kind not in REQUESTS if request else kind not in (RESPONSE, PRELOGIN)) or (len(head) > 1 and head[1] & ~STATUS_BITS):
        return Claim.NO
    if len(head) < HEADER:
        return Claim.MORE
    size = head[2] << 8 | head[3]
    if not HEADER <= size <= MAXIMUM or head[7]:
        return Claim.NO
    if not request:
        return Claim.WEAK
    found = _body(kind, size, head[HEADER:size])
    return Claim.NO if found is Claim.WEAK and any(head[4:6]) else found  # a client leaves the server's process id empty


def _body(kind: int, size: int, body: bytes) -> Claim:
    if kind == PRELOGIN and size > 20:
        first = body[:5]
        return Claim.MORE if len(first) < 5 else Claim.YES if first[0] == 0 and first[3:] == b"\0\6" else Claim.WEAK
    if kind == LOGIN7:
        if len(body) < 8:
            return Claim.MORE
        return Claim.YES if int.from_bytes(body[:4], "little") == size - HEADER and 0x70 <= body[7] <= 0x74 else Claim.WEAK
    if kind in (BATCH, RPC, 14) and ALL_HEADERS.startswith(body[: len(ALL_HEADERS)]):
        return Claim.YES if len(body) >= len(ALL_HEADERS) else Claim.MORE
    if kind == BATCH and body[:1] and not (body[:1].isalpha() or body[:1] in _STATEMENT_BEGINS):
        return Claim.NO
    if kind == LOGIN and size == 512:
        used = [body[index * LOGIN5_NAME + 30 : index * LOGIN5_NAME + 31] for index in range(3)]
        if any(one > b"\x1e" for one in used):
            return Claim.NO
        return Claim.YES if used[-1] else Claim.MORE
    return Claim.WEAK


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """See the module."""
    return jointly(client, server, lambda head: packet(head, True), lambda head: packet(head, False))


PROTOCOL: ApplicationProtocol = StreamProtocol(_Tds, judge, PORTS, REQUESTS | {RESPONSE})

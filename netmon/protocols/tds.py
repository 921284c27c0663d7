"""TDS, the protocol of Microsoft SQL Server and Sybase ([MS-TDS]; TDS 4.2 and 5.0).

Claimed: a packet header whose body begins as that packet does (PRELOGIN, LOGIN7, a batch with its headers); without
that, packets of both directions, or of one on the usual ports. Told: from LOGIN7 and the TDS 5 login: user, client's host,
application, database; of the server name and version; of batches and calls the verb; numbers of errors. Passwords,
statements and rows are passed over. Where TLS starts, following ends: it is carried inside TDS packets. Exchange: ``tds``,
from the beginning of a request to that of its answer. States: PRELOGIN, LOGIN, ESTABLISHED, REFUSED.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._secrets import IN_CLEAR
from ._shell import StreamProtocol
from ._sql import verb_of_statement
from ._tds_tokens import ERROR, report_tokens

USER = FieldSpec("tds_user", "User")
HOST = FieldSpec("tds_host", "Client's host")
APPLICATION = FieldSpec("tds_app", "Application")
DATABASE = FieldSpec("tds_db", "Database")
VERB = FieldSpec("tds_verb", "Statements", multiple=True)
PORTS = frozenset((1433, 1434))
LANGUAGE = b"\x21"
"""A statement's token in TDS 5: length, status, text."""
ATTENTION = 6
"""Cancels a request; the answer to that one answers it, too."""
HEADER = 8
MAXIMUM = 32_768
BATCH, LOGIN, RPC, RESPONSE, LOGIN7, PRELOGIN, QUERY5 = 1, 2, 3, 4, 16, 18, 15
REQUESTS = frozenset((BATCH, LOGIN, RPC, 6, 7, 8, 14, QUERY5, LOGIN7, 17, PRELOGIN))
STATUS_BITS = 0x1B
LAST = 0x01
"""The packet ends a message; any other is full."""
SMALLEST_PACKET = 512
TOKENS = frozenset((0x20, 0x22, 0x61, 0x62, 0x65, 0x79, 0x81, 0x88, 0xA0, 0xA1, 0xA4, 0xA5, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB,
                    0xAC, 0xAD, 0xAE, 0xD1, 0xD2, 0xD3, 0xD7, 0xE2, 0xE3, 0xE4, 0xE5, 0xE7, 0xEC, 0xED, 0xEE, 0xFD, 0xFE,
                    0xFF, 0x00, 0x04, 0x16))  # fmt: skip
"""What a response begins with ([MS-TDS] 2.2.7, TDS 5.0 section 3): tokens; PRELOGIN's options, TLS records in it."""
ALL_HEADERS = b"\x16\x00\x00\x00\x12\x00\x00\x00\x02\x00"
LOGIN7_FIXED = 36
_STATEMENT_BEGINS = b" \t\r\n-/(;@{?"
"""Beside letters: what a statement can begin with."""
LOGIN5_NAME = 31
"""A name of a TDS 5 login: thirty octets and how many of them are used."""


class _Tds(FrameShell):
    """One connection."""

    __slots__ = ("_begins",)

    label, exchange = "TDS", "tds"
    header = HEADER
    limit = 4096

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._begins = [True, True]
        """The next packet of this side is the first of a message."""

    def length(self, side: int, head: bytes) -> int:
        """Header and body."""
        if packet(head, side == CLIENT) is NO:
            raise ParseError("no TDS packet")
        return head[2] << 8 | head[3]

    def frame(self, side: int, message: Cursor) -> Status:
        """One packet."""
        kind, report = message.u8(), self.report
        begins, self._begins[side] = self._begins[side], bool(message.peek(1)[0] & LAST)
        message.skip(HEADER - 1)
        if kind == PRELOGIN and message.peek(2) == b"\x16\x03":
            report.state = "TLS"
            return DONE
        if begins and kind != ATTENTION:
            (self.ask if side == CLIENT else self.answer)()
        if kind == PRELOGIN:
            report.state = "PRELOGIN"
        elif kind == LOGIN7:
            self._login7(message)
        elif kind == LOGIN and not report.state:
            self._login5(message)
        elif begins and side == CLIENT:
            report.state = "ESTABLISHED"
            self._statement(kind, message)
        elif begins and kind == RESPONSE and report.state != "PRELOGIN":
            asked = report.state == "LOGIN"
            acknowledged = report_tokens(report, message)
            if asked:
                refused = not acknowledged and report.get(ERROR) is not None
                report.state = "REFUSED" if refused else "ESTABLISHED"
        return MORE

    def _statement(self, kind: int, message: Cursor) -> None:
        """A batch in UTF-16 behind its headers (2.2.6.7), one of TDS 5 in a token, or a call."""
        if kind in (RPC, 14):
            self.report.add(VERB, "EXEC")
            return
        if kind == QUERY5:
            message.skip(min(6 if message.peek(1) == LANGUAGE else message.left, message.left))
            text = message.peek(min(message.left, 128))
        elif kind == BATCH:
            if message.peek(min(10, message.left)) == ALL_HEADERS:
                message.skip(len(ALL_HEADERS) + 12)
            text = message.peek(min(message.left, 256)).replace(b"\0", b"")
        else:
            return
        verb = verb_of_statement(text)
        if verb:
            self.report.add(VERB, verb)

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
        return NO
    if len(head) < HEADER:
        return MAYBE
    size = head[2] << 8 | head[3]
    if not HEADER <= size <= MAXIMUM or head[7] or not (head[1] & LAST or size >= SMALLEST_PACKET):
        return NO
    if not request:
        token = head[HEADER : HEADER + 1]
        return MAYBE if not token else WEAK if token[0] in TOKENS or not head[1] & LAST else NO
    found = _body(kind, size, head[HEADER:size])
    return NO if found is WEAK and any(head[4:6]) else found  # a client leaves the server's process id empty


def _body(kind: int, size: int, body: bytes) -> Claim:
    if kind == PRELOGIN and size > 20:
        first = body[:5]
        return MAYBE if len(first) < 5 else YES if first[0] == 0 and first[3:] == b"\0\6" else WEAK
    if kind == LOGIN7:
        if len(body) < 8:
            return MAYBE
        return YES if int.from_bytes(body[:4], "little") == size - HEADER and 0x70 <= body[7] <= 0x74 else WEAK
    if kind in (BATCH, RPC, 14) and ALL_HEADERS.startswith(body[: len(ALL_HEADERS)]):
        return YES if len(body) >= len(ALL_HEADERS) else MAYBE
    if kind == BATCH and body[:1] and not (body[:1].isalpha() or body[:1] in _STATEMENT_BEGINS):
        return NO
    if kind == LOGIN and size == SMALLEST_PACKET:
        names = [body[index * LOGIN5_NAME : (index + 1) * LOGIN5_NAME] for index in range(3)]
        whole = [name for name in names if len(name) == LOGIN5_NAME]
        if any(name[-1] > LOGIN5_NAME - 1 or any(octet < 0x20 for octet in name[: name[-1]]) for name in whole):
            return NO
        return MAYBE if len(whole) < 3 else YES if whole[0][-1] or whole[1][-1] else WEAK
    if kind == RPC and len(body) >= 2 and body[1] and body[:2] != b"\xff\xff":
        return NO  # the length of a procedure's name in UTF-16, or its number
    return WEAK


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    claim = jointly(client, server, lambda head: packet(head, True), lambda head: packet(head, False))
    return MAYBE if claim is WEAK and context.server_port not in PORTS else claim


PROTOCOL: ApplicationProtocol = StreamProtocol(_Tds, judge, PORTS, REQUESTS | {RESPONSE})

"""TLS over a byte stream: the record layer, and with it the clear part of the handshake.

RFC 8446 (1.3), RFC 5246 (1.2 and before), RFC 6101 (SSL 3.0), RFC 5246 appendix E.2 (SSL 2.0 hello). Claimed: a record whose
content begins like a ClientHello or ServerHello, on any port and from either end; weakly: a run of records seen from the
middle. Ignored: everything encrypted. Records are consumed as they come, a ClientHello may be spread over any number of
records and segments; after a gap the next record header is looked for. Ends when application data flows, when an alert ends
it, or when records go by without a hello.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError
from netmon.model.finding import Confidence, Update

from . import _ssl2
from ._contract import (
    DONE,
    MAYBE,
    MORE,
    NO,
    SWITCH,
    WEAK,
    YES,
    ApplicationProtocol,
    Claim,
    Context,
    Inspector,
    Status,
    Switch,
)
from ._cursor import Cursor
from ._report import CONTENT, Report
from ._tls_handshake import VERSION, Handshake, is_13, version_name
from ._tls_inside import report_inside
from ._tls_messages import Messages
from ._tls_record import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    HEADER,
    HEADER_PATTERN,
    HEARTBEAT,
    MAXIMUM_RECORD,
    has_records,
    looks_like,
)

SSL2: Final = 0x80
SKIPPED: Final = -1
"""Pseudo content types: an SSL 2.0 record; a record that is passed over."""
ENOUGH_RECORDS: Final = 16
"""Application data records without any hello after which nothing more is expected."""
IDLE_TIMEOUT: Final = 600.0
"""Seconds; as HTTP, which is most of what it carries (features 2.3)."""


class _Side:
    """One direction of the record layer."""

    __slots__ = ("application", "closed", "content", "dead", "encrypted", "kind", "left", "lost", "messages", "pending",
                 "records")  # fmt: skip

    def __init__(self) -> None:
        self.pending = b""
        """The beginning of a record header."""
        self.kind = SKIPPED
        self.left = 0
        """Bytes of the current record still to come."""
        self.content = bytearray()
        """An alert or SSL 2.0 record as far as it has come."""
        self.messages = Messages()
        self.records = self.application = 0
        self.encrypted = self.lost = self.dead = False
        self.closed = False
        """An encrypted alert was its last record."""


class TlsInspector:
    """See the module."""

    __slots__ = ("_context", "_handshake", "_report", "_rest", "_sides")

    def __init__(self, context: Context) -> None:
        self._context = context
        self._report = Report("TLS", context, Confidence.HEURISTIC)
        self._report.idle_timeout = IDLE_TIMEOUT
        self._handshake = Handshake(self._report, "t")
        self._sides = (_Side(), _Side())
        self._rest = [b"", b""]
        """What follows TLS in the clear."""

    @property
    def _may_end(self) -> bool:
        """FTP goes on in the clear where both ends close TLS and not the connection (CCC, RFC 4217 section 6)."""
        return self._context.outer[-1:] == ("FTP",)

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """The next bytes of one direction."""
        state = self._sides[side]
        if state.dead:
            return self._status()
        cursor = Cursor(state.pending + data if state.pending else data)
        state.pending = b""
        while not cursor.at_end:
            if state.left:
                count = min(state.left, cursor.left)
                state.left -= count
                if state.kind in (SKIPPED, APPLICATION_DATA, CHANGE_CIPHER_SPEC):
                    cursor.skip(count)
                else:
                    self._content(side, cursor.take(count), timestamp_ns)
            elif self._may_end and all(end.closed for end in self._sides):
                self._rest[side] = cursor.rest()
                return SWITCH
            elif state.lost and not self._find_header(state, cursor):
                break
            elif cursor.left < HEADER:
                state.pending = cursor.rest()
            elif not self._header(side, cursor, timestamp_ns):
                break
        return self._status()

    @property
    def held(self) -> int:
        """Of unfinished records and messages."""
        return sum(len(state.pending) + len(state.content) + state.messages.held for state in self._sides)

    @property
    def sure(self) -> bool:
        """A hello or a clear alert was seen, however weak the claim was."""
        return self._report.confidence is CONTENT

    def gap(self, side: int, length: int) -> Status:
        """A gap inside one record costs that record; a longer one the alignment, which is then looked for."""
        state = self._sides[side]
        state.messages.clear()
        if length <= state.left:
            state.left -= length
        else:
            state.left, state.pending, state.lost = 0, b"", True
        state.kind = SKIPPED
        return self._status()

    def _find_header(self, state: _Side, cursor: Cursor) -> bool:
        """Move to what looks like a record header; without one keep the last bytes, where one may begin."""
        match = HEADER_PATTERN.search(cursor.data, cursor.position, cursor.end)
        if match is None:
            cursor.seek(max(cursor.position, cursor.end - 3))
            state.pending = cursor.rest()
            return False
        cursor.seek(match.start())
        state.lost = False
        return True

    def _header(self, side: int, cursor: Cursor, timestamp_ns: int) -> bool:
        """Read a record header; false when what follows is not TLS."""
        state = self._sides[side]
        if not state.records and _ssl2.looks_like_hello(cursor.peek(11)) in (YES, MAYBE):
            if cursor.left < 11:
                state.pending = cursor.rest()
                return True
            state.left, state.kind = cursor.u16() & 0x7FFF, SSL2
            state.records += 1
            return True
        kind, version, length = cursor.u8(), cursor.u16(), cursor.u16()
        if not (CHANGE_CIPHER_SPEC <= kind <= HEARTBEAT and 0x0300 <= version <= 0x0304 and length <= MAXIMUM_RECORD):
            cursor.seek(cursor.position - HEADER + 1)  # a header may begin at any later byte
            return self._not_a_record(state, cursor)
        state.records += 1
        state.left, state.kind = length, kind
        state.closed = kind == ALERT and state.encrypted
        if kind == HANDSHAKE:
            state.messages.record()
            if state.encrypted and not is_13(self._handshake.version):
                state.kind = SKIPPED
        elif kind == ALERT:
            if length != 2 or state.encrypted:
                state.kind = SKIPPED
        elif kind == CHANGE_CIPHER_SPEC:
            state.encrypted = True
            if not is_13(self._handshake.version) and self._sides[1 - side].encrypted:
                self._handshake.established(timestamp_ns)
        elif kind == APPLICATION_DATA:
            self._application_data(side, version, timestamp_ns)
        return True

    def _not_a_record(self, state: _Side, cursor: Cursor) -> bool:
        """Something else where a record should be: not TLS at all, an end that does not speak it, or out of step."""
        if state.records or self._context.midstream:
            state.lost = True
            return True
        if self._handshake.client is None and self._handshake.server is None:
            raise ParseError("no TLS record")
        state.dead = True
        cursor.rest()
        return False

    def _application_data(self, side: int, version: int, timestamp_ns: int) -> None:
        self._sides[side].application += 1
        handshake = self._handshake
        if handshake.server is None:
            if self._sides[1 - side].application and handshake.client is None:
                self._report.state = "ESTABLISHED"
                if version < 0x0303 and self._report.get(VERSION) is None:  # from 1.2 on the record no longer tells
                    self._report.add(VERSION, version_name(version))
                    self._report.risk("obsolete-tls")
        elif not is_13(handshake.version) or side == handshake.client_side:
            handshake.established(timestamp_ns)

    def _content(self, side: int, piece: bytes, timestamp_ns: int) -> None:
        """Part of a record that is in the clear."""
        state = self._sides[side]
        if state.kind == HANDSHAKE:
            for kind, body in state.messages.feed(piece):
                self._message(side, kind, body, timestamp_ns)
            return
        state.content += piece
        if state.left:
            return
        content = bytes(state.content)
        state.content.clear()
        if state.kind == ALERT:
            self._handshake.alert(content[0], content[1])
            self._report.confidence = CONTENT
        elif state.kind == SSL2:
            self._ssl2(side, content, timestamp_ns)

    def _message(self, side: int, kind: int, body: bytes, timestamp_ns: int) -> None:
        handshake = self._handshake
        try:
            handshake.message(kind, body, side, timestamp_ns)
        except ParseError:
            if handshake.client is None and handshake.server is None and not self._context.midstream:
                raise
            return
        if handshake.client is not None or handshake.server is not None:
            self._report.confidence = CONTENT
            report_inside(handshake, self._context.server_port)

    def _ssl2(self, side: int, content: bytes, timestamp_ns: int) -> None:
        if content[:1] == b"\x04":
            self._report.set(VERSION, version_name(2))
            self._report.state = "SERVER_HELLO"
        else:
            hello = _ssl2.read_client_hello(content)
            self._handshake.ssl2_client_hello(hello, side, timestamp_ns)
            if hello.version != 2:
                self._report.confidence = CONTENT
                return
        self._report.risk("obsolete-tls")
        self._report.confidence = CONTENT

    def _status(self) -> Status:
        if self._report.state in ("ESTABLISHED", "ALERT"):
            return MORE if self._may_end else DONE
        client, server = self._sides
        if client.application + server.application >= ENOUGH_RECORDS or client.dead or server.dead:
            return DONE
        return MORE

    def update(self) -> Update | None:
        """See the contract."""
        return self._report.update()

    def switch(self) -> Switch:
        """Only FTP ever follows TLS in the clear."""
        return Switch(self._rest[0], self._rest[1], "FTP")


class Tls:
    """See the module."""

    label = "TLS"
    transports = frozenset({"tcp"})
    ports = frozenset({443, 465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 5061, 5223, 5349, 5671, 6697, 8443, 8883})

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        """A hello from either end decides; otherwise both ends must look like records."""
        answers = [looks_like(data) for data in (client, server) if data]
        if YES in answers:
            return YES
        if NO in answers:
            inside = context.midstream and (has_records(client) or has_records(server))
            return WEAK if inside else NO
        return MAYBE if MAYBE in answers or not answers else WEAK

    def start(self, context: Context) -> Inspector:
        """A fresh inspector."""
        return TlsInspector(context)


PROTOCOL: ApplicationProtocol = Tls()

"""DTLS over datagrams: 1.0 (RFC 4347), 1.2 (RFC 6347), 1.3 (RFC 9147).

Claimed, on any port: a datagram that is exactly a run of records, the first one a handshake fragment in the clear or a
record of a later epoch; weakly: one that was cut. Handshake messages are put together from their fragments in any order.
STUN messages on the same ports are read beside (RFC 7983).
Ignored: everything of epoch 1 and later, media on the same ports, DTLS 1.3's
unified headers except as a sign that the handshake is over. States as in TLS, and HELLO_VERIFY (a cookie is asked for).
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError
from netmon.model.finding import Update

from ._contract import DONE, MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Inspector, Status, Switch
from ._cursor import Cursor
from ._dtls_record import (
    ALERT,
    CHANGE_CIPHER_SPEC,
    CONNECTION_ID,
    HANDSHAKE,
    MAXIMUM_MESSAGE,
    MAXIMUM_RECORDS,
    VERSIONS,
    records,
)  # fmt: skip
from ._quic_stream import CryptoStream
from ._report import Report
from ._stun_message import is_message, tell
from ._tls_handshake import VERSION, Handshake, is_13, version_name
from ._tls_inside import report_inside

HELLO_VERIFY: Final = 3
FIRST_STUN_END: Final = 4
MAXIMUM_OPEN: Final = 8
"""Handshake messages of one direction that are under construction."""
ENOUGH_RECORDS: Final = 8
"""Encrypted records without any hello after which nothing more is expected."""


class _Message:
    """A handshake message under construction."""

    __slots__ = ("body", "length", "stream")

    def __init__(self, length: int) -> None:
        self.length = length
        self.stream = CryptoStream()
        self.body = bytearray()


class DtlsInspector:
    """See the module."""

    __slots__ = ("_encrypted", "_handshake", "_open", "_port", "_report", "_started")

    def __init__(self, context: Context, report: Report | None = None) -> None:
        self._report = report or Report("DTLS", context)
        self._port = context.server_port
        self._handshake = Handshake(self._report, "d")
        self._open: tuple[dict[int, _Message], dict[int, _Message]] = ({}, {})
        self._encrypted = [0, 0]
        """Records of a later epoch, per side."""
        self._started = False

    @property
    def held(self) -> int:
        """Of unfinished messages."""
        return sum(len(one.body) + one.stream.held for side in self._open for one in side.values())

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """One datagram."""
        if not data:
            return MORE
        if data[0] < FIRST_STUN_END and is_message(data):
            if not self._started:
                raise ParseError("STUN comes first")
            tell(self._report, data, timestamp_ns)
            return self._status()
        if data[0] & 0xE0 == 0x20 and self._started:
            self._protected(side, 0xFEFC, timestamp_ns)
            return self._status()
        cursor = Cursor(data)
        try:
            for _ in range(MAXIMUM_RECORDS):
                if cursor.at_end or data[cursor.position] & 0xE0 == 0x20:
                    break
                self._record(side, cursor, timestamp_ns)
        except ParseError:
            if not self._started:
                raise
        return self._status()

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002
        """Datagrams have none."""
        return MORE

    def _record(self, side: int, cursor: Cursor, timestamp_ns: int) -> None:
        kind, version, epoch = cursor.u8(), cursor.u16(), cursor.u16()
        if not CHANGE_CIPHER_SPEC <= kind <= CONNECTION_ID or version not in VERSIONS:
            raise ParseError("no DTLS record")
        cursor.skip(6)  # sequence number
        if kind == CONNECTION_ID:  # RFC 9146: a connection id of unknown length comes before the length
            cursor.rest()
            self._protected(side, version, timestamp_ns)
            return
        content = cursor.sub(cursor.u16())
        self._started = True
        if epoch:
            self._protected(side, version, timestamp_ns)
        elif kind == HANDSHAKE:
            while content.left >= 12:
                self._fragment(side, content, timestamp_ns)
        elif kind == ALERT and content.left == 2:
            self._handshake.alert(content.u8(), content.u8())

    def _fragment(self, side: int, content: Cursor, timestamp_ns: int) -> None:
        kind, length, number = content.u8(), content.u24(), content.u16()
        offset, size = content.u24(), content.u24()
        piece = content.take(size)
        if offset + size > length:
            raise ParseError("fragment beyond its message")
        if size == length:
            self._message(side, kind, piece, timestamp_ns)
            return
        under = self._open[side]
        message = under.get(number)
        if message is None:
            if length > MAXIMUM_MESSAGE or len(under) >= MAXIMUM_OPEN:
                return
            message = under[number] = _Message(length)
        if message.length != length:
            return
        message.body += message.stream.feed(offset, piece)
        if len(message.body) == length:
            del under[number]
            self._message(side, kind, bytes(message.body), timestamp_ns)

    def _message(self, side: int, kind: int, body: bytes, timestamp_ns: int) -> None:
        if kind == HELLO_VERIFY:
            self._report.state = "HELLO_VERIFY"
            return
        self._handshake.message(kind, body, side, timestamp_ns)
        report_inside(self._handshake, self._port)

    def _protected(self, side: int, version: int, timestamp_ns: int) -> None:
        """A record nobody can read."""
        self._started = True
        self._encrypted[side] += 1
        handshake = self._handshake
        if handshake.server is not None:
            if side == handshake.client_side if is_13(handshake.version) else all(self._encrypted):
                handshake.established(timestamp_ns)
        elif handshake.client is None:
            self._report.state = "ESTABLISHED"
            if self._report.get(VERSION) is None and version != 0xFEFD:  # 1.3 says 1.2 as well
                self._report.add(VERSION, version_name(version))

    def _status(self) -> Status:
        hello = self._handshake.client is not None or self._handshake.server is not None
        over = self._report.state in ("ESTABLISHED", "ALERT") and (hello or sum(self._encrypted) >= ENOUGH_RECORDS)
        return DONE if over else MORE

    def update(self) -> Update | None:
        """See the contract."""
        return self._report.update()

    def switch(self) -> Switch:
        """Never asked for."""
        return Switch()


class Dtls:
    """See the module."""

    label = "DTLS"
    transports = frozenset({"udp", "sctp", "dccp"})
    ports = frozenset({4433, 5684, 5349})
    first_bytes = frozenset(range(CHANGE_CIPHER_SPEC, CONNECTION_ID + 1))

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG002
        """One end that is DTLS is enough."""
        answers = {records(data) for data in (client, server) if data}
        for answer in (YES, WEAK):
            if answer in answers:
                return answer
        return NO if answers else MAYBE

    def start(self, context: Context) -> Inspector:
        """A fresh inspector."""
        return DtlsInspector(context)


PROTOCOL: ApplicationProtocol = Dtls()

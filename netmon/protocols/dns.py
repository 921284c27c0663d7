"""DNS over UDP and TCP (RFC 1035, RFC 7766, RFC 6891; NOTIFY RFC 1996, UPDATE RFC 2136, AXFR RFC 5936).

Claimed, on any port: a message whose header, questions and records all fit and fill it exactly, with known type, class and
operation. On port 53 bytes may follow or be missing (snap length), of the question too where the header is plausible.
Ports of mDNS, LLMNR and NetBIOS are left to them. Over TCP messages have a two-octet length and may be pipelined; a gap
that ends inside the message it hit costs that message only. Ignored: TXT contents (they carry tokens), DNSSEC data.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError
from netmon.model.finding import Update

from ._contract import (
    ALWAYS,
    DONE,
    MAYBE,
    MORE,
    NO,
    YES,
    ApplicationProtocol,
    Claim,
    Context,
    Inspector,
    Look,
    Status,
    Switch,
)
from ._dns_message import HEADER_SIZE, QR, RESERVED, Message, parse
from ._dns_report import MessageReport
from ._dns_types import CLASSES, OPCODES, TYPES
from ._report import Report
from ._udp import DatagramInspector, on_port

PORT: Final = 53
OTHERS: Final = (5353, 5355, 137, 138)
"""Ports of relatives that use the same messages."""
IDLE_TIMEOUT: Final = 30.0
INVERSE: Final = 0x08
"""Opcode 1 in its place."""
_MIN_MESSAGE: Final = HEADER_SIZE + 5


def plausible_header(data: bytes) -> bool:
    """A header such as resolvers and servers write, with counts that can be true."""
    flags = data[2] << 8 | data[3]
    opcode, rcode = flags >> 11 & 0x0F, flags & 0x0F
    if opcode not in OPCODES or opcode in (1, 2) or flags & RESERVED or rcode > 11:
        return False
    questions = data[4] << 8 | data[5]
    answers = data[6] << 8 | data[7]
    if not flags & QR and (rcode or (opcode == 0 and answers)):
        return False
    return questions == 1 or (questions == 0 and bool(flags & QR) and (answers > 0 or rcode > 0))


def plausible(message: Message) -> bool:
    """Questions with known types and classes, and records of those classes (additional ones are not always records)."""
    known = all(question.type in TYPES and question.class_ in CLASSES for question in message.questions)
    return known and all(record.class_ in CLASSES for record in message.records if record.section < 2)


def _known_question(message: Message) -> bool:
    return any(question.type in TYPES and question.class_ in CLASSES for question in message.questions)


def read(data: bytes, lenient: bool) -> Message:
    """One datagram's message; ``lenient``: a question may be cut where the header is plausible."""
    message = parse(data, cut=lenient)
    if len(message.questions) < int.from_bytes(data[4:6], "big") and not plausible_header(data):
        raise ParseError("no header of a resolver or server")
    return message


def is_message(data: bytes, lenient: bool) -> bool:
    """Whether these bytes are one DNS message; ``lenient`` is for the usual port."""
    if len(data) < (HEADER_SIZE if lenient else _MIN_MESSAGE):
        return False
    if not lenient and not plausible_header(data):
        return False
    try:
        message = read(data, lenient)
    except ParseError:
        return False
    if lenient:
        if not message.complete and not (plausible_header(data) and plausible(message)) and not _known_question(message):
            return False
        something = bool(message.questions or message.records or message.response) or not message.complete
        return message.opcode in OPCODES and something
    return message.complete and message.end == len(data) and plausible(message)


class _Datagrams(DatagramInspector):
    """DNS over UDP."""

    __slots__ = ("_messages",)

    label = "DNS"
    idle_timeout = IDLE_TIMEOUT

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._messages = MessageReport(self.report)

    def take(self, data: bytes) -> Status:
        self._messages.take(read(data, on_port(self.context, PORT)), self.now)
        return ALWAYS


class _Direction:
    """Messages cut out of one direction of a stream."""

    __slots__ = ("buffer", "lost", "skip")

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.skip = 0
        """Bytes of a damaged message still to come."""
        self.lost = False
        """Nobody knows where the next message begins."""

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that end in ``data``."""
        if self.lost:
            return []
        if self.skip:
            skipped = min(self.skip, len(data))
            self.skip -= skipped
            data = data[skipped:]
        self.buffer += data
        messages: list[bytes] = []
        position = 0
        while position + 2 <= len(self.buffer):
            end = position + 2 + int.from_bytes(self.buffer[position : position + 2], "big")
            if end > len(self.buffer):
                break
            messages.append(bytes(self.buffer[position + 2 : end]))
            position = end
        del self.buffer[:position]
        return messages

    def gap(self, length: int) -> None:
        """Bytes are missing: skip the message they belong to, if it holds them all."""
        if self.skip >= length:
            self.skip -= length
            return
        if len(self.buffer) >= 2 and not self.skip:
            missing = 2 + int.from_bytes(self.buffer[:2], "big") - len(self.buffer)
            if missing >= length:
                self.skip = missing - length
                self.buffer.clear()
                return
        self.lost = True
        self.buffer.clear()


class _Stream:
    """DNS over TCP."""

    __slots__ = ("_directions", "_good", "_messages", "_report")

    def __init__(self, context: Context) -> None:
        self._report = Report("DNS", context)
        self._report.idle_timeout = IDLE_TIMEOUT
        self._messages = MessageReport(self._report)
        self._directions = (_Direction(), _Direction())
        self._good = False

    @property
    def held(self) -> int:
        """Of unfinished messages."""
        return sum(len(direction.buffer) for direction in self._directions)

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        for payload in self._directions[side].feed(data):
            try:
                message = parse(payload)
            except ParseError:
                if not self._good:
                    raise
                continue
            self._good = True
            self._messages.take(message, timestamp_ns)
        return self._status()

    def gap(self, side: int, length: int) -> Status:
        self._directions[side].gap(length)
        return self._status()

    def _status(self) -> Status:
        if all(direction.lost for direction in self._directions):
            return DONE
        return ALWAYS if self._good else MORE

    def update(self) -> Update | None:
        return self._report.update()

    def switch(self) -> Switch:
        return Switch()


class _Dns:
    """The protocol object."""

    label = "DNS"
    transports = frozenset(("udp", "tcp"))
    ports = frozenset((PORT,))
    look = Look(_MIN_MESSAGE, 4, frozenset((0,)))

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        usual = on_port(context, PORT)
        if context.transport == "udp":
            if not usual and on_port(context, *OTHERS):
                return NO
            if (client and not is_message(client, usual)) or (server and not is_message(server, usual)):
                return NO
            return YES if client or server else NO
        claims = [self._stream(data, usual) for data in (client, server) if data]
        if NO in claims:
            return NO
        return YES if YES in claims else MAYBE

    @staticmethod
    def _stream(data: bytes, usual: bool) -> Claim:
        length = int.from_bytes(data[:2], "big")
        if len(data) < 2 + HEADER_SIZE:
            return NO if len(data) >= 2 and length < HEADER_SIZE else MAYBE
        inverse = usual and data[4] & 0x78 == INVERSE  # RFC 1035 section 6.4: an answer in search of its question
        if length < HEADER_SIZE or not (inverse or plausible_header(data[2:])):
            return NO
        body = data[2 : 2 + length]
        if len(body) == length:
            return YES if is_message(body, usual) else NO
        try:
            message = parse(body)
        except ParseError:
            return MAYBE
        if not plausible(message):
            return NO
        return YES if usual or len(message.records) > 1 else MAYBE

    def start(self, context: Context) -> Inspector:
        return _Datagrams(context) if context.transport == "udp" else _Stream(context)


PROTOCOL: ApplicationProtocol = _Dns()

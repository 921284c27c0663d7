"""Cassandra's native protocol (CQL binary protocol v3 to v5, native_protocol_v*.spec of Apache Cassandra).

Claimed: STARTUP or SUPPORTED, which name CQL_VERSION; else requests and responses of one version whose stream numbers
agree; on the usual port one of the two. Told: protocol and CQL version, operations, and the first word of each query.
Queries and values are not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import ALWAYS, CLIENT, DONE, MAYBE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec
from ._sasl import report_user
from ._secrets import CREDENTIALS, IN_CLEAR
from ._shell import StreamProtocol
from ._text import verb_of, words

VERSION = FieldSpec("cql_version", "CQL version")
OPERATION = FieldSpec("cassandra_operation", "Operations", multiple=True)
VERB = FieldSpec("cql_verb", "Verbs", multiple=True)
PORTS = frozenset((9042,))
HEADER = 9
MAXIMUM = 256 * 1024 * 1024
LARGE = 1024 * 1024
RESPONSE, COMPRESSED = 0x80, 1
REQUESTS = {1: "STARTUP", 5: "OPTIONS", 7: "QUERY", 9: "PREPARE", 10: "EXECUTE", 11: "REGISTER", 13: "BATCH", 15: "AUTH"}
RESPONSES = frozenset((0, 2, 3, 6, 8, 12, 14, 16))
ERROR, STARTUP, READY, OPTIONS, SUPPORTED, QUERY, RESULT, PREPARE, EXECUTE = 0, 1, 2, 5, 6, 7, 8, 9, 10
REGISTER, EVENT, BATCH, AUTH_RESPONSE = 11, 12, 13, 15
EMPTY = frozenset((READY, OPTIONS))
COUNTED = frozenset((STARTUP, 3, SUPPORTED, EXECUTE, REGISTER, EVENT, BATCH))
"""Those that begin with a number of 16 bits; the others begin with one of 32."""
LARGEST_ERROR = 0x2500
NULL = 0xFFFF_FFFF
VERBS = words("SELECT INSERT UPDATE DELETE BEGIN USE CREATE ALTER DROP TRUNCATE GRANT REVOKE LIST")
_CQL_VERSION = b"\x00\x0bCQL_VERSION"


def header(head: bytes, response: bool) -> Claim:
    """A frame header of either direction, as far as it goes; what it says is weak."""
    if head[:1] and (bool(head[0] & RESPONSE) is not response or not 3 <= head[0] & 0x7F <= 5):
        return NO
    if len(head) > 1 and head[1] > 0x1F:
        return NO
    if len(head) < HEADER:
        return MAYBE
    size = int.from_bytes(head[5:9], "big")
    if head[4] not in (RESPONSES if response else REQUESTS) or size > MAXIMUM:
        return NO
    return _body(head[4], size, head[HEADER : HEADER + size]) if not head[1] else WEAK


def _body(operation: int, size: int, body: bytes) -> Claim:
    """Whether a frame that is neither compressed nor traced begins as its kind does (section 4 of the specification)."""
    if operation in EMPTY:
        return NO if size else WEAK
    width = 2 if operation in COUNTED else 4
    if size < width:
        return NO
    if len(body) < width:
        return MAYBE
    number = int.from_bytes(body[:width], "big")
    if operation == RESULT:
        return WEAK if 1 <= number <= 5 else NO
    if operation == ERROR:
        return WEAK if number <= LARGEST_ERROR else NO
    if operation == BATCH or number == NULL:
        return WEAK
    return WEAK if 0 < number <= size - width else NO


class _Cassandra(FrameShell):
    """One connection."""

    __slots__ = ("_bytes",)

    label = "Cassandra"
    header = HEADER
    limit = 256

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._bytes = 0

    def length(self, side: int, head: bytes) -> int:
        """Header and body."""
        if header(head, side != CLIENT) is NO:
            raise ParseError("no CQL frame")
        size = HEADER + int.from_bytes(head[5:], "big")
        self._bytes += size
        return size

    def frame(self, side: int, message: Cursor) -> Status:
        """One frame."""
        message.skip(1)
        flags, stream, operation = message.u8(), message.u16(), message.u8()
        half = self.report.request if side == CLIENT else self.report.response
        half(stream, self.now, "cassandra")
        message.skip(4)
        if side == CLIENT:
            self.report.add(OPERATION, REQUESTS[operation])
            if not flags & COMPRESSED:
                self._request(operation, message)
        return DONE if self._bytes > LARGE else ALWAYS

    def _request(self, operation: int, body: Cursor) -> None:
        if operation == STARTUP:
            for _ in range(body.u16()):
                key, value = body.take(body.u16()), body.take(body.u16())
                if key == b"CQL_VERSION":
                    self.report.set(VERSION, value)
        elif operation == AUTH_RESPONSE:
            token = body.take(min(body.u32(), body.left))
            if token.count(b"\0") == 2 and token.isascii():  # RFC 4616
                self.report.risk(IN_CLEAR)
                self.report.add(CREDENTIALS, token)
                report_user(self.report, b"PLAIN", token)
        elif operation in (QUERY, PREPARE):
            body.skip(4)
            verb = verb_of(body.peek(32).lstrip().split(b"\n")[0], VERBS)
            self.report.add(VERB, verb)
            self.report.summary = verb


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    asked = header(client, False) if client else MAYBE
    answered = header(server, True) if server else MAYBE
    if NO in (asked, answered) or (client and server and server[0] & 0x7F > client[0]):
        return NO
    for head, operation, skipped in ((client, STARTUP, 2), (server, SUPPORTED, 2)):
        body = head[HEADER + skipped : HEADER + 300]
        if head[4:5] == bytes((operation,)) and _CQL_VERSION in body:
            return YES
    if MAYBE in (asked, answered) and client and server:
        return MAYBE
    if asked is WEAK and answered is WEAK and (client[2:4] == server[2:4] or server[4] == 12):
        return YES
    enough = WEAK in (asked, answered) and ((client and server) or context.server_port in PORTS)
    return WEAK if enough else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Cassandra, judge, PORTS, frozenset((3, 4, 5, 0x83, 0x84, 0x85)))

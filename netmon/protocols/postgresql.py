"""PostgreSQL frontend/backend protocol 3.0 (its documentation, chapter "Frontend/Backend Protocol").

Claimed: a start-up, SSL, GSS or cancel request; from the middle of a connection a run of typed messages, weakly. Told: user,
database, application name, server version, the verb of each statement, SQLSTATE of errors. Statements, parameters, rows and
passwords are not. When the server agrees to SSL the stream is handed on. States: STARTUP, AUTHENTICATION, READY.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, SWITCH, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec
from ._secrets import IN_CLEAR, PASSWORD
from ._shell import StreamProtocol
from ._sql import verb_of_statement

V3, CANCEL, SSL, GSS = 0x00030000, 80877102, 80877103, 80877104
STARTUPS = frozenset((V3, V3 + 1, V3 + 2, CANCEL, SSL, GSS))
REQUESTS = {CANCEL: range(16, 269), SSL: range(8, 9), GSS: range(8, 9)}
"""Sizes of what may stand in place of a version; the key of a cancellation has 4 to 256 octets."""
PORTS = frozenset((5432, 6432, 26257))
MAXIMUM_STARTUP = 10_000
MAXIMUM_MESSAGE = 1 << 30
CLIENT_TYPES = frozenset(b"QPBDECSHXFpcdf")
SERVER_TYPES = frozenset(b"RSKZTDCEN123AnstIGHWVvdc")

USER = FieldSpec("pg_user", "User", limit=4)
DATABASE = FieldSpec("pg_db", "Database", limit=4)
APPLICATION = FieldSpec("pg_app", "Application", limit=4)
SERVER_VERSION = FieldSpec("pg_server_version", "Server version")
VERB = FieldSpec("pg_verb", "Statements", multiple=True)
ERROR = FieldSpec("pg_error", "SQLSTATE", multiple=True, limit=16)
_PARAMETERS = {b"user": USER, b"database": DATABASE, b"application_name": APPLICATION}


class _Postgresql(FrameShell):
    """One connection."""

    __slots__ = ("_batch", "_clear", "_offered", "_replying", "_started")

    label, header, limit, exchange = "PostgreSQL", 5, 2048, "postgresql"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._started = False
        self._clear = False
        """The server wants the password as it is."""
        self._batch = self._replying = False
        """Messages of an extended query before its Sync; an answer has begun and is not over."""
        self._offered = False
        """SSL or GSS was asked for; the server answers with one byte."""

    def head_size(self, side: int) -> int:
        """Start-up requests have no type; the answer to an SSL request is one byte."""
        if side == CLIENT:
            return 5 if self._started or self.context.midstream else 8
        return 1 if self._offered else 5

    def length(self, side: int, head: bytes) -> int:
        """By what is expected next."""
        if side == CLIENT and not self._started:
            if self.context.midstream and head[0]:  # a start-up request begins with a small length
                self._started = True
                return self.length(side, head)
            if len(head) < 8:
                return 0
            size, code = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")
            if code not in STARTUPS or not 8 <= size <= MAXIMUM_STARTUP:
                raise ParseError("no start-up request")
            return size
        if len(head) == 1:
            return 1
        size = int.from_bytes(head[1:5], "big")
        if head[0] not in (CLIENT_TYPES if side == CLIENT else SERVER_TYPES) or not 4 <= size <= MAXIMUM_MESSAGE:
            raise ParseError("no message")
        return size + 1

    def frame(self, side: int, message: Cursor) -> Status:
        """One message."""
        if side == CLIENT:
            return self._request(message) if self._started else self._startup(message)
        if self._offered:
            self._offered = False
            if message.u8() == ord("S"):
                self.switched_to = "TLS"
                return SWITCH
            return MORE
        return self._answer(message)

    def _startup(self, message: Cursor) -> Status:
        message.skip(4)
        code = message.u32()
        if code in (SSL, GSS):
            self._offered = True
            return MORE
        if code == CANCEL:
            self.report.state = "CANCEL"
            return DONE
        self._started = True
        self.report.state = "STARTUP"
        while message.left > 1:
            name, value = message.until(b"\0", 64), message.until(b"\0", 512)
            field = _PARAMETERS.get(name)
            if field is not None and value:
                self.report.add(field, value)
        user, database = self.report.get(USER), self.report.get(DATABASE)
        self.report.summary = "@".join(str(part) for part in (user, database) if part)
        return MORE

    def _request(self, message: Cursor) -> Status:
        kind = message.u8()
        message.skip(4)
        if kind == ord("p") and self._clear:
            self.report.add(PASSWORD, message.until(b"\0", 512))
        if kind in b"QPBDEFS":
            if not self._batch:
                self.ask()
            self._batch = kind not in b"QS"
        if kind == ord("P"):
            message.until(b"\0", 256)  # the prepared statement's name
        if kind in b"QP":
            verb = verb_of_statement(message.peek(64))
            if verb:
                self.report.add(VERB, verb)
        return MORE

    def _answer(self, message: Cursor) -> Status:
        kind, report = message.u8(), self.report
        message.skip(4)
        if kind not in b"NSA":  # these come unasked
            if not self._replying:
                self.answer()
            self._replying = kind != ord("Z")
        if kind == ord("R"):
            code = message.u32()
            report.state = "AUTHENTICATION"
            if code == 3:
                report.risk(IN_CLEAR)
                self._clear = True
        elif kind == ord("Z"):
            report.state = "READY"
        elif kind == ord("S"):
            if message.until(b"\0", 64) == b"server_version":
                report.set(SERVER_VERSION, message.until(b"\0", 128))
        elif kind == ord("E"):
            while message.left > 1:
                field, text = message.u8(), message.until(b"\0", 1024)
                if field == ord("C"):
                    report.add(ERROR, text[:5])
        return MORE


def _typed(head: bytes, types: frozenset[int]) -> Claim:
    """A run of typed messages."""
    cursor = Cursor(head)
    seen = 0
    while cursor.left >= 5 and seen < 4:
        kind, size = cursor.u8(), cursor.u32()
        if kind not in types or not 4 <= size <= 1 << 20:
            return NO
        seen += 1
        cursor.skip(min(size - 4, cursor.left))
    return WEAK if seen else MAYBE


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    if len(client) >= 8:
        size, code = int.from_bytes(client[:4], "big"), int.from_bytes(client[4:8], "big")
        if code in REQUESTS:
            return YES if size in REQUESTS[code] else NO
        if code in STARTUPS and 8 <= size <= MAXIMUM_STARTUP:  # a version: names and values, or nothing
            name = client[8:9]
            return MAYBE if not name else YES if name.isalpha() or name == b"_" or size == 9 else NO
    if len(client) < 8 and client[:2] in (b"", b"\0", b"\0\0") and not (context.midstream and server):
        return MAYBE
    if not context.midstream:
        return NO
    answers = [_typed(client, CLIENT_TYPES)] if client else []
    answers += [_typed(server, SERVER_TYPES)] if server else []
    if NO in answers:
        return NO
    usual = context.server_port in PORTS
    if WEAK in answers and (usual or len(answers) == 2):
        return WEAK
    return MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Postgresql, judge, PORTS)

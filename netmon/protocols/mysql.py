"""MySQL and MariaDB client/server protocol (dev.mysql.com, "Client/Server Protocol"; mariadb.com/kb).

Claimed: the server's greeting (protocol 10 or 9) or its refusal; from the middle of a connection a command, weakly. Told:
server version, user, database, the verb of each statement, error codes. Statements, rows and password digests are not. When
the client asks for SSL the stream is handed on. States: GREETING, AUTHENTICATION, READY, REFUSED.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from netmon.errors import ParseError

from ._contract import CLIENT, MAYBE, MORE, NO, SWITCH, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec
from ._secrets import IN_CLEAR, PASSWORD
from ._shell import StreamProtocol
from ._sql import verb_of_statement

PORTS: Final = frozenset((3306, 3307, 4000))
CAPABILITY_DATABASE: Final = 0x0008
CAPABILITY_41: Final = 0x0200
CAPABILITY_SSL: Final = 0x0800
CAPABILITY_SECURE: Final = 0x8000
CAPABILITY_LENENC: Final = 0x00200000
UNANSWERED: Final = frozenset((1, 24, 25))
"""COM_QUIT, COM_STMT_SEND_LONG_DATA, COM_STMT_CLOSE."""
COM_QUERY: Final = 3
COM_INIT_DB: Final = 2
COM_CHANGE_USER: Final = 17
COM_PREPARE: Final = 22
COM_QUIT: Final = 1
COM_MAXIMUM: Final = 31
OK: Final = 0x00
ERROR_PACKET: Final = 0xFF
PROXY: Final = (b"PROX", b"\r\n\r\n")
"""How the PROXY protocol's two versions begin: a load balancer may speak before the server."""

VERSION: Final = FieldSpec("mysql_version", "Server version")
USER: Final = FieldSpec("mysql_user", "User", limit=4)
DATABASE: Final = FieldSpec("mysql_db", "Database", limit=4)
VERB: Final = FieldSpec("mysql_verb", "Statements", multiple=True)
ERROR: Final = FieldSpec("mysql_error", "Errors", multiple=True, limit=16)
_VERSION: Final = re.compile(rb"^[0-9][0-9A-Za-z.+~:_ -]{2,80}$")


class _Mysql(FrameShell):
    """One connection."""

    __slots__ = ("_logged_in",)

    label = "MySQL"
    header = 4
    limit = 1024
    exchange = "mysql"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._logged_in = False

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Three bytes of length, one of sequence."""
        return 4 + int.from_bytes(head[:3], "little")

    def frame(self, side: int, message: Cursor) -> Status:
        """One packet."""
        message.skip(3)
        sequence = message.u8()
        if message.at_end:
            return MORE
        if side == CLIENT:
            if sequence == 0:
                return self._command(message)
            joined = self.context.midstream and not self.report.state and not _login(message.data, len(message.data))
            return MORE if self._logged_in or joined else self._login(message)
        if sequence == 1:
            self.answer()
        return self._answer(sequence, message)

    def _answer(self, sequence: int, message: Cursor) -> Status:
        first, report = message.u8(), self.report
        if first == ERROR_PACKET and message.left >= 2:
            report.add(ERROR, message.u16le())
            if report.state in ("", "GREETING", "AUTHENTICATION"):
                report.state = "REFUSED"
        elif sequence == 0 and first in (9, 10) and not report.state:
            version = message.until(b"\0", 128)
            if not _VERSION.match(version):
                raise ParseError("no version in the greeting")
            report.set(VERSION, version)
            report.state = "GREETING"
        elif first == OK and report.state == "AUTHENTICATION":
            report.state = "READY"
        return MORE

    def _login(self, message: Cursor) -> Status:
        """HandshakeResponse41, or 320 before 4.1; an SSL request is its beginning."""
        report = self.report
        self._logged_in = True
        report.state = "AUTHENTICATION"
        capabilities = int.from_bytes(message.peek(4)[:2], "little")
        if not capabilities & CAPABILITY_41:
            if capabilities & CAPABILITY_SSL and message.left <= 5:
                return self._ssl()
            message.skip(5)
            report.add(USER, message.until(b"\0", 256))
            return MORE
        capabilities = message.u32le()
        message.skip(4 + 1 + 23)
        if capabilities & CAPABILITY_SSL and message.at_end:
            return self._ssl()
        report.add(USER, message.until(b"\0", 256))
        with suppress(ParseError):  # cut: the user is known nevertheless
            self._behind_the_user(message, capabilities)
        user, database = report.get(USER), report.get(DATABASE)
        report.summary = "@".join(str(part) for part in (user, database) if part)
        return MORE

    def _behind_the_user(self, message: Cursor, capabilities: int) -> None:
        """The answer to the challenge, the database, the method that made the answer."""
        report = self.report
        if capabilities & CAPABILITY_LENENC:
            size = message.u8()
            answer = message.take(message.u16le() if size == 0xFC else size)
        elif capabilities & CAPABILITY_SECURE:
            answer = message.take(message.u8())
        else:
            answer = message.until(b"\0", 256)
        if capabilities & CAPABILITY_DATABASE and not message.at_end:
            report.add(DATABASE, message.until(b"\0", 256))
        if message.left and message.until(b"\0", 64) == b"mysql_clear_password":
            report.risk(IN_CLEAR)
            report.add(PASSWORD, answer.rstrip(b"\0"))

    def _ssl(self) -> Status:
        self.switched_to = "TLS"
        return SWITCH

    def _command(self, message: Cursor) -> Status:
        command = message.u8()
        if command not in UNANSWERED:
            self.ask()
        self._logged_in = True
        self.report.state = "READY"
        if command in (COM_QUERY, COM_PREPARE):
            verb = verb_of_statement(message.peek(64).lstrip(b"\0\1"))  # query attributes come first from 8.0.23 on
            if verb:
                self.report.add(VERB, verb)
        elif command == COM_CHANGE_USER:
            self._change_user(message)
        elif command == COM_INIT_DB:
            self.report.add(DATABASE, message.rest()[:64])
        return MORE

    def _change_user(self, message: Cursor) -> None:
        """Another user on the same connection: name, digest behind its length, database."""
        with suppress(ParseError):
            self.report.add(USER, message.until(b"\0", 256))
            message.skip(message.u8())
            self.report.add(DATABASE, message.until(b"\0", 256))


def _greeting(head: bytes) -> Claim:
    """The server's first packet."""
    if len(head) < 6:
        return MAYBE if len(head) < 4 or head[3] == 0 else NO
    size, sequence, first = int.from_bytes(head[:3], "little"), head[3], head[4]
    if sequence != 0 or not 8 <= size <= 1024:
        return NO
    if first == ERROR_PACKET:
        code = head[5] | (head[6] << 8 if len(head) > 6 else 0)
        return YES if 1000 <= code <= 5000 and len(head) >= 7 and head[7:].isascii() else NO
    if first not in (9, 10):
        return NO
    end = head.find(b"\0", 5, 5 + 100)
    if end < 0:
        return MAYBE if len(head) < 105 and head[5:6].isdigit() else NO
    return YES if _VERSION.match(head[5:end]) else NO


def _login(client: bytes, size: int) -> bool:
    """HandshakeResponse41 as the first thing seen: sequence 1, capabilities, 19 octets that are zero."""
    capabilities = int.from_bytes(client[4:6], "little")
    return client[3] == 1 and size > 36 and bool(capabilities & CAPABILITY_41) and client[17:36] == bytes(19)


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    if server:
        claim = _greeting(server)
        if claim is not NO or not context.midstream:
            return claim
    midway = context.midstream and context.server_port in PORTS
    if midway and len(client) >= 5:
        size = int.from_bytes(client[:3], "little")
        if client[3] == 0 and 0 < client[4] <= COM_MAXIMUM and 0 < size <= 1 << 20:
            return WEAK
        if _login(client, size):
            return YES
    if midway and len(server) >= 5 and server[3] in (1, 2):
        return WEAK
    if midway and (0 < len(client) < 5 or 0 < len(server) < 5):
        return MAYBE
    spoke_first = len(client) > 3 and client[3] != 1 and not client.startswith(PROXY)
    return NO if server or context.midstream or spoke_first else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Mysql, judge, PORTS)

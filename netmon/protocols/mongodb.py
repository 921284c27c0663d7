"""MongoDB wire protocol (OP_QUERY, OP_REPLY, OP_MSG, OP_COMPRESSED; the mongodb manual's "Wire Protocol").

Claimed: a message header whose operation is known and whose body begins as that operation's does. Told: commands (the
first key of a command document), database, and who logs in by SASL (``saslStart``, also where it comes with ``hello``).
Documents, filters and values are not. Only the beginning of a message is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from netmon.errors import NeedMore, ParseError

from ._contract import ALWAYS, CLIENT, DONE, MAYBE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._sasl import report_user
from ._secrets import CREDENTIALS, IN_CLEAR, sasl_in_clear
from ._shell import StreamProtocol

COMMAND = FieldSpec("mongodb_command", "Commands", multiple=True, limit=100)
DATABASE = FieldSpec("mongodb_db", "Database", multiple=True)
PORTS = frozenset((27017, 27018, 27019))
HEADER = 16
MAXIMUM = 48_000_000 + HEADER
LARGE = 1024 * 1024
REPLY, QUERY, COMPRESSED, MSG = 1, 2004, 2012, 2013
OPERATIONS = frozenset((REPLY, 2001, 2002, QUERY, 2005, 2006, 2007, 2010, 2011, COMPRESSED, MSG))
_NAMESPACE = re.compile(rb"[^\x00-\x1f\x7f/\\. \"$]{1,63}\.[^\x00-\x1f\x7f]{1,120}\Z")
_KEY = re.compile(rb"[A-Za-z][A-Za-z0-9_]{1,39}\Z")
STRING, DOCUMENT, ARRAY, BINARY = 2, 3, 4, 5
_COUNTED = {STRING: 4, DOCUMENT: 0, ARRAY: 0, BINARY: 5}
"""What the count at their beginning leaves out."""
_FIXED = {1: 8, 7: 12, 8: 1, 9: 8, 10: 0, 16: 4, 17: 8, 18: 8, 19: 16}
"""Octets of the values of the other types that commands begin with (bsonspec.org, version 1.1)."""
_BSON_TYPES = frozenset((*range(1, 0x14), 0xFF, 0x7F))


class _MongoDb(FrameShell):
    """One connection."""

    __slots__ = ("_bytes",)

    label = "MongoDB"
    header = HEADER
    limit = 2048

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._bytes = 0

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """messageLength."""
        size = int.from_bytes(head[:4], "little")
        if not HEADER < size <= MAXIMUM or int.from_bytes(head[12:], "little") not in OPERATIONS:
            raise ParseError("no MongoDB header")
        self._bytes += size
        return size

    def frame(self, side: int, message: Cursor) -> Status:
        """The beginning of one message."""
        message.skip(4)
        number, answered, operation = message.u32le(), message.u32le(), message.u32le()
        if side == CLIENT:
            self.report.request(number, self.now, "mongodb")
        else:
            self.report.response(answered, self.now, "mongodb")
        if operation == QUERY:
            message.skip(4)
            database, _, collection = message.until(b"\0", 256).partition(b".")
            self.report.add(DATABASE, database)
            message.skip(8)
            self._command(message if collection == b"$cmd" else None)
        elif operation == MSG and side == CLIENT:
            message.skip(5)
            self._command(message)
        return DONE if self._bytes > LARGE else ALWAYS

    def _command(self, document: Cursor | None) -> None:
        name, login = b"query", Login()
        if document is not None:
            name = b""
            with suppress(NeedMore):
                for key, kind, value in elements(document):
                    name = name or key
                    if name == b"saslStart":
                        login.take(key, kind, value)
                    elif key == b"speculativeAuthenticate" and kind == DOCUMENT:
                        login = Login()
                        for inner in elements(Cursor(value)):
                            login.take(*inner)
        if _KEY.match(name):
            self.report.add(COMMAND, name)
            self.report.summary = name.decode("ascii")
        if login.mechanism:
            report_user(self.report, login.mechanism, login.payload)
            if sasl_in_clear(login.mechanism):
                self.report.risk(IN_CLEAR)
                self.report.add(CREDENTIALS, login.payload.replace(b"\0", b" ").strip())


class Login:
    """What a ``saslStart`` says."""

    __slots__ = ("mechanism", "payload")

    def __init__(self) -> None:
        self.mechanism = self.payload = b""

    def take(self, key: bytes, kind: int, value: bytes) -> None:
        """One element of its document."""
        if key == b"mechanism" and kind == STRING:
            self.mechanism = value[4:-1]
        elif key == b"payload" and kind in (STRING, BINARY):
            self.payload = value[4:-1] if kind == STRING else value[5:]


def elements(document: Cursor) -> Iterator[tuple[bytes, int, bytes]]:
    """Key, type and value of each element of a BSON document, up to one that is cut or of a rare type, whose value
    is left empty; ``NeedMore`` inside a key."""
    document.skip(4)
    while not document.at_end:
        kind = document.u8()
        if not kind:
            return
        key = document.until(b"\0", 64)
        size = _FIXED.get(kind, -1)
        if kind in _COUNTED:
            size = int.from_bytes(document.peek(4), "little") + _COUNTED[kind]
        if not 0 <= size <= document.left:
            yield key, kind, b""
            return
        yield key, kind, document.take(size)


def document(data: bytes, most: int) -> Claim:
    """The beginning of a BSON document that is at most so long."""
    if len(data) < 5:
        return MAYBE
    size = int.from_bytes(data[:4], "little")
    return YES if 5 <= size <= most and (data[4] in _BSON_TYPES or size == 5) else NO


def message(head: bytes) -> Claim:
    """A message so far."""
    if len(head) >= 4 and not HEADER < int.from_bytes(head[:4], "little") <= MAXIMUM:
        return NO
    if len(head) < HEADER:
        return MAYBE
    size, operation = int.from_bytes(head[:4], "little"), int.from_bytes(head[12:16], "little")
    body = head[HEADER:size]
    if operation == REPLY:
        if (body[:1] or b"\0")[0] > 15 or any(body[1:4]):
            return NO
        return MAYBE if len(body) < 20 else document(body[20:], size - HEADER - 20) if size > 36 else WEAK
    if operation == QUERY:
        if any(body[1:4]):
            return NO
        name, end, rest = body[4:].partition(b"\0")
        if not end:
            return MAYBE if len(name) < 190 else NO
        return document(rest[8:], size - HEADER) if _NAMESPACE.match(name) else NO
    if operation == MSG:
        if any(body[1:2]) or (body[:1] or b"\0")[0] > 3 or (len(body) > 4 and body[4] > 1):
            return NO
        return document(body[5:], size - HEADER - 5) if len(body) > 4 and not body[4] else MAYBE
    if operation == COMPRESSED:
        if len(body) < 9:
            return MAYBE
        return YES if int.from_bytes(body[:4], "little") in OPERATIONS and body[8] < 4 else NO
    return WEAK if operation in OPERATIONS else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Both directions carry the same kind of messages; only servers reply, and they do not ask."""
    kinds = [int.from_bytes(head[12:HEADER], "little") if len(head) >= HEADER else -1 for head in (client, server)]
    if kinds[0] == REPLY or kinds[1] == QUERY:
        return NO
    return jointly(client, server, message)


PROTOCOL: ApplicationProtocol = StreamProtocol(_MongoDb, judge, PORTS)

"""ClickHouse's native protocol (clickhouse.com, "Native protocol").

Claimed: the client's hello with its name. Told: the programs' names and versions, and the user as for other databases.
Passwords and queries are not.
"""

from __future__ import annotations

from netmon.errors import NeedMore, ParseError

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec, clean
from ._secrets import IN_CLEAR
from ._shell import StreamProtocol, StreamShell

HELLO = 0
LONGEST = 1024
SERVER_HELLO = ("kind", "text", "major", "minor", "revision")
CLIENT_HELLO = (*SERVER_HELLO, "text", "text", "text")
"""Program; database, user, password."""
NAME = FieldSpec("clickhouse_client", "Client")
SERVER_NAME = FieldSpec("clickhouse_server", "Server")
DATABASE = FieldSpec("clickhouse_db", "Database")
USER = FieldSpec("clickhouse_user", "User")


def number(cursor: Cursor) -> int:
    """A variable-length integer (LEB128), of at most nine octets."""
    value = 0
    for shift in range(0, 63, 7):
        octet = cursor.u8()
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            return value
    raise ParseError("integer too long")


def text(cursor: Cursor) -> bytes:
    """A counted string."""
    size = number(cursor)
    if size > LONGEST:
        raise ParseError("string too long")
    return cursor.take(size)


class _ClickHouse(StreamShell):
    """One connection; only the hellos are read, each item once."""

    __slots__ = ("_heads", "_numbers", "_places", "_texts")

    label = "ClickHouse"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._heads = [b"", b""]
        self._numbers: tuple[list[int], list[int]] = ([], [])
        self._texts: tuple[list[bytes], list[bytes]] = ([], [])
        self._places = [0, 0]
        """Where the next item begins."""

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002  hellos carry no time
        """Until both are complete."""
        head = self._heads[side] = self._heads[side] + data[: 4 * LONGEST - len(self._heads[side])]
        numbers, texts = self._numbers[side], self._texts[side]
        wanted = CLIENT_HELLO if side == CLIENT else SERVER_HELLO
        while len(numbers) + len(texts) < len(wanted):
            cursor = Cursor(head, self._places[side])
            try:
                if wanted[len(numbers) + len(texts)] == "text":
                    texts.append(text(cursor))
                else:
                    numbers.append(number(cursor))
            except NeedMore:
                return DONE if len(head) >= 4 * LONGEST else MORE
            self._places[side] = cursor.position
            if numbers[0] != HELLO:
                if side == CLIENT:
                    raise ParseError("no hello")
                self.report.state = "REFUSED"
                return DONE
            if len(numbers) + len(texts) == len(wanted):
                self._hello(side, numbers, texts)
        return DONE if side != CLIENT else MORE

    def _hello(self, side: int, numbers: list[int], texts: list[bytes]) -> None:
        report = self.report
        program = f"{clean(texts[0])} {numbers[1]}.{numbers[2]}"
        if side == CLIENT:
            report.set(NAME, program)
            report.set(DATABASE, texts[1])
            report.set(USER, texts[2])
            report.state = report.state or "HELLO"
            if texts[3]:
                report.risk(IN_CLEAR)
        else:
            report.set(SERVER_NAME, program)
            report.state = "CONNECTED"

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  nothing can be learnt behind a gap
        """What is missing cannot be told."""
        return DONE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Zero, a name that begins with the product's (or the usual connectors'), versions, three strings."""
    if server[:1] not in (b"", b"\0", b"\2") or client[:1] not in (b"", b"\0"):
        return NO
    cursor = Cursor(client, 1)
    try:
        program = text(cursor)
        if b"clickhouse" not in program.lower() or not program.isascii():
            return NO
        for _ in range(3):
            number(cursor)
        for _ in range(3):
            text(cursor)
    except NeedMore:
        if client[2:3] and not client[2:12].isascii():
            return NO
        return MAYBE if len(client) < 512 else NO
    return YES


PROTOCOL: ApplicationProtocol = StreamProtocol(_ClickHouse, judge, frozenset(), frozenset((0,)))

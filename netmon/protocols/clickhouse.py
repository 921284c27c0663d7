"""ClickHouse's native protocol (clickhouse.com, "Native protocol").

Claimed: the client's hello with its name. Told: the programs' names and versions, and the user as for other databases.
Passwords and queries are not.
"""

from __future__ import annotations

from netmon.errors import NeedMore, ParseError

from ._contract import CLIENT, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._shell import StreamProtocol, StreamShell

HELLO = 0
LONGEST = 1024
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
    """One connection; only the hellos are read."""

    __slots__ = ("_heads",)

    label = "ClickHouse"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._heads = [b"", b""]

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002  hellos carry no time
        """Until both are complete."""
        head = self._heads[side] = self._heads[side] + data[: 4 * LONGEST - len(self._heads[side])]
        cursor = Cursor(head)
        report = self.report
        try:
            kind = number(cursor)
            if kind != HELLO:
                if side == CLIENT:
                    raise ParseError("no hello")
                report.state = "REFUSED"
                return Status.DONE
            program = text(cursor)
            version = f"{number(cursor)}.{number(cursor)}"
            number(cursor)
            if side == CLIENT:
                values = [text(cursor) for _ in range(3)]
                report.set(NAME, f"{program.decode('utf-8', 'replace')} {version}")
                report.set(DATABASE, values[0])
                report.set(USER, values[1])
                report.state = report.state or "HELLO"
                if values[2]:
                    report.risk("clear-text-credentials")
            else:
                report.set(SERVER_NAME, f"{program.decode('utf-8', 'replace')} {version}")
                report.state = "CONNECTED"
                return Status.DONE
        except NeedMore:
            return Status.DONE if len(head) >= 4 * LONGEST else Status.MORE
        return Status.MORE

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  nothing can be learnt behind a gap
        """What is missing cannot be told."""
        return Status.DONE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Zero, a name that begins with the product's (or the usual connectors'), versions, three strings."""
    if server[:1] not in (b"", b"\0", b"\2") or client[:1] not in (b"", b"\0"):
        return Claim.NO
    cursor = Cursor(client, 1)
    try:
        program = text(cursor)
        if b"clickhouse" not in program.lower() or not program.isascii():
            return Claim.NO
        for _ in range(3):
            number(cursor)
        for _ in range(3):
            text(cursor)
    except NeedMore:
        if client[2:3] and not client[2:12].isascii():
            return Claim.NO
        return Claim.MORE if len(client) < 512 else Claim.NO
    return Claim.YES


PROTOCOL: ApplicationProtocol = StreamProtocol(_ClickHouse, judge, frozenset(), frozenset((0,)))

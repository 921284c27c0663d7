"""Firebird's and InterBase's wire protocol (firebirdsql.org, "Firebird Wire Protocol").

Claimed: a connection request with its operation, version and architecture. Told: versions offered, the server's choice, and
the client's operating-system user as for other databases. Paths of databases are not.
"""

from __future__ import annotations

from contextlib import suppress

from netmon.errors import NeedMore

from ._contract import DONE, MAYBE, MORE, NO, SERVER, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._shell import StreamProtocol, StreamShell

PORTS = frozenset((3050,))
CONNECT, ACCEPT, REJECT = 1, 3, 4
ACCEPT_DATA, CONDITIONAL_ACCEPT = 94, 98
ATTACH, CREATE, SERVICE_ATTACH = 19, 20, 82
LONGEST = 512
USER_ITEM = 1
USER = FieldSpec("firebird_user", "User")
OFFERED = FieldSpec("firebird_versions", "Versions offered")
CHOSEN = FieldSpec("firebird_version", "Version")


class _Firebird(StreamShell):
    """One connection; only its beginning is read."""

    __slots__ = ("_heads",)

    label = "Firebird"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._heads = [b"", b""]

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002  the opening carries no time
        """Request and answer."""
        head = self._heads[side] = self._heads[side] + data[: LONGEST - len(self._heads[side])]
        report = self.report
        if side == SERVER:
            if len(head) < 8:
                return MORE
            kind = int.from_bytes(head[:4], "big")
            if kind in (ACCEPT, ACCEPT_DATA, CONDITIONAL_ACCEPT):
                report.set(CHOSEN, int.from_bytes(head[4:8], "big") & 0x7FFF)
                report.state = "ACCEPTED"
            else:
                report.state = "REJECTED"
            return DONE
        with suppress(NeedMore):
            self._request(Cursor(head, 16))
        report.state = report.state or "CONNECT"
        return MORE

    def _request(self, cursor: Cursor) -> None:
        """The file, how many versions, who asks (XDR: lengths, and padding to four octets)."""
        size = cursor.u32()
        cursor.skip(size + -size % 4)
        versions = cursor.u32()
        self.report.set(OFFERED, versions)
        items = cursor.sub(cursor.u32())
        while not items.at_end:
            kind = items.u8()
            value = items.take(items.u8())
            if kind == USER_ITEM:
                self.report.set(USER, value)

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  nothing can be learnt behind a gap
        """What is missing cannot be told."""
        return DONE if side == SERVER else MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Operation, attach or create, version of the request, architecture, length of the file's name."""
    if any(server[:3]) or (server[3:4] and server[3] not in (ACCEPT, REJECT, 9, ACCEPT_DATA, CONDITIONAL_ACCEPT)):
        return NO
    words = [int.from_bytes(client[at : at + 4], "big") for at in range(0, min(len(client) - 3, 20), 4)]
    allowed = ((CONNECT,), (ATTACH, CREATE, SERVICE_ATTACH), (2, 3), tuple(range(1, 60)), tuple(range(1, LONGEST)))
    if any(word not in fits for word, fits in zip(words, allowed, strict=False)) or (client and any(client[:3])):
        return NO
    return YES if len(words) == len(allowed) else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Firebird, judge, PORTS, frozenset((0,)))

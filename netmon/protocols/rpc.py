"""ONC RPC (RFC 5531) over TCP and UDP: portmapper, NFS, mount, NIS and the rest.

Claimed: a call (RPC version 2, known credential flavour) or a reply of the shape replies have; over TCP behind a record
mark. Told: programs and procedures. Credentials, file names and handles are not. Exchange: ``rpc``, by transaction id.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError

from ._contract import ALWAYS, MAYBE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec, Report
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol, on_port

PROGRAM: Final = FieldSpec("rpc_program", "Programs", multiple=True)
VERSION: Final = FieldSpec("rpc_version", "Program version", multiple=True)
PORTS: Final = frozenset((111, 2049))
NAMES: Final = {
    100000: "portmapper", 100003: "NFS", 100004: "NIS", 100005: "mount", 100007: "ypbind", 100011: "rquota", 100021: "NLM",
    100024: "status", 100227: "NFS ACL", 400122: "NFS callback",
}  # fmt: skip
MARK: Final = 4
LAST: Final = 0x8000_0000
MAXIMUM: Final = 16 * 1024 * 1024
CALL: Final = 0
REPLY: Final = 1
FLAVOURS: Final = frozenset((0, 1, 2, 3, 4, 5, 6, 390003, 390004, 390005))


def message(data: bytes) -> Claim:
    """A call or a reply, as far as it goes."""
    kind = data[4:8]
    if not b"\0\0\0".startswith(kind[:3]) or kind[3:] not in (b"", b"\0", b"\1"):
        return NO
    if kind == b"\0\0\0\1":
        return _reply(data)
    if len(data) < 28:
        short = len(kind) == 4 and not b"\0\0\0\2".startswith(data[8:12])
        return NO if short else MAYBE
    program = int.from_bytes(data[12:16], "big")
    fields = [int.from_bytes(data[index : index + 4], "big") for index in (8, 16, 20, 24)]
    if fields[0] != 2 or not 0 < program < 0x8000_0000 or fields[1] > 64 or fields[2] > 256 or fields[3] not in FLAVOURS:
        return NO
    return YES if program in NAMES or 100_000 <= program < 400_000_000 else WEAK


def _reply(data: bytes) -> Claim:
    if len(data) < 24:
        return MAYBE
    state, flavour, length = (int.from_bytes(data[index : index + 4], "big") for index in (8, 12, 16))
    if state == 1:
        return WEAK if flavour < 2 else NO
    return WEAK if state == 0 and flavour in FLAVOURS and length <= 400 else NO


def record(head: bytes) -> Claim:
    """A record mark and a message; what is not the last fragment is rare and says less."""
    if len(head) < MARK:
        return MAYBE if not head or head[0] in (0, 0x80) else NO
    size = int.from_bytes(head[:MARK], "big") & ~LAST
    if not 20 <= size <= MAXIMUM:
        return NO
    claim = message(head[MARK : MARK + size])
    return WEAK if claim is YES and not head[0] & 0x80 else claim


def take(report: Report, body: Cursor, now: int) -> None:
    """One message."""
    key, kind = body.u32(), body.u32()
    if kind == REPLY:
        report.response(key, now, "rpc")
        return
    if kind != CALL or body.u32() != 2:
        raise ParseError("no RPC message")
    program, version = body.u32(), body.u32()
    report.add(PROGRAM, program)
    report.add(VERSION, version)
    report.summary = NAMES.get(program, f"program {program}")
    report.request(key, now, "rpc")


class _Stream(FrameShell):
    """Over TCP."""

    __slots__ = ("_continued",)

    label = "RPC"
    header = MARK
    limit = 64

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._continued = [False, False]

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """A fragment."""
        size = int.from_bytes(head, "big") & ~LAST
        if size > MAXIMUM:
            raise ParseError("no record mark")
        return MARK + size

    def frame(self, side: int, message: Cursor) -> Status:
        """The first fragment of a record tells; the others carry data."""
        last = bool(message.u32() & LAST)
        continued, self._continued[side] = self._continued[side], not last
        if not continued:
            take(self.report, message, self.now)
        return ALWAYS


class _Datagrams(DatagramInspector):
    """Over UDP."""

    __slots__ = ()

    label = "RPC"

    def take(self, data: bytes) -> Status:
        """One message."""
        take(self.report, Cursor(data), self.now)
        return ALWAYS


def recognise(context: Context, data: bytes) -> Claim:
    """Whole calls on any port; a reply by itself says something only where RPC usually is."""
    claim = message(data)
    if claim is MAYBE:
        return NO
    return MAYBE if claim is WEAK and not on_port(context, *PORTS) else claim


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Either direction may call (NFS callbacks)."""
    claim = jointly(client, server, record)
    return MAYBE if claim is WEAK and not on_port(context, *PORTS) else claim


_DATAGRAMS: Final = DatagramProtocol(_Datagrams, recognise, PORTS, look=Look(8, 4, frozenset((0,))))
PROTOCOL: ApplicationProtocol = StreamProtocol(_Stream, judge, PORTS, None, _DATAGRAMS)

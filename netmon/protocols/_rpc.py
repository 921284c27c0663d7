"""DCE/RPC headers and binds (C706 chapter 12, [MS-RPCE]), wherever they are carried.

In: a connection-oriented PDU, or any message that may hold a bind. Out: header fields; the UUIDs of the interfaces a client
binds to, in the usual text form.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from netmon.errors import ParseError

from ._cursor import Cursor
from ._report import FieldSpec, Report
from ._rpc_endpoints import report_interface

UUIDS: Final = FieldSpec("dcerpc_uuid", "RPC interfaces", multiple=True)
BIND: Final = 11
ALTER_CONTEXT: Final = 14
HEADER: Final = 16
MAXIMUM_CONTEXTS: Final = 32
_BINDS: Final = (b"\x05\x00\x0b", b"\x05\x00\x0e")


class Header(NamedTuple):
    """The common header."""

    kind: int
    little: bool
    length: int
    """Of the whole fragment."""
    first: bool
    """Of its message's fragments."""


def read_header(head: bytes) -> Header:
    """``ParseError`` when it is none."""
    little = bool(head[4] & 0x10) if len(head) > 4 else False
    if len(head) < HEADER or head[0] != 5 or head[1] > 1 or head[2] > 19 or head[4] & 0xEF or head[5] > 3 or any(head[6:8]):
        raise ParseError("no DCE/RPC header")
    length = int.from_bytes(head[8:10], "little" if little else "big")
    if length < HEADER:
        raise ParseError("fragment shorter than its header")
    return Header(head[2], little, length, bool(head[3] & 1))


def interfaces(fragment: Cursor, little: bool) -> list[str]:
    """The abstract syntaxes of a bind or alter-context; ``fragment`` is at its header."""
    fragment.skip(HEADER + 8)
    found: list[str] = []
    for _ in range(min(fragment.u8(), MAXIMUM_CONTEXTS)):
        if not found:
            fragment.skip(3)
        fragment.skip(2)
        transfers = fragment.u8()
        fragment.skip(1)
        raw = fragment.take(16)
        found.append(str(UUID(bytes_le=raw) if little else UUID(bytes=raw)))
        fragment.skip(4 + 20 * transfers)
    return found


def report_binds(report: Report, data: bytes) -> None:
    """Interfaces bound in a fragment somewhere inside another protocol's message (a named pipe)."""
    for signature in _BINDS:
        at = data.find(signature)
        if at < 0:
            continue
        try:
            header = read_header(data[at : at + HEADER])
            for name in interfaces(Cursor(data, at), header.little):
                report.add(UUIDS, name)
                report_interface(report, name)
        except ParseError:
            continue

"""MikroTik Neighbor Discovery Protocol, by broadcast over UDP.

There is no public document; the layout is the one the field agrees on. Claimed on its port: a request, or a header and typed
values that fill the datagram. Told: identity, version, platform and board of the router.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 5678
TYPES = frozenset((1, 5, 7, 8, 10, 11, 12, 14, 15, 16, 17))
MAC, IDENTITY, SYSTEM_VERSION, PLATFORM_NAME, BOARD_NAME = 1, 5, 7, 8, 12
NAME = FieldSpec("mndp_identity", "Identity", multiple=True, limit=8)
VERSION = FieldSpec("mndp_version", "Version", multiple=True, limit=8)
PLATFORM = FieldSpec("mndp_platform", "Platform", multiple=True, limit=8)
BOARD = FieldSpec("mndp_board", "Board", multiple=True, limit=8)
_SHOWN = {IDENTITY: NAME, SYSTEM_VERSION: VERSION, PLATFORM_NAME: PLATFORM, BOARD_NAME: BOARD}


def values(data: bytes) -> dict[int, bytes]:
    """Values by type, none in a request; ``ParseError`` when they do not fill the datagram."""
    if data == bytes(4):
        return {}
    cursor = Cursor(data)
    cursor.skip(4)
    found: dict[int, bytes] = {}
    while not cursor.at_end:
        kind = cursor.u16()
        if kind not in TYPES or (not found and kind != MAC):
            raise ParseError("unknown type")
        found[kind] = cursor.take(cursor.u16())
    if len(found.get(MAC, b"")) != 6:
        raise ParseError("no address")
    return found


class _Mndp(DatagramInspector):
    """One router."""

    __slots__ = ()

    label = "MNDP"

    def take(self, data: bytes) -> Status:
        found, report = values(data), self.report
        for kind, spec in _SHOWN.items():
            report.add(spec, found.get(kind, b""))
        report.state = "ANNOUNCEMENT" if found else "REQUEST"
        report.summary = str(report.get(NAME) or "")
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is."""
    if not on_port(context, PORT):
        return NO
    return YES if values(data) else WEAK


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Mndp, recognise, frozenset((PORT,)), bound=True)

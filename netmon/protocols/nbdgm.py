"""NetBIOS datagram service (RFC 1002 section 4.4), and the browser announcements it carries ([MS-BRWS] section 2.2).

Claimed, on any port: a known datagram type, whose source address is followed by two encoded names; an error datagram and a
query on port 138 only. Fields: source and destination name; the server name of a browser announcement.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError

from . import _netbios
from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._dns_message import Names
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT: Final = 138
SOURCE: Final = FieldSpec("nbdgm_source", "Source name", multiple=True)
DESTINATION: Final = FieldSpec("nbdgm_destination", "Destination name", multiple=True)
BROWSER: Final = FieldSpec("browser_server", "Announced server", multiple=True)
COMMAND: Final = FieldSpec("browser_command", "Browser command", multiple=True)
TYPES: Final = {
    0x10: "DIRECT_UNIQUE",
    0x11: "DIRECT_GROUP",
    0x12: "BROADCAST",
    0x13: "ERROR",
    0x14: "QUERY_REQUEST",
    0x15: "POSITIVE_RESPONSE",
    0x16: "NEGATIVE_RESPONSE",
}
_WITH_NAMES: Final = (0x10, 0x11, 0x12)
_HEADER: Final = 14
_MAILSLOT: Final = b"\\MAILSLOT\\BROWSE\0"
COMMANDS: Final = {
    1: "HOST_ANNOUNCEMENT",
    2: "ANNOUNCEMENT_REQUEST",
    8: "ELECTION",
    9: "GET_BACKUP_LIST_REQUEST",
    10: "GET_BACKUP_LIST_RESPONSE",
    11: "BECOME_BACKUP",
    12: "DOMAIN_ANNOUNCEMENT",
    13: "MASTER_ANNOUNCEMENT",
    14: "RESET_STATE",
    15: "LOCAL_MASTER_ANNOUNCEMENT",
}
_NAMED_AT: Final = {1: 6, 12: 6, 15: 6, 8: 14}
"""Where the server name begins in announcements (a fixed 16 octets) and elections (up to a zero)."""


def _encoded(data: bytes, position: int) -> tuple[tuple[str, int], int]:
    """The NetBIOS name at ``position`` and where it ends."""
    name, end = Names(data).read(position)
    decoded = _netbios.decode(name.split(".", 1)[0])
    if decoded is None:
        raise ParseError("no NetBIOS name")
    return decoded, end


def recognise(context: Context, data: bytes) -> Claim:
    """Header, and names where the type has them."""
    if len(data) < 10 or data[0] not in TYPES:
        return NO
    if data[0] not in _WITH_NAMES:
        return WEAK if on_port(context, PORT) else NO
    try:
        _encoded(data, _encoded(data, _HEADER)[1])
    except ParseError:
        return NO
    return YES


def browser(data: bytes) -> tuple[int, str] | None:
    """Command and server name of a browser frame inside an SMB transaction, if that is what ``data`` is."""
    if not data.startswith(b"\xffSMB\x25") or len(data) < 33:
        return None
    at = data.find(_MAILSLOT, 33)
    if at < 0 or at + len(_MAILSLOT) >= len(data):
        return None
    frame = data[at + len(_MAILSLOT) :]
    start = _NAMED_AT.get(frame[0])
    if start is None:
        return frame[0], ""
    return frame[0], _netbios.text(frame[start : start + 16])


class _Nbdgm(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "NetBIOS-DGM"
    idle_timeout = 60.0

    def take(self, data: bytes) -> Status:
        if len(data) < 10 or data[0] not in TYPES:
            raise ParseError("unknown datagram type")
        report = self.report
        report.state = TYPES[data[0]]
        if data[0] not in _WITH_NAMES:
            return MORE
        source, end = _encoded(data, _HEADER)
        destination, end = _encoded(data, end)
        report.add(SOURCE, f"{source[0]}<{source[1]:02x}>")
        report.add(DESTINATION, f"{destination[0]}<{destination[1]:02x}>")
        report.summary = f"{source[0]} to {destination[0]}"
        found = browser(data[end:])
        if found is not None:
            report.add(COMMAND, COMMANDS.get(found[0], f"COMMAND_{found[0]}"))
            report.add(BROWSER, found[1])
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Nbdgm, recognise, frozenset((PORT,)), frozenset(TYPES))

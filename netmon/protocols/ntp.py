"""Network Time Protocol (RFC 5905; control messages RFC 9327, private mode 7 of ntpd) and SNTP.

Claimed: on port 123 a datagram of the right size for its mode; elsewhere a server's answer that repeats the client's time
stamp, or, weakly, a packet whose fields are all in their ranges. Read: version, mode, stratum, reference. A client's
transmit stamp comes back as the server's origin stamp: that pairs them.
"""

from __future__ import annotations

from socket import AF_INET, inet_ntop
from struct import unpack_from
from typing import Final

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT: Final = 123
HEADER: Final = 48
CLIENT_MODE: Final = 3
SERVER_MODE: Final = 4
BROADCAST: Final = 5
CONTROL: Final = 6
PRIVATE: Final = 7
MODES: Final = ("RESERVED", "SYMMETRIC_ACTIVE", "SYMMETRIC_PASSIVE", "CLIENT", "SERVER", "BROADCAST", "CONTROL", "PRIVATE")
VERSION: Final = FieldSpec("ntp_version", "Version", multiple=True)
MODE: Final = FieldSpec("ntp_mode", "Mode", multiple=True)
STRATUM: Final = FieldSpec("ntp_stratum", "Stratum", multiple=True)
REFERENCE: Final = FieldSpec("ntp_reference", "Reference", multiple=True)
_YEAR_2000: Final = 0xBC17C200
"""Seconds between 1900 and 2000; the era ends in 2036."""

OPERATIONS: Final = frozenset((*range(11), 12, 31))
"""Of mode 6 (RFC 9327 section 2)."""
LARGEST_TRAILER: Final = 32
"""Padding and authentication behind the data of mode 6."""
ANSWER: Final = 0x80
IMPLEMENTATIONS: Final = (0, 2, 3)
"""Of mode 7: universal, xntpd before and since requests of 48 octets (ntp_request.h)."""


def _fits(data: bytes) -> bool:
    """Version, mode and length belong together."""
    if len(data) < 4:
        return False
    version, mode = data[0] >> 3 & 7, data[0] & 7
    if mode == CONTROL:
        room = len(data) - 12 - int.from_bytes(data[10:12], "big") if len(data) >= 12 else -1
        return 1 <= version <= 4 and 0 <= room <= LARGEST_TRAILER and data[1] & 31 in OPERATIONS
    if mode == PRIVATE:
        if len(data) < 8 or not 2 <= version <= 4 or data[2] not in IMPLEMENTATIONS:
            return False
        items, size = int.from_bytes(data[4:6], "big") & 0xFFF, int.from_bytes(data[6:8], "big")
        return size < 0x1000 and (data[0] & ANSWER == 0 or items * size <= len(data) - 8)
    sane = data[1] <= 16 and data[2] <= 17 and len(data) % 4 == 0
    return 1 <= mode <= 5 and 1 <= version <= 5 and len(data) >= HEADER and sane and (mode != BROADCAST or any(data[40:48]))


def _in_range(data: bytes) -> bool:
    """A time packet whose every field could be true."""
    mode, precision = data[0] & 7, data[3]
    if mode in (CONTROL, PRIVATE) or (len(data) - HEADER) % 4 or not 2 <= data[0] >> 3 & 7 <= 4:
        return False
    transmitted = unpack_from("!I", data, 40)[0]
    if mode == CLIENT_MODE:
        quiet = not any(data[4:40]) and data[1] == 0
        return len(data) == HEADER and (quiet or transmitted > _YEAR_2000) and data[1] <= 16 and data[2] <= 17
    delay, dispersion = unpack_from("!II", data, 4)
    small = delay < 0x100000 and dispersion < 0x100000
    return data[1] <= 16 and data[2] <= 17 and 0xE0 <= precision <= 0xFF and small and transmitted > _YEAR_2000


class _Ntp(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "NTP"
    idle_timeout = 30.0

    def take(self, data: bytes) -> Status:
        if not _fits(data):
            raise ParseError("no NTP packet")
        report, mode = self.report, data[0] & 7
        report.add(VERSION, data[0] >> 3 & 7)
        report.add(MODE, mode)
        report.state = MODES[mode]
        if mode in (CONTROL, PRIVATE):
            report.summary = MODES[mode].lower()
            return MORE
        stratum = data[1]
        report.add(STRATUM, stratum)
        if mode == CLIENT_MODE:
            report.request(data[40:48], self.now, "ntp")
        elif mode == SERVER_MODE:
            report.response(data[24:32], self.now, "ntp")
        if stratum:
            reference = _reference(data[12:16], stratum)
            report.add(REFERENCE, reference)
            report.summary = f"stratum {stratum} {reference}".rstrip()
        return MORE


def _reference(data: bytes, stratum: int) -> str:
    """A clock's name at stratum 1, else the address of the server above (a hash of it for IPv6)."""
    if stratum > 1:
        return inet_ntop(AF_INET, data) if stratum < 16 else ""
    name = data.rstrip(b"\0 ")
    return name.decode("ascii") if name.isalnum() else ""


class _Protocol(DatagramProtocol):
    """The pair of stamps is the surest sign."""

    __slots__ = ()

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        if not all(_fits(data) for data in (client, server) if data):
            return NO
        if on_port(context, PORT):
            return YES
        if len(client) >= HEADER and len(server) >= HEADER and any(client[40:48]) and client[40:48] == server[24:32]:
            return YES
        return WEAK if all(_in_range(data) for data in (client, server) if data) else NO


def _never(context: Context, data: bytes) -> Claim:  # noqa: ARG001  ``claims`` above decides
    return NO


_FIRST: Final = frozenset(
    leap << 6 | version << 3 | mode for leap in range(4) for version in range(1, 6) for mode in range(1, 8)
)
PROTOCOL: Final = _Protocol(_Ntp, _never, frozenset((PORT,)), _FIRST)

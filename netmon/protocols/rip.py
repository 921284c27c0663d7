"""Routing Information Protocol: RIP (RFC 1058, RFC 2453) and RIPng (RFC 2080).

Claimed on their ports: known command and version and entries of 20 octets. Read: commands, versions, number of routes, and
from RIP version 2 whether an entry carries a clear-text password (which is left out).
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT, NG_PORT = 520, 521
ENTRY = 20
COMMANDS = {1: "REQUEST", 2: "RESPONSE", 3: "TRACE_ON", 4: "TRACE_OFF", 5: "RESERVED", 9: "TRIGGERED_REQUEST",
            10: "TRIGGERED_RESPONSE", 11: "TRIGGERED_ACK"}  # fmt: skip
COMMAND = FieldSpec("rip_command", "Command", multiple=True)
VERSION = FieldSpec("rip_version", "Version", multiple=True)
ROUTES = FieldSpec("rip_routes", "Routes told at most")
_AUTHENTICATION, _SIMPLE_PASSWORD = b"\xff\xff", b"\0\2"


def _checked(data: bytes, versions: tuple[int, ...]) -> int:
    """The number of entries."""
    if len(data) < 4 or data[0] not in COMMANDS or data[1] not in versions:
        raise ParseError("unknown command or version")
    return (len(data) - 4) // ENTRY


class _Rip(DatagramInspector):
    """One router."""

    __slots__ = ()

    label = "RIP"
    versions: tuple[int, ...] = (1, 2)

    def take(self, data: bytes) -> Status:
        entries, report = _checked(data, self.versions), self.report
        report.add(COMMAND, COMMANDS[data[0]])
        report.add(VERSION, data[1])
        if data[4:6] == _AUTHENTICATION and self.label == "RIP":
            entries -= 1
            if data[6:8] == _SIMPLE_PASSWORD:
                report.risk("clear-text-credentials")
        report.set(ROUTES, max(entries, int(report.get(ROUTES) or 0)))
        report.state = COMMANDS[data[0]]
        report.summary = f"v{data[1]} {COMMANDS[data[0]].lower()} {entries} routes"
        return MORE


class _RipNg(_Rip):
    """The same for IPv6."""

    __slots__ = ()

    label = "RIPng"
    versions = (1,)


def _recognise(context: Context, data: bytes, port: int, versions: tuple[int, ...]) -> Claim:
    if not on_port(context, port):
        return NO
    try:
        _checked(data, versions)
    except ParseError:
        return NO
    return YES


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is."""
    return _recognise(context, data, PORT, _Rip.versions)


def recognise_ng(context: Context, data: bytes) -> Claim:
    """Only where it usually is."""
    return _recognise(context, data, NG_PORT, _RipNg.versions)


PROTOCOLS: tuple[ApplicationProtocol, ...] = (
    DatagramProtocol(_Rip, recognise, frozenset((PORT,)), frozenset(COMMANDS), bound=True),
    DatagramProtocol(_RipNg, recognise_ng, frozenset((NG_PORT,)), frozenset(COMMANDS), bound=True),
)

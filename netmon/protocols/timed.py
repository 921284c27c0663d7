"""The Berkeley time synchronisation protocol (timed(8)), over UDP.

Claimed on its port: a message of a known type and version 1, followed by a host's name ended by zeros. Told: messages and
machines.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 525
NAME_AT = 12
LEAST, LARGEST = 16, 300
TYPES = ("ERROR", "ADJTIME", "ACK", "MASTERREQ", "MASTERACK", "SETTIME", "MASTER", "SLAVEUP", "MASTERUP", "ELECTION",
         "ACCEPT", "REFUSE", "CONFLICT", "RESOLVE", "QUIT", "DATE", "DATEREQ", "DATEACK", "TRACEON", "TRACEOFF", "MSITE",
         "MSITEREQ", "TEST", "SETDATE", "SETDATEREQ", "LOOP")  # fmt: skip
MESSAGE = FieldSpec("timed_message", "Messages", multiple=True)
MACHINE = FieldSpec("timed_machine", "Machines", multiple=True)


def read(data: bytes) -> tuple[str, bytes]:
    """Type and machine; ``ParseError`` when it is no message."""
    if not LEAST <= len(data) <= LARGEST or not 0 < data[0] < len(TYPES) or data[1] != 1:
        raise ParseError("no message")
    name, end, _ = data[NAME_AT:].partition(b"\0")
    if not end or not name.isascii() or not name.decode().isprintable():
        raise ParseError("no name")
    return TYPES[data[0]], name


class _Timed(DatagramInspector):
    """One machine."""

    __slots__ = ()

    label = "Timed"

    def take(self, data: bytes) -> Status:
        kind, name = read(data)
        self.report.add(MESSAGE, kind)
        self.report.add(MACHINE, name)
        self.report.state = self.report.summary = kind
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is."""
    if not on_port(context, PORT):
        return NO
    read(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _Timed, recognise, frozenset((PORT,)), frozenset(range(1, len(TYPES))), bound=True
)

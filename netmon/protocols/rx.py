"""Rx, the remote procedure calls of AFS (the Andrew File System), over UDP.

Claimed on its ports, and elsewhere where both the service and the call's numbers say so: a header of 28 octets with a packet
type, flags and security index that exist. Told: packet types, services. Cells, users and files are not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORTS = frozenset((*range(7000, 7010), 7021))
HEADER = 28
TYPES = {1: "DATA", 2: "BUSY", 3: "ABORT", 4: "ACK", 5: "CHALLENGE", 6: "RESPONSE", 7: "ACKALL", 8: "PARAMS", 13: "VERSION"}
SERVICES = {
    1: "FILE_SERVER", 4: "BOS", 13: "UPDATE", 22314: "BACKUP", 50: "VOLUME_OR_UBIK", 52: "VOLUME_LOCATION",
    73: "PROTECTION", 731: "KA_AUTHENTICATION", 732: "KA_TICKET", 733: "KA_MAINTENANCE", 2475: "STATISTICS",
}  # fmt: skip
DATA, ABORT = 1, 3
INITIATED, LAST = 0x01, 0x04
LARGEST_SECURITY = 4
EPOCH_1987 = 0x2000_0000
"""A connection's epoch is the time its host was started, or a random number with the highest bit set."""
TYPE = FieldSpec("rx_type", "Packets", multiple=True)
SERVICE = FieldSpec("rx_service", "Services", multiple=True)


def read(data: bytes) -> tuple[int, int, int, int]:
    """Call number, sequence number, type, service; ``ParseError`` when it is no header."""
    if len(data) < HEADER or data[20] not in TYPES or data[21] & 0xC0 or data[23] > LARGEST_SECURITY:
        raise ParseError("no Rx header")
    call, sequence = (int.from_bytes(data[at : at + 4], "big") for at in (8, 12))
    return call, sequence, data[20], int.from_bytes(data[26:28], "big")


class _Rx(DatagramInspector):
    """One pair of hosts."""

    __slots__ = ()

    label = "RX"

    def take(self, data: bytes) -> Status:
        call, sequence, kind, service = read(data)
        report = self.report
        report.add(TYPE, TYPES[kind])
        report.state = TYPES[kind]
        name = SERVICES.get(service, f"{service}")
        if service:
            report.add(SERVICE, name)
            report.summary = name
        if kind == DATA and sequence == 1:
            # A channel's calls are numbered; the initiator of the connection is the one who asks.
            half = report.request if data[21] & INITIATED else report.response
            half((data[4:8], call), self.now, "rx")
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """See the module."""
    if len(data) < HEADER or data[20] > 13 or data[20] not in TYPES:
        return NO
    call, sequence, kind, service = read(data)
    if on_port(context, *PORTS):
        known = service in SERVICES or (kind == ABORT and len(data) == HEADER + 4)
        return YES if known and int.from_bytes(data[:4], "big") >= EPOCH_1987 else WEAK
    begins = kind == DATA and service in SERVICES and 0 < call < 0x0100_0000 and sequence == 1 and data[21] & INITIATED
    return WEAK if begins and len(data) > HEADER else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Rx, recognise, PORTS, look=Look(HEADER, 20, frozenset(TYPES)))

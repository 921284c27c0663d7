"""Ethernet Global Data (GE Fanuc GFK-2224) of controllers, over UDP.

Claimed on its port: a data message of version 1 whose producer is an address and whose reserved octets are zero. Told:
producers and exchanges. Data are not.
"""

from __future__ import annotations

from socket import AF_INET, inet_ntop

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 18246
HEADER = 32
DATA, VERSION = 0x0D, 1
PRODUCER = FieldSpec("egd_producer", "Producer", multiple=True)
EXCHANGE = FieldSpec("egd_exchange", "Exchanges", multiple=True)


def checked(data: bytes) -> None:
    """``ParseError`` when it is no data message."""
    if len(data) < HEADER or data[0] != DATA or data[1] != VERSION or not any(data[4:8]) or any(data[28:32]):
        raise ParseError("no EGD header")


class _Egd(DatagramInspector):
    """One producer."""

    __slots__ = ()

    label = "EGD"

    def take(self, data: bytes) -> Status:
        checked(data)
        report = self.report
        report.add(PRODUCER, inet_ntop(AF_INET, data[4:8]))
        report.add(EXCHANGE, int.from_bytes(data[8:12], "little"))
        report.state = "PRODUCING"
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is."""
    if not on_port(context, PORT):
        return NO
    checked(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Egd, recognise, frozenset((PORT,)), frozenset((DATA,)), bound=True)

"""IPsec through NAT: IKE behind a marker, ESP and keep-alives on one port (RFC 3947, RFC 3948).

Claimed, on any port: four zero octets and a strict IKE header. On port 4500 also the keep-alive and what can be ESP (a
security parameter index above 255 and at least a header and an integrity value), both weakly. Read: the IKE fields and the
SPIs.
"""

from __future__ import annotations

from netmon.errors import ParseError

from . import _ike
from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import scrambled
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 4500
MARKER = bytes(4)
KEEPALIVE = b"\xff"
SPI = FieldSpec("ipsec_spi", "SPI", multiple=True)
_MIN_ESP = 20
LARGEST_SEQUENCE = 4
"""First octet of a sequence number: 67 million packets with the same keys are not seen."""


class _Natt(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "IPsec-NATT"

    def take(self, data: bytes) -> Status:
        if data == KEEPALIVE:
            self.report.state = self.report.state or "KEEPALIVE"
        elif data.startswith(MARKER):
            _ike.take(self.report, data[4:], self.now)
        elif len(data) >= _MIN_ESP:
            self.report.add(SPI, f"0x{data[:4].hex()}")
            self.report.state = "ESP"
        else:
            raise ParseError("neither IKE, ESP nor keep-alive")
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Marker and header; the rest by the port."""
    if data.startswith(MARKER) and _ike.strict(data[4:]):
        return YES
    if not on_port(context, PORT):
        return NO
    esp = len(data) >= _MIN_ESP and data[:3] != b"\0\0\0" and data[4] < LARGEST_SEQUENCE and scrambled(data[8:])
    return WEAK if esp or data == KEEPALIVE else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Natt, recognise, frozenset((PORT,)), bound=True)

"""Wake-on-LAN (AMD, "Magic Packet Technology") over UDP.

Claimed: six octets 0xFF and sixteen times the same address, nothing more but a password. Told: the address. The password
goes in the clear and is not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

SYNCHRONISATION = b"\xff" * 6
SIZE = 6 + 16 * 6
TARGET = FieldSpec("wol_target", "Machine", multiple=True)


def target(data: bytes) -> bytes:
    """Whom a magic packet wakes; ``ParseError`` when it is none."""
    address = data[6:12]
    if len(data) not in (SIZE, SIZE + 4, SIZE + 6) or not data.startswith(SYNCHRONISATION) or data[6:SIZE] != address * 16:
        raise ParseError("no magic packet")
    if address == SYNCHRONISATION:
        raise ParseError("nobody's address")
    return address


class _Wol(DatagramInspector):
    """One sender."""

    __slots__ = ()

    label = "WOL"

    def take(self, data: bytes) -> Status:
        text = target(data).hex(":")
        self.report.add(TARGET, text)
        self.report.state, self.report.summary = "WAKE", text
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """The whole packet."""
    target(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Wol, recognise, frozenset(), frozenset((0xFF,)))

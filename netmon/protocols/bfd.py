"""Bidirectional Forwarding Detection (RFC 5880 to 5884).

Claimed: version 1 (or 0), a length that is the datagram's and a discriminator, on its ports; elsewhere weakly and with
every interval plausible. Read: session state, diagnostic, discriminators. Authentication sections are left alone.
"""

from __future__ import annotations

from struct import unpack_from
from typing import Final

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

CONTROL_PORT: Final = 3784
ECHO_PORT: Final = 3785
MULTIHOP_PORT: Final = 4784
SEAMLESS_PORT: Final = 7784
MICRO_PORT: Final = 6784
PORTS: Final = frozenset((CONTROL_PORT, ECHO_PORT, MULTIHOP_PORT, SEAMLESS_PORT, MICRO_PORT))
HEADER: Final = 24
STATES: Final = ("ADMIN_DOWN", "DOWN", "INIT", "UP")
DIAGNOSTICS: Final = ("none", "detection time expired", "echo failed", "neighbour down", "forwarding plane reset",
                      "path down", "concatenated path down", "administratively down",
                      "reverse concatenated path down")  # fmt: skip
STATE: Final = FieldSpec("bfd_state", "State", multiple=True)
DIAGNOSTIC: Final = FieldSpec("bfd_diagnostic", "Diagnostic", multiple=True)
DISCRIMINATOR: Final = FieldSpec("bfd_discriminator", "Discriminator", multiple=True)


def checked(data: bytes) -> None:
    """Raise ``ParseError`` unless this is a control packet (RFC 5880 section 6.8.6)."""
    if len(data) < HEADER or data[0] >> 5 > 1 or data[3] != len(data) or not data[2] or not any(data[4:8]):
        raise ParseError("no control packet")


def _plausible(data: bytes) -> bool:
    intervals = unpack_from("!III", data, 12)
    sane = all(interval <= 60_000_000 for interval in intervals) and intervals[1] >= 1000
    return data[0] >> 5 == 1 and data[0] & 31 <= 8 and data[3] == len(data) and data[2] <= 50 and not data[1] & 1 and sane


def recognise(context: Context, data: bytes) -> Claim:
    """By its fields; an echo packet may hold anything."""
    if on_port(context, ECHO_PORT):
        return MAYBE  # the port is a hint, no more
    try:
        checked(data)
    except ParseError:
        return NO
    if on_port(context, *PORTS):
        return YES
    return WEAK if _plausible(data) else NO


class _Bfd(DatagramInspector):
    """One session."""

    __slots__ = ()

    label = "BFD"

    def take(self, data: bytes) -> Status:
        report = self.report
        if on_port(self.context, ECHO_PORT):
            report.state = "ECHO"
            return MORE
        checked(data)
        state = STATES[data[1] >> 6] if data[0] >> 5 else "UP" if data[1] & 0x80 else "DOWN"
        diagnostic = data[0] & 31
        report.add(STATE, state)
        report.add(DISCRIMINATOR, unpack_from("!I", data, 4)[0])
        if diagnostic:
            known = DIAGNOSTICS[diagnostic] if diagnostic < len(DIAGNOSTICS) else str(diagnostic)
            report.add(DIAGNOSTIC, known)
        report.state, report.summary = state, state.lower()
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _Bfd, recognise, PORTS, frozenset(range(0x40)), look=Look(HEADER, 0, frozenset(range(0x20, 0x29)))
)

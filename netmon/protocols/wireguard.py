"""WireGuard (its protocol paper, section 5.4): four message types, each with three reserved zero octets.

Claimed, on any port: a handshake initiation or response of its exact size; a cookie reply or transport data, which have
little of their own, weakly. Read: message types.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import scrambled
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT: Final = 51820
INITIATION: Final = 1
RESPONSE: Final = 2
COOKIE: Final = 3
TRANSPORT: Final = 4
STATES: Final = {INITIATION: "HANDSHAKE", RESPONSE: "HANDSHAKE", COOKIE: "COOKIE", TRANSPORT: "ESTABLISHED"}
_SIZES: Final = {INITIATION: 148, RESPONSE: 92, COOKIE: 64}
_EPHEMERAL: Final = {INITIATION: 8, RESPONSE: 12}
"""Where the key made for the occasion is."""
_MIN_TRANSPORT: Final = 32
TYPE: Final = FieldSpec("wireguard_type", "Message", multiple=True)


def message_type(data: bytes, padded: bool = False) -> int:
    """The type of a message of the right size; ``padded``: more may follow, as the variants do that hide from filters."""
    kind = int.from_bytes(data[:4], "little") if len(data) >= _MIN_TRANSPORT else 0
    if kind == TRANSPORT:
        # The counter starts at 0 and a session ends before 2^60 messages; the payload is padded to 16 octets.
        if len(data) % 16 or data[15] or not any(data[4:8]) or not scrambled(data[16:]):
            raise ParseError("no transport data")
    elif kind not in _SIZES or not _SIZES[kind] <= len(data) <= (1500 if padded else _SIZES[kind]):
        raise ParseError("no handshake")
    elif kind in _EPHEMERAL and not scrambled(data[_EPHEMERAL[kind] :]):
        raise ParseError("no key")
    return kind


def recognise(context: Context, data: bytes) -> Claim:
    """By type and size."""
    try:
        kind = message_type(data, on_port(context, PORT))
    except ParseError:
        return NO
    if kind in (INITIATION, RESPONSE) or on_port(context, PORT):
        return YES
    return WEAK


class _WireGuard(DatagramInspector):
    """One tunnel."""

    __slots__ = ()

    label = "WireGuard"
    idle_timeout = 180.0

    def take(self, data: bytes) -> Status:
        kind = message_type(data, on_port(self.context, PORT))
        report = self.report
        report.add(TYPE, kind)
        report.state = STATES[kind]
        if kind == INITIATION:
            report.request(data[4:8], self.now, "wireguard-handshake")
        elif kind == RESPONSE:
            report.response(data[8:12], self.now, "wireguard-handshake")
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_WireGuard, recognise, frozenset((PORT,)), frozenset((1, 2, 3, 4)))

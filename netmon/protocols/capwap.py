"""CAPWAP (RFC 5415) and its ancestor LWAPP (RFC 5412): access points and their controllers.

Claimed, on the usual ports: a preamble of version 0 with a header whose length fits, a DTLS record behind the other
preamble, or an LWAPP header. Read: control message types; of the DTLS handshake behind the preamble what ``dtls`` reads.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port
from .dtls import DtlsInspector

CONTROL_PORT: Final = 5246
DATA_PORT: Final = 5247
LWAPP_DATA: Final = 12222
LWAPP_CONTROL: Final = 12223
_CLEAR: Final = 0
_DTLS: Final = 1
PREAMBLE: Final = 4
LWAPP_HEADER: Final = 6
LAST_BINDING: Final = 3
"""Of the wireless technologies that have a number (RFC 5415 section 4.3)."""
_DTLS_RECORDS: Final = frozenset((20, 21, 22, 23))
MESSAGES: Final = {
    1: "DISCOVERY_REQUEST", 2: "DISCOVERY_RESPONSE", 3: "JOIN_REQUEST", 4: "JOIN_RESPONSE",
    5: "CONFIGURATION_STATUS_REQUEST", 6: "CONFIGURATION_STATUS_RESPONSE", 7: "CONFIGURATION_UPDATE_REQUEST",
    8: "CONFIGURATION_UPDATE_RESPONSE",
    9: "WTP_EVENT_REQUEST", 10: "WTP_EVENT_RESPONSE", 11: "CHANGE_STATE_REQUEST", 12: "CHANGE_STATE_RESPONSE",
    13: "ECHO_REQUEST", 14: "ECHO_RESPONSE", 15: "IMAGE_DATA_REQUEST", 16: "IMAGE_DATA_RESPONSE", 17: "RESET_REQUEST",
    18: "RESET_RESPONSE", 19: "PRIMARY_DISCOVERY_REQUEST", 20: "PRIMARY_DISCOVERY_RESPONSE", 21: "DATA_TRANSFER_REQUEST",
    22: "DATA_TRANSFER_RESPONSE", 23: "CLEAR_CONFIGURATION_REQUEST", 24: "CLEAR_CONFIGURATION_RESPONSE",
    25: "STATION_CONFIGURATION_REQUEST", 26: "STATION_CONFIGURATION_RESPONSE",
}  # fmt: skip
MESSAGE: Final = FieldSpec("capwap_message", "Message", multiple=True)


def state(context: Context, data: bytes) -> str:
    """What a datagram is: a control message's name, ``DATA``, ``ENCRYPTED`` or ``LWAPP``."""
    if len(data) < 6:
        raise ParseError("header cut short")
    if on_port(context, LWAPP_DATA, LWAPP_CONTROL):
        if data[0] >> 6 or int.from_bytes(data[2:4], "big") != len(data) - LWAPP_HEADER:
            raise ParseError("no LWAPP header")
        return "LWAPP"
    version, kind = data[0] >> 4, data[0] & 15
    if version or kind not in (_CLEAR, _DTLS):
        raise ParseError("unknown preamble")
    if kind == _DTLS:
        if data[4] not in _DTLS_RECORDS or any(data[1:4]):
            raise ParseError("no DTLS record")
        return "ENCRYPTED"
    header = (data[1] >> 3) * 4
    binding = data[2] >> 1 & 31
    if header < 8 or header > len(data) or binding > LAST_BINDING or data[3] & 7 or data[7] & 7:
        raise ParseError("wrong header length")
    if not on_port(context, CONTROL_PORT):
        return "DATA"
    if len(data) < header + 8:
        raise ParseError("control header cut short")
    number = int.from_bytes(data[header : header + 4], "big")
    return MESSAGES.get(number, f"MESSAGE_{number}")


def recognise(context: Context, data: bytes) -> Claim:
    """Only where it usually is: the header has too little of its own."""
    if not on_port(context, CONTROL_PORT, DATA_PORT, LWAPP_DATA, LWAPP_CONTROL):
        return NO
    try:
        word = state(context, data)
    except ParseError:
        return NO
    return WEAK if word == "DATA" or word.startswith("MESSAGE_") else YES


class _Capwap(DatagramInspector):
    """One conversation."""

    __slots__ = ("_dtls",)

    label = "CAPWAP"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._dtls: DtlsInspector | None = None

    def take(self, data: bytes) -> Status:
        word = state(self.context, data)
        if word == "ENCRYPTED":
            if self._dtls is None:
                self._dtls = DtlsInspector(self.context, self.report)
            with suppress(ParseError):
                self._dtls.feed(self.side, data[PREAMBLE:], self.now)
        self.report.state = word
        if word not in ("DATA", "ENCRYPTED", "LWAPP"):
            self.report.add(MESSAGE, word)
            self.report.summary = word
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _Capwap, recognise, frozenset((CONTROL_PORT, DATA_PORT, LWAPP_DATA, LWAPP_CONTROL)), frozenset(range(0x40)), bound=True
)

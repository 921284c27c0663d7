"""The packet forwarder of LoRaWAN gateways (Semtech UDP, github.com/Lora-net/packet_forwarder, PROTOCOL.TXT).

Claimed: a packet of a known version and type whose size or JSON fits; short ones on the usual port only. Told: kinds of
packets and the gateway. Contents are the devices'.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORTS = frozenset((1700, 1680))
TYPES = ("PUSH_DATA", "PUSH_ACK", "PULL_DATA", "PULL_RESP", "PULL_ACK", "TX_ACK")
PUSH_DATA, PULL_RESP, TX_ACK = 0, 3, 5
_SIZES = {1: 4, 2: 12, 4: 4}
_JSON = {PUSH_DATA: (b'{"rxpk"', b'{"stat"'), PULL_RESP: (b'{"txpk"',), TX_ACK: (b'{"txpk_ack"',)}
_JSON_AT = {PUSH_DATA: 12, PULL_RESP: 4, TX_ACK: 12}
PACKET = FieldSpec("lorawan_packet", "Packets", multiple=True)
GATEWAY = FieldSpec("lorawan_gateway", "Gateway", multiple=True, limit=8)


def kind_of(data: bytes) -> int:
    """The type of a packet; ``ParseError`` when it is none."""
    if len(data) < 4 or data[0] not in (1, 2) or data[3] >= len(TYPES):
        raise ParseError("no packet")
    kind = data[3]
    if kind in _SIZES:
        if len(data) != _SIZES[kind]:
            raise ParseError("size does not fit")
    elif not (kind == TX_ACK and len(data) == 12):
        text = b"".join(data[_JSON_AT[kind] : _JSON_AT[kind] + 32].split())
        if not text.startswith(_JSON[kind]) or not data.rstrip(b"\0\n").endswith(b"}"):
            raise ParseError("no object")
    return kind


class _LoRaWan(DatagramInspector):
    """One gateway and its server."""

    __slots__ = ()

    label = "LoRaWAN"

    def take(self, data: bytes) -> Status:
        kind, report = kind_of(data), self.report
        report.add(PACKET, TYPES[kind])
        report.state = report.summary = TYPES[kind]
        if len(data) >= 12 and kind != PULL_RESP:
            report.add(GATEWAY, data[4:12].hex())
        if TYPES[kind].endswith("_DATA"):
            report.request((TYPES[kind][:4], data[1:3]), self.now, "lorawan")
        elif kind in (1, 4):
            report.response((TYPES[kind][:4], data[1:3]), self.now, "lorawan")
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """JSON is sure, the rest by the port."""
    kind = kind_of(data)
    if on_port(context, *PORTS):
        return YES
    return YES if kind in _JSON and len(data) > 20 else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(_LoRaWan, recognise, frozenset(), frozenset((1, 2)))

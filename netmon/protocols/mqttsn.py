"""MQTT-SN 1.2 (MQTT For Sensor Networks), over UDP.

Claimed: a connect or registration whose length and text fit, on any port; other messages of the right length on the usual
ones. Told: kinds of messages, client identifiers and topics, as for MQTT. Payloads are not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORTS = frozenset((1883, 1884, 1885, 10000))
TYPES = {
    0x00: "ADVERTISE", 0x01: "SEARCHGW", 0x02: "GWINFO", 0x04: "CONNECT", 0x05: "CONNACK", 0x06: "WILLTOPICREQ",
    0x07: "WILLTOPIC", 0x08: "WILLMSGREQ", 0x09: "WILLMSG", 0x0A: "REGISTER", 0x0B: "REGACK", 0x0C: "PUBLISH",
    0x0D: "PUBACK", 0x0E: "PUBCOMP", 0x0F: "PUBREC", 0x10: "PUBREL", 0x12: "SUBSCRIBE", 0x13: "SUBACK",
    0x14: "UNSUBSCRIBE", 0x15: "UNSUBACK", 0x16: "PINGREQ", 0x17: "PINGRESP", 0x18: "DISCONNECT", 0x1A: "WILLTOPICUPD",
    0x1B: "WILLTOPICRESP", 0x1C: "WILLMSGUPD", 0x1D: "WILLMSGRESP", 0xFE: "FORWARDED",
}  # fmt: skip
_EXACT = {
    0x00: 3, 0x01: 1, 0x05: 1, 0x06: 0, 0x08: 0, 0x0B: 5, 0x0D: 5, 0x0E: 2, 0x0F: 2, 0x10: 2, 0x13: 6, 0x15: 2, 0x17: 0,
    0x1B: 1, 0x1D: 1,
}  # fmt: skip
"""Octets behind the type, where they are always as many."""
_LEAST = {0x02: 1, 0x04: 5, 0x0A: 5, 0x0C: 6, 0x12: 4, 0x14: 4}
CONNECT, REGISTER, SUBSCRIBE, FORWARDED = 0x04, 0x0A, 0x12, 0xFE
MESSAGE = FieldSpec("mqttsn_message", "Messages", multiple=True)
CLIENT_ID = FieldSpec("mqttsn_client_id", "Client", multiple=True, limit=8)
TOPIC = FieldSpec("mqttsn_topic", "Topics", multiple=True)


def split(data: bytes) -> tuple[int, bytes]:
    """Type and what follows it; ``ParseError`` when the length is not the datagram's (section 5.2)."""
    at = 3 if data[:1] == b"\1" else 1
    size = int.from_bytes(data[1:3], "big") if at == 3 else data[0] if data else 0
    if size != len(data) or len(data) <= at or data[at] not in TYPES:
        raise ParseError("no MQTT-SN message")
    kind, body = data[at], data[at + 1 :]
    if len(body) != _EXACT.get(kind, len(body)) or len(body) < _LEAST.get(kind, 0):
        raise ParseError("length does not fit the type")
    if kind == CONNECT and (body[0] & 0xF3 or body[1] != 1 or len(body) > 27 or not _text(body[4:])):
        raise ParseError("no connect")
    return kind, body


def _text(data: bytes) -> bool:
    return bool(data) and data.isascii() and data.decode("ascii").isprintable()


class _MqttSn(DatagramInspector):
    """One client and its gateway."""

    __slots__ = ()

    label = "MQTT-SN"

    def take(self, data: bytes) -> Status:
        if len(data) > 3 and data[1] == FORWARDED and data[0] < len(data):
            data = data[data[0] :]
        kind, body = split(data)
        report = self.report
        report.add(MESSAGE, TYPES[kind])
        report.state = TYPES[kind]
        if kind == CONNECT:
            report.add(CLIENT_ID, body[4:])
            report.summary = f"CONNECT {body[4:].decode('ascii')}"
        elif kind == REGISTER:
            report.add(TOPIC, body[4:])
        elif kind == SUBSCRIBE and not body[0] & 3 and _text(body[3:]):
            report.add(TOPIC, body[3:])
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Connect and register are sure, the rest by the port."""
    if data[0] != len(data) and data[0] != 1 and data[1:2] != b"\xfe":
        return NO
    usual = on_port(context, *PORTS)
    if usual and len(data) > 3 and data[1] == FORWARDED and data[0] < len(data):
        data = data[data[0] :]
    kind, body = split(data)
    if kind == CONNECT or (kind == REGISTER and len(body) > 5 and _text(body[4:])):
        return YES
    return YES if usual else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(_MqttSn, recognise, frozenset((1883,)))

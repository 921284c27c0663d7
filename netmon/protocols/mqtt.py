"""MQTT 3.1, 3.1.1 (OASIS) and 5.0 (OASIS).

Claimed: a CONNECT with the protocol's name; from the middle of a connection a run of well-formed packets, weakly. Told:
version, client id, user name, topics. Payloads and passwords are not. States: CONNECT, CONNECTED, REFUSED, DISCONNECT.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._report import FieldSpec
from ._secrets import IN_CLEAR, PASSWORD, sasl_in_clear
from ._shell import StreamProtocol

AUTHENTICATION_METHOD: Final = 0x15
_PROPERTIES: Final = {0x11: (4,), 0x16: (0,), 0x17: (1,), 0x19: (1,), 0x21: (2,), 0x22: (2,), 0x26: (0, 0), 0x27: (4,)}
"""Of a CONNECT: widths in octets, 0 for a length of two octets first."""
CONNECT: Final = 1
CONNACK: Final = 2
PUBLISH: Final = 3
SUBSCRIBE: Final = 8
UNSUBSCRIBE: Final = 10
DISCONNECT: Final = 14
AUTH: Final = 15
V5: Final = 5
PORTS: Final = frozenset((1883, 8883))
IDLE_TIMEOUT: Final = 120.0
FLAGS: Final = {6: 2, 8: 2, 10: 2}
"""The flags a packet type must have; PUBLISH has its own, all others have none."""

CLIENT_ID: Final = FieldSpec("mqtt_client_id", "Client id", limit=4)
USER: Final = FieldSpec("mqtt_username", "User", limit=4)
VERSION: Final = FieldSpec("mqtt_version", "Version", limit=2)
TOPIC: Final = FieldSpec("mqtt_topic", "Topics", multiple=True, limit=100)
PINGREQ: Final = 12
PINGRESP: Final = 13
PUBACK: Final = 4
PUBREC: Final = 5
SUBACK: Final = 9
UNSUBACK: Final = 11
_ANSWERS: Final = {
    PUBACK: PUBLISH,
    PUBREC: PUBLISH,
    SUBACK: SUBSCRIBE,
    UNSUBACK: UNSUBSCRIBE,
    CONNACK: CONNECT,
    PINGRESP: PINGREQ,
}
_VERSIONS: Final = {3: "3.1", 4: "3.1.1", 5: "5.0"}


def remaining_length(head: bytes) -> tuple[int, int]:
    """The variable length and its own size; (0, 0) while incomplete. ``head`` begins with it."""
    value = 0
    for index, octet in enumerate(head[:4]):
        value |= (octet & 0x7F) << 7 * index
        if not octet & 0x80:
            return value, index + 1
    if len(head) >= 4:
        raise ParseError("length of more than four bytes")
    return 0, 0


def check_type(first: int) -> None:
    """``ParseError`` when the flags do not go with the packet type."""
    kind, flags = first >> 4, first & 15
    if not kind or (kind == PUBLISH and flags & 6 == 6) or (kind != PUBLISH and flags != FLAGS.get(kind, 0)):
        raise ParseError("no MQTT packet")


class _Mqtt(FrameShell):
    """One connection."""

    __slots__ = ("_version",)

    label = "MQTT"
    header = 2
    idle_timeout = IDLE_TIMEOUT
    limit = 4096

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._version = 4

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Type and variable length."""
        check_type(head[0])
        value, size = remaining_length(head[1:])
        return 1 + size + value if size else 0

    def frame(self, side: int, message: Cursor) -> Status:
        """One packet."""
        first = message.u8()
        while message.u8() & 0x80:
            pass
        kind = first >> 4
        report = self.report
        self._pair(side, kind, first & 6, message)
        if kind == CONNECT:
            self._connect(message)
        elif kind == CONNACK:
            message.skip(1)
            report.state = "REFUSED" if message.u8() else "CONNECTED"
        elif kind == PUBLISH:
            report.add(TOPIC, message.take(message.u16()))
        elif kind in (SUBSCRIBE, UNSUBSCRIBE):
            self._topics(kind, message)
        elif kind == DISCONNECT:
            report.state = "DISCONNECT"
        if kind > CONNACK and not report.state:
            report.state = "CONNECTED"
        return MORE

    def _pair(self, side: int, kind: int, quality: int, message: Cursor) -> None:
        """Requests and answers: by packet identifier of whoever asks (section 2.2.1), or there is only one of its kind."""
        asked = _ANSWERS.get(kind, kind)
        if kind == PUBLISH and quality:
            size = int.from_bytes(message.peek(2), "big")
            number = message.peek(size + 4)[size + 2 :]
        elif asked in (SUBSCRIBE, UNSUBSCRIBE) or kind in (PUBACK, PUBREC):
            number = message.peek(2)
        elif asked in (CONNECT, PINGREQ):
            number = b""
        else:
            return
        if kind in _ANSWERS:
            self.report.response((1 - side, asked, number), self.now, "mqtt")
        else:
            self.report.request((side, asked, number), self.now, "mqtt")

    def _connect(self, message: Cursor) -> None:
        report = self.report
        if message.take(message.u16()) not in (b"MQTT", b"MQIsdp"):
            raise ParseError("another protocol's name")
        self._version, flags = message.u8() & 0x7F, message.u8()
        report.add(VERSION, _VERSIONS.get(self._version, str(self._version)))
        report.state = "CONNECT"
        keep_alive = message.u16()
        report.idle_timeout = max(1.5 * keep_alive, IDLE_TIMEOUT)
        try:
            self._identity(message, flags)
        except ParseError:
            report.risk("malformed")  # the name was right, so it is MQTT
        if flags & 0x40:
            report.risk(IN_CLEAR)

    def _identity(self, message: Cursor, flags: int) -> None:
        report = self.report
        if self._version == V5 and sasl_in_clear(self._method(message)):
            report.risk(IN_CLEAR)
        self._skip_properties(message)
        client = message.take(message.u16())
        report.add(CLIENT_ID, client)
        report.summary = client.decode("utf-8", "replace")
        if flags & 0x04:  # will: topic and payload
            self._skip_properties(message)
            message.skip(message.u16())
            message.skip(message.u16())
        if flags & 0x80:
            report.add(USER, message.take(message.u16()))
        if flags & 0x40 and message.left > 2:
            report.add(PASSWORD, message.take(min(message.u16(), message.left)))

    def _method(self, message: Cursor) -> bytes:
        """The authentication method among the properties of a CONNECT (MQTT 5.0 section 3.1.2.11); does not move."""
        size, length = remaining_length(message.peek(4))
        properties = Cursor(message.peek(length + size)[length:])
        while not properties.at_end:
            number = properties.u8()
            if number == AUTHENTICATION_METHOD:
                return properties.take(properties.u16())
            if number not in _PROPERTIES:
                break
            for width in _PROPERTIES[number]:
                properties.skip(width or properties.u16())
        return b""

    def _skip_properties(self, message: Cursor) -> None:
        if self._version == V5:
            size, length = remaining_length(message.peek(4))
            message.skip(length)
            message.skip(size)

    def _topics(self, kind: int, message: Cursor) -> None:
        message.skip(2)
        self._skip_properties(message)
        while message.left > 2:
            self.report.add(TOPIC, message.take(message.u16()))
            if kind == SUBSCRIBE:
                message.skip(1)


def _looks(head: bytes) -> Claim:
    """A CONNECT is proof; any other run of whole packets is weak."""
    try:
        check_type(head[0])
        _, size = remaining_length(head[1:5])
    except ParseError:
        return NO
    if not size:
        return MAYBE
    if head[0] >> 4 != CONNECT:
        return _run(head)
    name = head[1 + size : 9 + size]
    if name.startswith((b"\0\4MQTT", b"\0\6MQIsdp")):
        return YES
    return MAYBE if b"\0\4MQTT".startswith(name) or b"\0\6MQIsdp".startswith(name) else NO


def _run(head: bytes) -> Claim:
    """Packets one after the other; weak once the first is there as a whole."""
    position = whole = 0
    try:
        while position < len(head):
            check_type(head[position])
            value, size = remaining_length(head[position + 1 : position + 5])
            position += 1 + size + value
            whole += bool(size) and position <= len(head)
            if not size:
                break
    except ParseError:
        return NO
    return WEAK if whole else MAYBE


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """The client's CONNECT; without the opening both ends' packets on the usual port."""
    claim = _looks(client) if client else MAYBE
    answer = _looks(server) if server else MAYBE
    if NO in (claim, answer):
        return NO
    if claim is YES:
        return YES
    usual = context.server_port in PORTS or context.client_port in PORTS
    if context.midstream and (claim is answer is WEAK or (usual and max(len(client), len(server)) > 1)):
        return WEAK
    waiting = context.midstream and (not (client and server) or MAYBE in (claim, answer))
    return MAYBE if claim is MAYBE or waiting else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Mqtt, judge, PORTS)

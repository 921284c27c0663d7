"""Telephone signalling in SCTP (SIGTRAN): M3UA (RFC 4666), M2UA (RFC 3331), SUA (RFC 3868), IUA (RFC 4233), M2PA (RFC 4165)

They share a header of version, class, type and length, and parameters that tell their length. Claimed: a header whose
length is the message's, where the payload protocol names the layer; elsewhere the parameters must fill it, and the class be
one layer's own or the port name the layer. Read: messages, routing contexts, traffic modes, status and errors, of M3UA also
point codes and service users. What is carried is not. Exchange: ``sigtran``, a request that maintains a server process (ASP)
or its traffic, and its acknowledgement.
"""

from __future__ import annotations

from collections.abc import Iterator

from netmon.errors import ParseError

from ._contract import ALWAYS, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, Recognise, on_port

MESSAGE = FieldSpec("sigtran_message", "Messages", multiple=True)
CONTEXT = FieldSpec("sigtran_routing_context", "Routing contexts", multiple=True, limit=16)
MODE = FieldSpec("sigtran_traffic_mode", "Traffic mode", multiple=True)
STATUS = FieldSpec("sigtran_status", "Status", multiple=True)
ERROR = FieldSpec("sigtran_error", "Errors", multiple=True)
POINT_CODE = FieldSpec("m3ua_point_codes", "Point codes", multiple=True)
USER = FieldSpec("m3ua_service_user", "Service users", multiple=True)
VERSION = frozenset((1,))
HEADER = 8
MANAGEMENT, TRANSFER, STATE, TRAFFIC = 0, 1, 3, 4
MESSAGES = {
    MANAGEMENT: ("ERR", "NTFY", "TEI_STATUS_REQ", "TEI_STATUS_CON", "TEI_STATUS_IND", "TEI_QUERY_REQ"),
    TRANSFER: ("", "DATA"),
    2: ("", "DUNA", "DAVA", "DAUD", "SCON", "DUPU", "DRST"),
    STATE: ("", "ASPUP", "ASPDN", "BEAT", "ASPUP_ACK", "ASPDN_ACK", "BEAT_ACK"),
    TRAFFIC: ("", "ASPAC", "ASPIA", "ASPAC_ACK", "ASPIA_ACK"),
    5: ("", "QPTM_DATA_REQ", "QPTM_DATA_IND", "QPTM_UNIT_DATA_REQ", "QPTM_UNIT_DATA_IND", "ESTABLISH_REQ", "ESTABLISH_CON",
        "ESTABLISH_IND", "RELEASE_REQ", "RELEASE_CON", "RELEASE_IND"),
    6: ("", "DATA", "ESTABLISH_REQ", "ESTABLISH_CON", "RELEASE_REQ", "RELEASE_CON", "RELEASE_IND", "STATE_REQ", "STATE_CON",
        "STATE_IND", "RETRIEVAL_REQ", "RETRIEVAL_CON", "RETRIEVAL_IND", "RETRIEVAL_COMPLETE_IND", "CONGESTION_IND",
        "DATA_ACK"),
    7: ("", "CLDT", "CLDR"),
    8: ("", "CORE", "COAK", "COREF", "RELRE", "RELCO", "RESCO", "RESRE", "CODT", "CODA", "COERR", "COIT"),
    9: ("", "REG_REQ", "REG_RSP", "DEREG_REQ", "DEREG_RSP"),
    10: ("", "REG_REQ", "REG_RSP", "DEREG_REQ", "DEREG_RSP"),
    11: ("", "USER_DATA", "LINK_STATUS"),
}  # fmt: skip
"""Message classes and types (IANA, "SIGTRAN adaptation layer parameters")."""
TELLING = {"M3UA": (1,), "M2UA": (6, 10), "SUA": (7, 8), "IUA": (5,), "M2PA": (11,)}
"""Classes that are one layer's own; M2PA has no other."""
SHARED = {"M3UA": (0, 2, 3, 4, 9), "M2UA": (0, 3, 4), "SUA": (0, 2, 3, 4, 9), "IUA": (0, 3, 4), "M2PA": ()}
PORTS = {"M3UA": 2905, "M2UA": 2904, "SUA": 14_001, "IUA": 9900, "M2PA": 3565}
MODES = {1: "OVERRIDE", 2: "LOADSHARE", 3: "BROADCAST"}
STATUSES = {
    0x10001: "AS_RESERVED", 0x10002: "AS_INACTIVE", 0x10003: "AS_ACTIVE", 0x10004: "AS_PENDING",
    0x20001: "INSUFFICIENT_RESOURCES", 0x20002: "ALTERNATE_ASP_ACTIVE", 0x20003: "ASP_FAILURE",
}  # fmt: skip
ERRORS = {
    1: "INVALID_VERSION", 2: "INVALID_INTERFACE_IDENTIFIER", 3: "UNSUPPORTED_CLASS", 4: "UNSUPPORTED_TYPE",
    5: "UNSUPPORTED_TRAFFIC_MODE", 6: "UNEXPECTED_MESSAGE", 7: "PROTOCOL_ERROR", 9: "INVALID_STREAM",
    13: "REFUSED_MANAGEMENT_BLOCKING", 14: "ASP_IDENTIFIER_REQUIRED", 15: "INVALID_ASP_IDENTIFIER",
    17: "INVALID_PARAMETER_VALUE", 18: "PARAMETER_FIELD_ERROR", 19: "UNEXPECTED_PARAMETER", 20: "DESTINATION_STATUS_UNKNOWN",
    21: "INVALID_NETWORK_APPEARANCE", 22: "MISSING_PARAMETER", 25: "INVALID_ROUTING_CONTEXT", 26: "NO_CONFIGURED_AS",
}  # fmt: skip
USERS = {
    3: "SCCP", 4: "TUP", 5: "ISUP", 9: "BROADBAND_ISUP", 10: "SATELLITE_ISUP", 12: "AAL2", 13: "BICC", 14: "GATEWAY_CONTROL",
}  # fmt: skip
"""Service indicators of the message transfer part (ITU-T Q.704, RFC 4666 section 3.3.1)."""
_ROUTING_CONTEXT, _HEARTBEAT, _TRAFFIC_MODE, _ERROR, _STATUS, _PROTOCOL_DATA = 6, 9, 11, 12, 13, 0x0210
_PARAMETERS = 16
_ACKNOWLEDGED = {(STATE, 1), (STATE, 2), (STATE, 3), (TRAFFIC, 1), (TRAFFIC, 2)}
_FURTHER = {STATE: 3, TRAFFIC: 2}
"""How much further an acknowledgement's type is than its request's."""


class _Layer(DatagramInspector):
    """One association's use of one adaptation layer."""

    __slots__ = ()

    def take(self, data: bytes) -> Status:
        """One message."""
        header(data, self.label)
        number, kind = data[2], data[3]
        report = self.report
        report.add(MESSAGE, MESSAGES[number][kind])
        key: bytes = b""
        for tag, value in parameters(data) if number != 11 else ():
            if tag == _HEARTBEAT:
                key = value
            else:
                self._parameter(tag, value)
        if (number, kind) in _ACKNOWLEDGED:
            report.request((number, kind, key), self.now, "sigtran")
        elif (number, request := kind - _FURTHER.get(number, kind)) in _ACKNOWLEDGED:
            report.response((number, request, key), self.now, "sigtran")
        return ALWAYS

    def _parameter(self, tag: int, value: bytes) -> None:
        report = self.report
        if tag == _ROUTING_CONTEXT:
            for at in range(0, min(len(value) & ~3, 64), 4):
                report.add(CONTEXT, int.from_bytes(value[at : at + 4], "big"))
        elif tag == _PROTOCOL_DATA and len(value) >= 12 and self.label == "M3UA":
            origin, destination = int.from_bytes(value[:4], "big"), int.from_bytes(value[4:8], "big")
            report.add(POINT_CODE, f"{origin} > {destination}")
            report.add(USER, USERS.get(value[8], f"SI_{value[8]}"))
            report.summary = str(report.get(USER))
        elif tag in (_TRAFFIC_MODE, _ERROR, _STATUS) and len(value) == 4:
            spec, names = {_TRAFFIC_MODE: (MODE, MODES), _ERROR: (ERROR, ERRORS), _STATUS: (STATUS, STATUSES)}[tag]
            number = int.from_bytes(value, "big")
            report.add(spec, names.get(number) or str(number))


def header(data: bytes, label: str) -> int:
    """The class of a message of this layer; ``ParseError`` when it is none."""
    if len(data) < HEADER or data[0] != 1 or data[1]:
        raise ParseError("no SIGTRAN header")
    number, kind, size = data[2], data[3], int.from_bytes(data[4:8], "big")
    known = MESSAGES[number] if number in TELLING[label] + SHARED[label] else ()
    if kind >= len(known) or not known[kind]:
        raise ParseError("no message of this layer")
    if not max(HEADER, len(data) - 3) <= size <= 65_536:
        raise ParseError("wrong length")
    return number


def parameters(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and value of those that are all there."""
    cursor = Cursor(data, HEADER)
    for _ in range(_PARAMETERS):
        if cursor.left < 4:
            return
        tag, size = cursor.u16(), cursor.u16() - 4
        if size < 0 or size > cursor.left:
            return
        yield tag, cursor.take(size)
        cursor.skip(min(-size % 4, cursor.left))


def filled(data: bytes) -> bool:
    """Parameters, if there are any, fill the message (RFC 4666 section 3.2)."""
    position, size = HEADER, len(data)
    while position + 4 <= size:
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if length < 4:
            return False
        position += (length + 3) & ~3
    return 0 <= position - size < 4


def _recogniser(label: str) -> Recognise:
    def recognise(context: Context, data: bytes) -> Claim:
        """By the name that was announced; else a whole message, of a class of its own or on the port."""
        number = header(data, label)
        if context.hint == label:
            return YES
        whole = int.from_bytes(data[4:8], "big") - len(data) <= 3 and (label == "M2PA" or filled(data))
        return YES if whole and (number in TELLING[label] or on_port(context, PORTS[label])) else NO

    return recognise


class _M3ua(_Layer):
    __slots__ = ()
    label = "M3UA"


class _M2ua(_Layer):
    __slots__ = ()
    label = "M2UA"


class _Sua(_Layer):
    __slots__ = ()
    label = "SUA"


class _Iua(_Layer):
    __slots__ = ()
    label = "IUA"


class _M2pa(_Layer):
    __slots__ = ()
    label = "M2PA"


PROTOCOLS: tuple[ApplicationProtocol, ...] = tuple(
    DatagramProtocol(layer, _recogniser(layer.label), frozenset((PORTS[layer.label],)), VERSION, frozenset(("sctp",)))
    for layer in (_M3ua, _M2ua, _Sua, _Iua, _M2pa)
)

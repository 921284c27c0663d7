"""BACnet/IP (ANSI/ASHRAE 135, annex J and clauses 6, 20).

Claimed, on any port: the BVLL type, a known function, and a length that is the datagram's. Read: BVLL functions, APDU
types, services.
"""

from __future__ import annotations

from netmon.errors import NeedMore, ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PORT = 47808
TYPE, TYPE_V6 = 0x81, 0x82
FUNCTIONS = {
    0: "RESULT", 1: "WRITE_BDT", 2: "READ_BDT", 3: "READ_BDT_ACK", 4: "FORWARDED_NPDU", 5: "REGISTER_FOREIGN_DEVICE",
    6: "READ_FDT", 7: "READ_FDT_ACK", 8: "DELETE_FDT_ENTRY", 9: "DISTRIBUTE_BROADCAST", 10: "UNICAST_NPDU",
    11: "BROADCAST_NPDU", 12: "SECURE_BVLL",
}  # fmt: skip
_FORWARDED, _WITH_NPDU = 4, frozenset((4, 9, 10, 11))
APDUS = ("CONFIRMED_REQUEST", "UNCONFIRMED_REQUEST", "SIMPLE_ACK", "COMPLEX_ACK", "SEGMENT_ACK", "ERROR", "REJECT", "ABORT")
CONFIRMED = {
    0: "acknowledgeAlarm", 1: "confirmedCOVNotification", 2: "confirmedEventNotification", 3: "getAlarmSummary",
    4: "getEnrollmentSummary", 5: "subscribeCOV", 6: "atomicReadFile", 7: "atomicWriteFile", 8: "addListElement",
    9: "removeListElement", 10: "createObject", 11: "deleteObject", 12: "readProperty", 14: "readPropertyMultiple",
    15: "writeProperty", 16: "writePropertyMultiple", 17: "deviceCommunicationControl", 18: "confirmedPrivateTransfer",
    19: "confirmedTextMessage", 20: "reinitializeDevice", 26: "readRange", 27: "lifeSafetyOperation",
    28: "subscribeCOVProperty", 29: "getEventInformation",
}  # fmt: skip
UNCONFIRMED = ("i-Am", "i-Have", "unconfirmedCOVNotification", "unconfirmedEventNotification", "unconfirmedPrivateTransfer",
               "unconfirmedTextMessage", "timeSynchronization", "who-Has", "who-Is", "utcTimeSynchronization",
               "writeGroup")  # fmt: skip
FUNCTION = FieldSpec("bacnet_function", "Function", multiple=True)
SERVICE = FieldSpec("bacnet_service", "Service", multiple=True)


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the BVLL header."""
    exact = len(data) >= 4 and data[0] in (TYPE, TYPE_V6) and int.from_bytes(data[2:4], "big") == len(data)
    return YES if exact and data[1] in FUNCTIONS else NO


class _Bacnet(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "BACnet"

    def take(self, data: bytes) -> Status:
        if len(data) < 4 or data[0] not in (TYPE, TYPE_V6) or data[1] not in FUNCTIONS:
            raise ParseError("no BVLL header")
        report = self.report
        report.add(FUNCTION, FUNCTIONS[data[1]])
        report.state = report.summary = FUNCTIONS[data[1]]
        if data[0] == TYPE and data[1] in _WITH_NPDU:
            try:
                self._npdu(Cursor(data, 10 if data[1] == _FORWARDED else 4))
            except NeedMore:
                return MORE
        return MORE

    def _npdu(self, cursor: Cursor) -> None:
        """The network header (clause 6.2): version, control, optional addresses; then the application header."""
        version, control = cursor.u8(), cursor.u8()
        if version != 1:
            return
        if control & 0x20:
            cursor.skip(2)
            cursor.skip(cursor.u8())
        if control & 0x08:
            cursor.skip(2)
            cursor.skip(cursor.u8())
        if control & 0x20:
            cursor.skip(1)
        if control & 0x80:
            self.report.state = "NETWORK_MESSAGE"
            return
        first = cursor.u8()
        kind = first >> 4
        if kind >= len(APDUS):
            return
        self.report.state = APDUS[kind]
        service = ""
        if kind == 0:
            cursor.skip(4 if first & 8 else 2)
            service = CONFIRMED.get(cursor.u8(), "")
        elif kind == 1:
            number = cursor.u8()
            service = UNCONFIRMED[number] if number < len(UNCONFIRMED) else ""
        elif kind in (2, 3, 5):
            cursor.skip(3 if kind == 3 and first & 8 else 1)
            service = CONFIRMED.get(cursor.u8(), "")
        self.report.add(SERVICE, service)
        self.report.summary = service or APDUS[kind]


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Bacnet, recognise, frozenset((PORT,)), frozenset((TYPE, TYPE_V6)))

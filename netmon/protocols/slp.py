"""Service Location Protocol, versions 1 (RFC 2165) and 2 (RFC 2608), over UDP.

Claimed, on any port: a version 2 header with a known function and the datagram's length; version 1 on port 427. Read:
functions, the service type or URL's scheme of a request or reply.
"""

from __future__ import annotations

from contextlib import suppress

from netmon.errors import NeedMore, ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._secrets import split_url
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 427
FUNCTIONS = {
    1: "SERVICE_REQUEST", 2: "SERVICE_REPLY", 3: "SERVICE_REGISTRATION", 4: "SERVICE_DEREGISTER", 5: "SERVICE_ACK",
    6: "ATTRIBUTE_REQUEST", 7: "ATTRIBUTE_REPLY", 8: "DA_ADVERT", 9: "TYPE_REQUEST", 10: "TYPE_REPLY", 11: "SA_ADVERT",
}  # fmt: skip
FUNCTION = FieldSpec("slp_function", "Function", multiple=True)
SERVICE = FieldSpec("slp_service", "Service", multiple=True)


def checked(data: bytes) -> None:
    """Raise ``ParseError`` unless the header fits."""
    if len(data) < 12 or data[0] not in (1, 2) or data[1] not in FUNCTIONS:
        raise ParseError("no SLP header")
    length = int.from_bytes(data[2:5], "big") if data[0] == 2 else int.from_bytes(data[2:4], "big")
    if length != len(data):
        raise ParseError("length")


def recognise(context: Context, data: bytes) -> Claim:
    """By the header."""
    try:
        checked(data)
    except ParseError:
        return NO
    return YES if data[0] == 2 or on_port(context, PORT) else NO


class _Slp(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "SLP"

    def take(self, data: bytes) -> Status:
        checked(data)
        report, name = self.report, FUNCTIONS[data[1]]
        report.add(FUNCTION, name)
        if data[0] == 2 and data[1] in (1, 2):
            with suppress(NeedMore):
                self._service(Cursor(data, 14 + int.from_bytes(data[12:14], "big")), data[1])
        report.state = name
        report.summary = f"{name} {report.get(SERVICE) or ''}".rstrip()
        if data[0] == 2 and data[1] in (1, 2):
            half = report.request if data[1] == 1 else report.response
            half(data[10:12], self.now, "slp")
        return MORE

    def _service(self, cursor: Cursor, function: int) -> None:
        """The service type asked for, or the URL told (section 8.1, 8.2)."""
        if function == 1:
            cursor.skip(cursor.u16())
            self.report.add(SERVICE, cursor.take(cursor.u16()))
            return
        cursor.skip(2)
        if cursor.u16():
            cursor.skip(3)
            self.report.add(SERVICE, split_url(cursor.take(cursor.u16())).text)


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Slp, recognise, frozenset((PORT,)), frozenset((1, 2)))

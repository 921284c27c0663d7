"""Ubiquiti's device discovery, by broadcast over UDP.

There is no public document; the layout is the one the field agrees on. Claimed: a version and command with the length of the
datagram and typed values that fill it; a question on the usual port. Told: host name, model, firmware.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 10001
HEADER = 4
HARDWARE, ADDRESS, FIRMWARE_VALUE, NAME_VALUE, PLATFORM_VALUE, MODEL_VALUE = 1, 2, 3, 0x0B, 0x0C, 0x14
_EXACT = {HARDWARE: 6, ADDRESS: 10}
NAME = FieldSpec("ubiquiti_hostname", "Host name", multiple=True, limit=8)
MODEL = FieldSpec("ubiquiti_model", "Model", multiple=True, limit=8)
FIRMWARE = FieldSpec("ubiquiti_firmware", "Firmware", multiple=True, limit=8)
_SHOWN = {FIRMWARE_VALUE: FIRMWARE, NAME_VALUE: NAME, PLATFORM_VALUE: MODEL, MODEL_VALUE: MODEL}


def values(data: bytes) -> dict[int, bytes]:
    """Values by type, none in a question; ``ParseError`` when they do not fill the datagram."""
    if len(data) < HEADER or data[0] not in (1, 2) or int.from_bytes(data[2:4], "big") != len(data) - HEADER:
        raise ParseError("no header")
    cursor = Cursor(data, HEADER)
    found: dict[int, bytes] = {}
    while not cursor.at_end:
        kind = cursor.u8()
        value = cursor.take(cursor.u16())
        if len(value) != _EXACT.get(kind, len(value)):
            raise ParseError("value of the wrong size")
        found.setdefault(kind, value)
    return found


class _Ubiquiti(DatagramInspector):
    """One device."""

    __slots__ = ()

    label = "Ubiquiti"

    def take(self, data: bytes) -> Status:
        found, report = values(data), self.report
        for kind, spec in _SHOWN.items():
            report.add(spec, found.get(kind, b""))
        report.state = "ANNOUNCEMENT" if found else "QUESTION"
        report.summary = str(report.get(NAME) or "")
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Addresses of the right size are sure; a question needs the port."""
    found = values(data)
    if _EXACT.keys() & found.keys() and len(found) > 1:
        return YES
    if found:
        return NO
    return WEAK if on_port(context, PORT) else MAYBE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Ubiquiti, recognise, frozenset(), frozenset((1, 2)))

"""Canon's BJNP for printers and scanners, over UDP.

There is no public document; the layout is the one the field agrees on. Claimed: one of its marks, a device type and a length
that is the datagram's. Told: devices and commands. Exchange: ``bjnp``, by sequence number.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PORTS = frozenset((8611, 8612, 8613, 8614))
MARKS = (b"BJNP", b"BJNB", b"MFNP", b"MFNB")
HEADER, RESPONSE = 16, 0x80
DEVICES = {1: "PRINTER", 2: "SCANNER", 3: "PRINTER_STATUS", 4: "SCANNER_STATUS"}
COMMANDS = {0x01: "DISCOVER", 0x10: "JOB_DETAILS", 0x11: "CLOSE", 0x12: "TCP_PRINT_READ", 0x20: "READ", 0x21: "WRITE",
            0x30: "GET_ID", 0x32: "POLL"}  # fmt: skip
DEVICE = FieldSpec("bjnp_device", "Device", multiple=True)
COMMAND = FieldSpec("bjnp_command", "Commands", multiple=True)


def checked(data: bytes) -> None:
    """``ParseError`` when it is no message."""
    sized = len(data) >= HEADER and int.from_bytes(data[12:16], "big") == len(data) - HEADER
    if not sized or data[:4] not in MARKS or data[4] & 0x7F not in DEVICES:
        raise ParseError("no BJNP header")


class _Bjnp(DatagramInspector):
    """One device and its user."""

    __slots__ = ()

    label = "BJNP"

    def take(self, data: bytes) -> Status:
        checked(data)
        report = self.report
        report.add(DEVICE, DEVICES[data[4] & 0x7F])
        name = COMMANDS.get(data[5], f"0x{data[5]:02x}")
        report.add(COMMAND, name)
        report.state = report.summary = name
        (report.response if data[4] & RESPONSE else report.request)(data[8:10], self.now, "bjnp")
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the header."""
    checked(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Bjnp, recognise, PORTS, frozenset(b"BM"))

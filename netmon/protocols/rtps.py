"""RTPS, the wire protocol of DDS (OMG DDSI-RTPS), over UDP.

Claimed: the magic with a version 2 header and submessages that exist. Told: version, vendor, kinds of submessages. Topics
and data are not.
"""

from __future__ import annotations

from netmon.errors import NeedMore, ParseError

from ._contract import MORE, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PORTS = frozenset((7400, 7401))
MAGICS = (b"RTPS", b"RTPX")
HEADER = 20
SUBMESSAGES = {
    0x01: "PAD", 0x06: "ACKNACK", 0x07: "HEARTBEAT", 0x08: "GAP", 0x09: "INFO_TS", 0x0C: "INFO_SRC", 0x0D: "INFO_REPLY_IP4",
    0x0E: "INFO_DST", 0x0F: "INFO_REPLY", 0x12: "NACK_FRAG", 0x13: "HEARTBEAT_FRAG", 0x15: "DATA", 0x16: "DATA_FRAG",
    0x30: "SEC_BODY", 0x31: "SEC_PREFIX", 0x32: "SEC_POSTFIX", 0x33: "SRTPS_PREFIX", 0x34: "SRTPS_POSTFIX",
}  # fmt: skip
VENDORS = {
    0x0101: "RTI Connext", 0x0102: "OpenSplice", 0x0103: "OpenDDS", 0x0106: "CoreDX", 0x010A: "Intercom",
    0x010B: "TwinOaks CoreDX", 0x010F: "eProsima Fast DDS", 0x0110: "Eclipse Cyclone DDS", 0x0112: "RustDDS",
}  # fmt: skip
PING = b"NDDSPING"
MOST = 32
VERSION = FieldSpec("rtps_version", "Version", multiple=True, limit=4)
VENDOR = FieldSpec("rtps_vendor", "Vendor", multiple=True, limit=8)
SUBMESSAGE = FieldSpec("rtps_submessage", "Submessages", multiple=True)


def header(data: bytes) -> None:
    """``ParseError`` when it is none."""
    if data[:4] not in MAGICS or len(data) < 16 or data[4] != 2 or data[5] > 9:
        raise ParseError("no RTPS header")
    if len(data) < HEADER and data[8:] != PING:
        raise ParseError("no RTPS message")


class _Rtps(DatagramInspector):
    """One participant and others."""

    __slots__ = ()

    label = "RTPS"

    def take(self, data: bytes) -> Status:
        header(data)
        report = self.report
        report.add(VERSION, f"{data[4]}.{data[5]}")
        vendor = data[6] << 8 | data[7]
        report.add(VENDOR, VENDORS.get(vendor, f"0x{vendor:04x}"))
        if data[8:16] == PING:
            report.state = report.state or "PING"
            return MORE
        cursor = Cursor(data, HEADER)
        try:
            for _ in range(MOST):
                kind, flags = cursor.u8(), cursor.u8()
                size = cursor.u16le() if flags & 1 else cursor.u16()
                report.add(SUBMESSAGE, SUBMESSAGES.get(kind, f"0x{kind:02x}"))
                report.state = SUBMESSAGES.get(kind, report.state)
                if not size:
                    break
                cursor.skip(size)
        except NeedMore:
            pass
        report.summary = str(report.get(VENDOR))
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the header."""
    header(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Rtps, recognise, PORTS, frozenset(b"R"))

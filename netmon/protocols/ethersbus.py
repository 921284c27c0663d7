"""Ether-S-Bus, the network of Saia-Burgess controllers, over UDP.

There is no public document; the layout is the one the field agrees on. Claimed: the length of the datagram, version, kind,
and the check sum at the end. Told: kinds of telegrams and commands.
"""

from __future__ import annotations

from binascii import crc_hqx

from netmon.errors import ParseError

from ._contract import MORE, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

LEAST = 11
KINDS = ("REQUEST", "RESPONSE", "ACK")
COMMANDS = {0x00: "READ_COUNTER", 0x02: "READ_FLAG", 0x03: "READ_INPUT", 0x04: "READ_CLOCK", 0x05: "READ_OUTPUT",
            0x06: "READ_REGISTER", 0x07: "READ_TIMER", 0x0A: "WRITE_COUNTER", 0x0B: "WRITE_FLAG", 0x0C: "WRITE_CLOCK",
            0x0D: "WRITE_OUTPUT", 0x0E: "WRITE_REGISTER", 0x0F: "WRITE_TIMER", 0x14: "READ_CPU_STATUS_0",
            0x1B: "READ_CPU_STATUS_OWN", 0x1D: "READ_STATION", 0x1E: "READ_USER_MEMORY", 0x20: "READ_PROGRAM_VERSION",
            0x96: "READ_DATA_BLOCK", 0x97: "WRITE_DATA_BLOCK", 0x9F: "WEB_SERVER", 0xAB: "READ_BLOCK"}  # fmt: skip
KIND = FieldSpec("sbus_telegram", "Telegrams", multiple=True)
COMMAND = FieldSpec("sbus_command", "Commands", multiple=True)


def checked(data: bytes) -> str:
    """The kind of a telegram; ``ParseError`` when length or check sum are wrong."""
    sized = len(data) >= LEAST and int.from_bytes(data[:4], "big") == len(data)
    if not sized or data[4] > 1 or data[5] or data[8] >= len(KINDS):
        raise ParseError("no telegram")
    if crc_hqx(data[:-2], 0) != int.from_bytes(data[-2:], "big"):
        raise ParseError("wrong check sum")
    return KINDS[data[8]]


class _SBus(DatagramInspector):
    """One master and a station."""

    __slots__ = ()

    label = "Ether-S-Bus"

    def take(self, data: bytes) -> Status:
        kind, report = checked(data), self.report
        report.add(KIND, kind)
        report.state = report.summary = kind
        if kind == "REQUEST":
            name = COMMANDS.get(data[10], f"0x{data[10]:02x}")
            report.add(COMMAND, name)
            report.summary = name
            report.request(data[6:8], self.now, "s-bus")
        else:
            report.response(data[6:8], self.now, "s-bus")
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the check sum."""
    checked(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(_SBus, recognise, frozenset(), frozenset((0,)))

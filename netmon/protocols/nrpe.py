"""NRPE, Nagios' remote plug-ins (nagios-plugins.org, "NRPE Protocol"), without TLS.

Claimed: a packet of a known version and type whose check sum is right. Told: the version, kinds of packets, the state that
was reported. Commands' arguments and output are not.
"""

from __future__ import annotations

from binascii import crc32

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((5666,))
SIZE_2 = 1036
HEADER = 16
LARGEST = 2000
TYPES = {1: "QUERY", 2: "RESPONSE"}
RESULTS = {0: "OK", 1: "WARNING", 2: "CRITICAL", 3: "UNKNOWN"}
VERSION = FieldSpec("nrpe_version", "Version")
PACKET = FieldSpec("nrpe_packet", "Packets", multiple=True)
RESULT = FieldSpec("nrpe_result", "Results", multiple=True)


def size_of(head: bytes) -> int:
    """Whole length of the packet that begins with these sixteen octets; from version 3 on it tells its length."""
    version, kind = head[0] << 8 | head[1], head[2] << 8 | head[3]
    if version not in (2, 3, 4) or kind not in TYPES:
        raise ParseError("no NRPE packet")
    if version == 2:
        return SIZE_2
    size = int.from_bytes(head[12:16], "big")
    if size > LARGEST:
        raise ParseError("too long")
    return HEADER + size + 3


def checked(packet: bytes) -> bool:
    """The check sum, made with zeros in its place."""
    return crc32(packet[:4] + bytes(4) + packet[8:]) == int.from_bytes(packet[4:8], "big")


class _Nrpe(FrameShell):
    """One question."""

    __slots__ = ()

    label, header, limit = "NRPE", HEADER, HEADER

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  the type tells who speaks
        """Of the packet."""
        return size_of(head)

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  the type tells who speaks
        """One packet."""
        version, kind = message.u16(), message.u16()
        message.skip(4)
        code = message.u16()
        report = self.report
        report.set(VERSION, version)
        report.add(PACKET, TYPES[kind])
        report.state = TYPES[kind]
        if kind == 1:
            report.request("", self.now, "nrpe")
        else:
            name = RESULTS.get(code, f"{code}")
            report.add(RESULT, name)
            report.summary = name
            report.response("", self.now, "nrpe")
        return MORE


def packet(head: bytes) -> Claim:
    """A whole packet; version 3 counts a little differently from version 4."""
    if len(head) < HEADER:
        return MAYBE if not any(head[:1]) and (len(head) < 2 or head[1] in (2, 3, 4)) else NO
    size = size_of(head)
    for whole in (size, size - 3):
        if len(head) >= whole and checked(head[:whole]):
            return YES
    return MAYBE if len(head) < size else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Question and answer alike."""
    return jointly(client, server, packet)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Nrpe, judge, PORTS, frozenset((0,)))

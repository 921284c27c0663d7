"""HL7 version 2 over the Minimal Lower Layer Protocol (MLLP): messages between the programs of a hospital.

Claimed: the block start and an MSH segment with its delimiters. Told: message types, version and the sending programs;
what a message says about people is not looked at. Exchange: ``hl7``, by the message's control identifier.
"""

from __future__ import annotations

import re

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import jointly, magic
from ._lines import LineShell
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((2575,))
START, SEGMENT, ACKNOWLEDGED = b"\x0b", b"MSH", b"MSA"
TYPE = FieldSpec("hl7_type", "Message types", multiple=True)
VERSION = FieldSpec("hl7_version", "Version", multiple=True, limit=4)
APPLICATION = FieldSpec("hl7_application", "Sending programs", multiple=True, limit=8)
_DELIMITERS = re.compile(rb"MSH([^\w\s])((?:(?!\1)[^\w\s]){3,5})\1")
LIMIT = 2048


class _Hl7(LineShell):
    """One connection. Segments end in a carriage return, which this takes for a line's end."""

    __slots__ = ("_begun",)

    label, limit = "HL7", LIMIT

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._begun = False

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """See the contract."""
        return super().feed(side, data.replace(b"\r", b"\n"), timestamp_ns)

    def line(self, side: int, text: bytes) -> Status:  # noqa: ARG002  the message says which it is
        """Only the header segment is read."""
        text = text.lstrip(b"\x1c\x0b")
        if text.startswith(ACKNOWLEDGED) and len(text) > len(ACKNOWLEDGED):
            self.report.response(b"".join(text.split(text[3:4], 3)[2:3]), self.now, "hl7")
        if not text.startswith(SEGMENT):
            if not self._begun:
                raise ParseError("no header segment")
            return MORE
        match = _DELIMITERS.match(text)
        if not match:
            raise ParseError("no delimiters")
        self._begun = True
        values = text.split(match[1], 20) + [b""] * 12
        report = self.report
        report.add(APPLICATION, values[2])
        report.add(TYPE, values[8])
        report.add(VERSION, values[11].split(match[2][:1])[0])
        report.state = "ACK" if values[8].startswith(b"ACK") else "MESSAGE"
        report.summary = values[8].decode("utf-8", "replace")
        if report.state == "MESSAGE":
            report.request(values[9], self.now, "hl7")
        return MORE


def block(head: bytes) -> Claim:
    """Block start, segment name, delimiters."""
    claim = magic(head, START + SEGMENT)
    if claim is not YES or len(head) < 10:
        return NO if claim is NO else MAYBE
    return YES if _DELIMITERS.match(head[1:12]) else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Messages and acknowledgements alike."""
    return jointly(client, server, block)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Hl7, judge, PORTS, frozenset(START))

"""Syslog over UDP (RFC 3164, RFC 5424, RFC 5426).

Claimed: a priority in angle brackets, followed on any port by a version or a month's name, on port 514 by any text. Read:
facility, level, and from RFC 5424 headers and RFC 3164 tags the host and program. The message itself is never shown:
programs log secrets.
"""

from __future__ import annotations

import re

from netmon.errors import ParseError

from ._contract import ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 514
FACILITY = FieldSpec("syslog_facility", "Facility", multiple=True)
LEVEL = FieldSpec("syslog_level", "Level", multiple=True)
HOST = FieldSpec("syslog_host", "Host", multiple=True)
PROGRAM = FieldSpec("syslog_program", "Program", multiple=True)
LEVELS = ("EMERGENCY", "ALERT", "CRITICAL", "ERROR", "WARNING", "NOTICE", "INFORMATIONAL", "DEBUG")
_PRIORITY = re.compile(rb"<(\d{1,3})>")
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_RFC_5424 = re.compile(rb"1 (?:-|\d{4}-\d\d-\d\dT\S{1,40}) (\S{1,255}) (\S{1,48}) ")
_RFC_3164 = re.compile(_MONTH + rb" [ \d]\d \d\d:\d\d:\d\d (?:\d{4} )?(\S{1,255}) ([A-Za-z0-9_./-]{1,48})(?:\[\d{1,10}\])?:")
_STAMPED = re.compile(rb"(?:1 (?:-|\d{4}-\d\d)|\*?" + _MONTH + rb" [ \d]\d )")


def priority(data: bytes) -> tuple[int, int]:
    """The priority value and where the rest begins."""
    match = _PRIORITY.match(data[:5])
    if match is None or int(match[1]) > 191:
        raise ParseError("no priority")
    return int(match[1]), match.end()


def recognise(context: Context, data: bytes) -> Claim:
    """By priority and what follows."""
    try:
        _, start = priority(data)
    except ParseError:
        return Claim.NO
    if on_port(context, PORT):
        return Claim.YES
    return Claim.YES if _STAMPED.match(data[start : start + 32]) else Claim.NO


class _Syslog(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "Syslog"

    def take(self, data: bytes) -> Status:
        value, start = priority(data)
        report, level = self.report, LEVELS[value & 7]
        report.add(FACILITY, value >> 3)
        report.add(LEVEL, value & 7)
        head = data[start : start + 512]
        match = _RFC_5424.match(head) or _RFC_3164.match(head)
        if match is not None:
            host, program = match[1], match[2]
            report.add(HOST, host if host != b"-" else b"")
            report.add(PROGRAM, program if program != b"-" else b"")
        report.state = level
        report.summary = f"{report.get(PROGRAM) or ''} {level.lower()}".strip()
        return Status.MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Syslog, recognise, frozenset((PORT,)), frozenset(b"<"))

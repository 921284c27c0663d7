"""Syslog over UDP and TCP (RFC 3164, RFC 5424, RFC 5426, RFC 6587).

Claimed: a priority in angle brackets, followed on any port by a version or a month's name, on port 514 by any text. Read:
facility, level, and from RFC 5424 headers and RFC 3164 tags the host and program. The message itself is never shown:
programs log secrets.
"""

from __future__ import annotations

import re

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Inspector, Status
from ._lines import LineShell
from ._report import FieldSpec, Report
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT, TCP_PORT = 514, 601
FACILITY = FieldSpec("syslog_facility", "Facility", multiple=True)
LEVEL = FieldSpec("syslog_level", "Level", multiple=True)
HOST = FieldSpec("syslog_host", "Host", multiple=True)
PROGRAM = FieldSpec("syslog_program", "Program", multiple=True)
LEVELS = ("EMERGENCY", "ALERT", "CRITICAL", "ERROR", "WARNING", "NOTICE", "INFORMATIONAL", "DEBUG")
_PRIORITY = re.compile(rb"<(\d{1,3})>")
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_ISO = rb"\d{4}-\d\d-\d\dT\S{1,40}"
_TAG = rb"([^\s=]{1,255}) ([A-Za-z0-9_./-]{1,48})(?:\[\d{1,10}\])?:"
_HEADERS = (
    re.compile(rb"1 (?:-|" + _ISO + rb") ([^\s=]{1,255}) ([^\s=]{1,48}) "),
    re.compile(_MONTH + rb" [ \d]\d \d\d:\d\d:\d\d (?:\d{4} )?" + _TAG),
    re.compile(_ISO + rb" " + _TAG),
)
"""RFC 5424, RFC 3164, and what rsyslog writes by default: each with host and program."""
_STAMPED = re.compile(rb"(?:1 )?(?:- |\d{4}-\d\d-\d\dT|\*?" + _MONTH + rb" [ \d]\d )")
_COUNT = re.compile(rb"(\d{1,5}) (?=<)")
"""Octet counting (RFC 6587 section 3.4.1)."""


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
        return NO
    if on_port(context, PORT):
        return YES
    return YES if _STAMPED.match(data[start : start + 32]) else NO


def tell(report: Report, data: bytes) -> None:
    """Add one message to a report."""
    value, start = priority(data)
    level = LEVELS[value & 7]
    report.add(FACILITY, value >> 3)
    report.add(LEVEL, value & 7)
    head = data[start : start + 512]
    match = next((found for found in (pattern.match(head) for pattern in _HEADERS) if found), None)
    if match is not None:
        host, program = match[1], match[2]
        report.add(HOST, host if host != b"-" else b"")
        report.add(PROGRAM, program if program != b"-" else b"")
    report.state = level
    report.summary = f"{report.get(PROGRAM) or ''} {level.lower()}".strip()


class _Datagrams(DatagramInspector):
    """Syslog over UDP."""

    __slots__ = ()

    label = "Syslog"

    def take(self, data: bytes) -> Status:
        tell(self.report, data)
        return MORE


class _Lines(LineShell):
    """Syslog over TCP: a message a line, with or without its length in front. Lines that begin otherwise are the rest of a
    message of several lines."""

    __slots__ = ("_good",)

    label = "Syslog"
    limit = 1024

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._good = False

    def line(self, side: int, text: bytes) -> Status:  # noqa: ARG002  both directions alike
        counted = _COUNT.match(text)
        try:
            tell(self.report, text[counted.end() :] if counted else text)
            self._good = True
        except ParseError:
            if not self._good:
                raise
        return MORE


class _Protocol(DatagramProtocol):
    """Over UDP by one datagram, over TCP by the first line."""

    __slots__ = ()

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        if context.transport != "tcp":
            return super().claims(context, client, server)
        return _judge(client) if client else NO if server else MAYBE

    def start(self, context: Context) -> Inspector:
        return _Lines(context) if context.transport == "tcp" else super().start(context)


def _judge(data: bytes) -> Claim:
    """A priority with a time stamp; ``MORE`` while both can still come."""
    counted = _COUNT.match(data[:8])
    rest = data[counted.end() :] if counted else data
    if len(rest) < 20:
        return MAYBE if rest[:1] in (b"<", b"") or data[:5].isdigit() else NO
    try:
        _, start = priority(rest)
    except ParseError:
        return NO
    return YES if _STAMPED.match(rest[start : start + 32]) else NO


PROTOCOL: ApplicationProtocol = _Protocol(
    _Datagrams, recognise, frozenset((PORT, TCP_PORT)), frozenset(b"<0123456789"), frozenset(("udp", "tcp"))
)

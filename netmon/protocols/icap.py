"""Internet Content Adaptation Protocol (RFC 3507): proxies and their scanners.

Claimed: a request or status line with the protocol's version. Told: methods, the service, status, the server's program. What
is scanned is not. Exchange: ``icap``.
"""

from __future__ import annotations

import re

from ._contract import CLIENT, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import jointly
from ._lines import LineShell
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((1344,))
_REQUEST = re.compile(rb"(REQMOD|RESPMOD|OPTIONS) icaps?://([^/\s]{1,255})(/[^\s?]{0,200})?\S{0,500} ICAP/1\.0\r?$")
_STATUS = re.compile(rb"ICAP/1\.0 (\d{3})(?: |\r?$)")
_BEGINNING = re.compile(
    rb"(?:REQMOD|RESPMOD|OPTIONS) (?:i(?:c(?:a(?:p(?:s?(?::/{0,2}\S{0,800}.{0,9})?)?)?)?)?)?|ICAP/1\.0.*", re.DOTALL
)
METHOD = FieldSpec("icap_method", "Methods", multiple=True)
SERVICE = FieldSpec("icap_service", "Services", multiple=True)
STATUS = FieldSpec("icap_status", "Status", multiple=True)
SERVER = FieldSpec("icap_server", "Server")


class _Icap(LineShell):
    """One connection; start lines are looked for among all lines."""

    __slots__ = ()

    label, limit = "ICAP", 1024

    def line(self, side: int, text: bytes) -> Status:
        """A line."""
        report = self.report
        if side == CLIENT:
            match = _REQUEST.match(text)
            if match:
                report.add(METHOD, match[1])
                report.add(SERVICE, match[3] or b"/")
                report.hostname(match[2].split(b":")[0], "icap")
                report.state = report.summary = match[1].decode("ascii")
                report.request("", self.now, "icap")
            return MORE
        match = _STATUS.match(text)
        if match:
            report.add(STATUS, int(match[1]))
            report.response("", self.now, "icap")
        elif text[:8].lower() == b"server: " and report.get(SERVER) is None:
            report.set(SERVER, text[8:])
        return MORE


def start_line(head: bytes) -> Claim:
    """The first line."""
    line, end, _ = head.partition(b"\n")
    if _REQUEST.match(line) or _STATUS.match(line):
        return YES if end else MAYBE
    words = (b"REQMOD ", b"RESPMOD ", b"OPTIONS ", b"ICAP/1.0 ")
    begun = any(word.startswith(line[: len(word)]) for word in words)
    return MAYBE if begun and not end and len(line) < 1024 and (len(line) < 9 or _BEGINNING.match(line)) else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Either direction."""
    return jointly(client, server, start_line)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Icap, judge, PORTS, frozenset(b"ROI"))

"""Hyper Text Coffee Pot Control Protocol: RFC 2324, RFC 7168. An example of a protocol plug-in (docs/plugins.md).

Claimed: a request line ``METHOD uri HTCPCP/1.0`` from the client. Told: methods, pots, status codes, times to answers.
What goes into the coffee (``Accept-Additions``) is not.
"""

from __future__ import annotations

import re

from netmon.protocols.plugin import (
    CLIENT,
    ApplicationProtocol,
    Claim,
    Context,
    FieldSpec,
    LineShell,
    Status,
    StreamProtocol,
)

METHOD = FieldSpec("htcpcp_method", "Methods", multiple=True)
POT = FieldSpec("htcpcp_pot", "Pots", multiple=True)
STATUS = FieldSpec("htcpcp_status", "Status", multiple=True)
LONGEST = 512
_REQUEST = re.compile(rb"(BREW|POST|GET|PROPFIND|WHEN) (\S{1,256}) HTCPCP/1\.0$")
_ANSWER = re.compile(rb"HTCPCP/1\.0 (\d{3})(?: |$)")
_POT = re.compile(rb"(?:[a-z]{2,16}:)?(?://)?(?:[^/@]*@)?([^/?#]*)")


class _Htcpcp(LineShell):
    """One connection: its lines come one by one, however the segments are cut."""

    label = "HTCPCP"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._requests = self._answers = 0

    def line(self, side: int, text: bytes) -> Status:
        """A request line, a status line, or a header that does not matter."""
        report = self.report
        request = _REQUEST.match(text) if side == CLIENT else None
        answer = _ANSWER.match(text) if side != CLIENT else None
        if request:
            pot = _POT.match(request[2])
            report.add(METHOD, request[1])
            report.add(POT, pot[1] if pot else b"")
            report.summary = f"{request[1].decode()} {report.get(POT) or ''}".rstrip()
            report.state = "BREWING"
            report.request(self._requests, self.now, "htcpcp")
            self._requests += 1
        elif answer:
            report.add(STATUS, int(answer[1]))
            report.state = "TEAPOT" if answer[1] == b"418" else "ANSWERED"
            report.response(self._answers, self.now, "htcpcp")
            self._answers += 1
        return Status.ALWAYS


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Sure at the end of the first request line; until then it depends on what comes."""
    line, end, _ = client.partition(b"\n")
    if end:
        return Claim.YES if _REQUEST.match(line.rstrip(b"\r")) else Claim.NO
    return Claim.MORE if len(line) < LONGEST else Claim.NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Htcpcp, judge, frozenset((8418,)), frozenset(b"BPGW"))

"""Stratum, by which miners of crypto-currencies get their work: JSON lines over TCP.

There is no single document; the methods are those the field agrees on. Claimed: a client's first line that is an object
calling one of its methods. Told: methods, the coin's family where the method shows it, and the miner's program. Wallets and
passwords are not.
"""

from __future__ import annotations

import re

from ._contract import CLIENT, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._lines import LineShell
from ._report import FieldSpec
from ._shell import StreamProtocol

_METHOD = re.compile(
    rb'"method" ?: ?"(mining\.[a-z_.]{2,32}|login|getjob|submit|keepalived|job|'
    rb'eth_(?:submitLogin|getWork|submitWork|submitHashrate))"'
)
_SURE = re.compile(
    rb'"method" ?: ?"(?:mining\.(?:subscribe|authorize|configure|extranonce\.subscribe)|eth_submitLogin|eth_getWork)"'
)
_LOGIN = re.compile(rb'"method" ?: ?"login"')
_AGENT = re.compile(rb'"agent" ?: ?"([^"\\]{1,64})"')
_PARAMETER_AGENT = re.compile(rb'"mining\.subscribe".{0,40}?"params" ?: ?\[ ?"([^"\\]{1,64})"')
METHOD = FieldSpec("stratum_method", "Methods", multiple=True)
AGENT = FieldSpec("stratum_agent", "Program")


class _Stratum(LineShell):
    """One miner and its pool."""

    __slots__ = ()

    label, limit = "Stratum", 4096

    def line(self, side: int, text: bytes) -> Status:
        """One object."""
        match = _METHOD.search(text)
        report = self.report
        if match:
            report.add(METHOD, match[1])
            report.state = report.summary = match[1].decode("ascii")
        agent = (_AGENT.search(text) or _PARAMETER_AGENT.search(text)) if side == CLIENT else None
        if agent:
            report.set(AGENT, agent[1])
        return MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """The miner speaks first."""
    if server[:1] not in (b"", b"{") or client[:1] not in (b"", b"{") or not client:
        return NO if client or server[:1] not in (b"", b"{") else MAYBE
    line, end, _ = client.partition(b"\n")
    if _SURE.search(line):
        return YES
    if _LOGIN.search(line) and b'"pass"' in line and (_AGENT.search(line) or b'"algo"' in line):
        return YES
    return NO if end or len(line) > 1024 else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Stratum, judge, frozenset(), frozenset(b"{"))

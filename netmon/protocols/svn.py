"""Subversion's own protocol, svn:// (subversion/libsvn_ra_svn/protocol).

Claimed: the server's greeting, a list of word, versions, mechanisms and capabilities. Told: versions, mechanisms, the client
program and the repository's host. Paths, names and answers are not.
"""

from __future__ import annotations

import re

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import one_of
from ._report import FieldSpec
from ._shell import StreamProtocol, StreamShell

PORTS = frozenset((3690,))
_GREETING = re.compile(rb"\( success \( (\d{1,3}) (\d{1,3}) \( [\w -]{0,200}\) \( ([\w :-]{0,600})\) ?\) ?\)")
_CLIENT = re.compile(
    rb"\( (\d{1,3}) \( [\w -]{0,600}\) \d{1,4}:(svn(?:\+\w{1,16})?)://([^\s/]{1,255})[^\s]{0,1024} "
    rb"(?:\) |\( |\d{1,4}:([ -~]{1,200}?) [(\d])"
)
VERSION = FieldSpec("svn_version", "Protocol version")
AGENT = FieldSpec("svn_client", "Client")
CAPABILITY = FieldSpec("svn_capability", "Capabilities", multiple=True)
LONGEST = 2048


class _Svn(StreamShell):
    """One connection."""

    __slots__ = ("_heads",)

    label = "SVN"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._heads = [b"", b""]

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002  greetings carry no time
        """The greeting and its answer."""
        head = self._heads[side] = self._heads[side] + data[: LONGEST - len(self._heads[side])]
        report = self.report
        match = (_CLIENT if side == CLIENT else _GREETING).match(head)
        if match and side == CLIENT:
            report.set(VERSION, int(match[1]))
            report.hostname(match[3].rpartition(b"@")[2], "svn")
            agent = re.match(rb"[\w./+-]{1,64}", match[4] or b"")
            report.set(AGENT, agent[0] if agent else b"")
            report.state = "CONNECTED"
            return DONE
        if match:
            for word in match[3].split()[:32]:
                report.add(CAPABILITY, word)
            report.state = report.state or "GREETING"
        return DONE if all(len(head) >= LONGEST for head in self._heads) else MORE

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  nothing can be learnt behind a gap
        """What is missing cannot be told."""
        return DONE if side == CLIENT else MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """The server speaks first; the client answers with a list, too."""
    if client[:2] not in (b"", b"(", b"( "):
        return NO
    if not server:
        return MAYBE
    claim = one_of(server, b"( success ( ")
    if claim is not YES:
        return claim
    if _GREETING.match(server):
        return YES
    return MAYBE if len(server) < 1024 and b"\0" not in server else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Svn, judge, PORTS, frozenset(b"("))

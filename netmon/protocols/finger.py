"""Finger (RFC 1288).

Claimed: on its port one line from the client, and an answer in text; elsewhere the answer must have the columns or headings
fingerd writes. Told: whether a person, everybody, or another host was asked about; names are not.
"""

from __future__ import annotations

import re

from ._contract import CLIENT, DONE, MAYBE, MORE, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._lines import LineShell
from ._report import FieldSpec
from ._shell import StreamProtocol
from ._text import could_begin

PORTS = frozenset((79,))
_QUESTION = re.compile(rb"(?:/W ?)?[\x20-\x7e]{0,512}\r?\n")
_ANSWER = re.compile(
    rb"(?im)^(?:login(?: name)?:\s|login\s+name\s+tty|user\s+.{0,40}\bidle\b|no one (?:is )?logged on|finger: )"
)
_COLUMNS = re.compile(rb"(?i)\bname:|\bidle\b")
_CONTROL = re.compile(rb"[^\x20-\x7e\r\n]")
ENOUGH = 512
QUERY = FieldSpec("finger_query", "Query", multiple=True)


class _Finger(LineShell):
    """One question."""

    __slots__ = ()

    label, limit = "Finger", 1024

    def line(self, side: int, text: bytes) -> Status:
        """The question (section 2.3)."""
        if side != CLIENT:
            return MORE
        words = text.split()
        kind = "FORWARD" if b"@" in text else "USER" if words and words != [b"/W"] else "LIST"
        self.report.add(QUERY, kind)
        self.report.state = "VERBOSE" if words[:1] == [b"/W"] else "QUERY"
        return DONE


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    usual = context.server_port in PORTS
    if not usual and (len(client) > 80 or not could_begin(server.lstrip(b"\r\n"), (b"LOGIN", b"NO ONE"))):
        return Claim.NO
    if _CONTROL.search(client) or (b"\n" in client and not _QUESTION.fullmatch(client)) or b"\0" in server[:64]:
        return Claim.NO
    if client.endswith(b"\n"):
        if _ANSWER.search(server[:ENOUGH]):
            return YES if usual or _COLUMNS.search(server[:ENOUGH]) else WEAK
        if usual:
            return WEAK
    return MAYBE if len(server) < ENOUGH and len(client) <= ENOUGH else Claim.NO


_FIRST = frozenset(b"\r\n" + bytes(range(0x20, 0x7F)))
PROTOCOL: ApplicationProtocol = StreamProtocol(_Finger, judge, PORTS, _FIRST)

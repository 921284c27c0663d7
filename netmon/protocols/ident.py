"""The identification protocol (RFC 1413).

Claimed: a question of two ports and an answer that repeats them. Told: the kind of answer and the operating system. Names
are not.
"""

from __future__ import annotations

import re

from ._contract import MAYBE, MORE, NO, SERVER, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._lines import LineShell
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((113,))
_QUESTION = re.compile(rb"\s{0,4}(\d{1,5})\s{0,4},\s{0,4}(\d{1,5})\s{0,4}\r?\n")
_ANSWER = re.compile(
    rb"\s{0,4}(\d{1,5})\s{0,4},\s{0,4}(\d{1,5})\s{0,4}:\s{0,4}(?:USERID\s{0,4}:\s{0,4}([A-Za-z0-9,. -]{1,32}?)\s{0,4}:|"
    rb"ERROR\s{0,4}:\s{0,4}([A-Z-]{2,32}|X[!-~]{1,63}))"
)
_BEGINNING = re.compile(rb"[\d\s,]{1,24}")
ANSWER = FieldSpec("ident_answer", "Answers", multiple=True)
SYSTEM = FieldSpec("ident_os", "System")


class _Ident(LineShell):
    """One connection."""

    __slots__ = ()

    label, limit = "Ident", 512

    def line(self, side: int, text: bytes) -> Status:
        """A question or an answer."""
        report = self.report
        if side != SERVER:
            report.request("", self.now, "ident")
            report.state = report.state or "QUESTION"
            return MORE
        match = _ANSWER.match(text)
        if match:
            report.response("", self.now, "ident")
            report.add(ANSWER, match[4] or b"USERID")
            if match[3]:
                report.set(SYSTEM, match[3])
            report.state = "ANSWER"
        return MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """The ports of both must agree."""
    question = _QUESTION.match(client)
    if client and not question and not _BEGINNING.fullmatch(client):
        return NO
    answer = _ANSWER.match(server)
    if question and answer:
        return YES if question[1] == answer[1] and question[2] == answer[2] else NO
    if b"\n" in server or len(server) > 512:
        return NO
    return WEAK if question and context.server_port in PORTS else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Ident, judge, PORTS, frozenset(b"0123456789 "))

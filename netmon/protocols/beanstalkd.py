"""beanstalkd, a work queue (github.com/beanstalkd/beanstalkd, doc/protocol.txt).

Claimed: a command of the client's and an answer that belongs to one. Told: commands and tubes. Jobs are not.
"""

from __future__ import annotations

import re

from ._contract import CLIENT, MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._lines import LineShell
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((11300,))
_NAME = rb"[A-Za-z0-9+/;.$_()][A-Za-z0-9+/;.$_()-]{0,199}"
_COMMAND = re.compile(
    rb"(?:put \d{1,10} \d{1,10} \d{1,10} (?P<size>\d{1,8})|"
    rb"(?:use|watch|ignore|stats-tube|pause-tube) (?P<name>" + _NAME + rb")(?: \d{1,10})?|"
    rb"reserve-with-timeout \d{1,10}|reserve|(?:delete|touch|peek|stats-job|kick-job|kick) \d{1,20}|"
    rb"release \d{1,20} \d{1,10} \d{1,10}|bury \d{1,20} \d{1,10}|peek-(?:ready|delayed|buried)|stats|"
    rb"list-tubes?(?:-used|-watched)?|quit)\r"
)  # fmt: skip
_ANSWER = re.compile(
    rb"(?:INSERTED \d{1,20}|BURIED(?: \d{1,20})?|USING " + _NAME + rb"|RESERVED \d{1,20} \d{1,8}|WATCHING \d{1,10}|"
    rb"DELETED|RELEASED|TOUCHED|KICKED(?: \d{1,10})?|FOUND \d{1,20} \d{1,8}|OK \d{1,8}|NOT_FOUND|NOT_IGNORED|PAUSED|"
    rb"DEADLINE_SOON|TIMED_OUT|EXPECTED_CRLF|JOB_TOO_BIG|DRAINING|OUT_OF_MEMORY|INTERNAL_ERROR|BAD_FORMAT|UNKNOWN_COMMAND)\r"
)  # fmt: skip
_SIZED = re.compile(rb"(?:RESERVED|FOUND) \d{1,20} (\d{1,8})\r|OK (\d{1,8})\r")
LARGEST = 1 << 26
COMMAND = FieldSpec("beanstalkd_command", "Commands", multiple=True)
TUBE = FieldSpec("beanstalkd_tube", "Tubes", multiple=True)


class _Beanstalkd(LineShell):
    """One connection."""

    __slots__ = ("_body",)

    label, limit = "Beanstalkd", 256

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._body = [0, 0]

    def raw(self, side: int) -> int:
        """A job and its line end."""
        return self._body[side]

    def passed(self, side: int, count: int, data: bytes = b"") -> None:  # noqa: ARG002  jobs are not looked at
        """Part of a job."""
        self._body[side] -= count

    def line(self, side: int, text: bytes) -> Status:
        """A command or an answer."""
        report = self.report
        if side == CLIENT:
            match = _COMMAND.fullmatch(text + b"\r")
            if match:
                word = text.split(b" ", 1)[0]
                report.add(COMMAND, word)
                report.state = report.summary = word.decode("ascii")
                report.add(TUBE, match["name"] or b"")
                report.request("", self.now, "beanstalkd")
                self._body[side] = min(int(match["size"]), LARGEST) + 2 if match["size"] else 0
            return MORE
        match = _SIZED.fullmatch(text + b"\r")
        if match:
            self._body[side] = min(int(match[1] or match[2]), LARGEST) + 2
        report.response("", self.now, "beanstalkd")
        return MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """A whole line of each; only the client's on the usual port."""
    if not client.split(b"\r", 1)[0].isascii() or server[:1] > b"Z":
        return NO
    asked, answered = b"\r" in client[:230], b"\r" in server[:230]
    if (asked and not _COMMAND.match(client)) or (answered and not _ANSWER.match(server)):
        return NO
    if asked and answered:
        return YES
    if len(client) > 230 and not asked:
        return NO
    return WEAK if asked and context.server_port in PORTS else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Beanstalkd, judge, PORTS, frozenset(b"puwisrdtkblq"))

"""NSQ's TCP protocol (nsq.io, "TCP Protocol Spec").

Claimed: the client's magic and a command behind it. Told: commands, topics and channels, as for MQTT topics. Messages are
not.
"""

from __future__ import annotations

from ._contract import CLIENT, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import magic
from ._lines import LineShell
from ._report import FieldSpec
from ._secrets import IN_CLEAR
from ._shell import StreamProtocol

MAGIC = b"  V2"
COMMANDS = (b"IDENTIFY", b"SUB ", b"PUB ", b"MPUB ", b"DPUB ", b"RDY ", b"FIN ", b"REQ ", b"TOUCH ", b"CLS", b"NOP", b"AUTH")
_WITH_BODY = frozenset((b"IDENTIFY", b"PUB", b"MPUB", b"DPUB", b"AUTH"))
LARGEST = 1 << 24
COMMAND = FieldSpec("nsq_command", "Commands", multiple=True)
TOPIC = FieldSpec("nsq_topic", "Topics", multiple=True)


class _Nsq(LineShell):
    """One connection; only the client's side is read. Some commands have a counted body."""

    __slots__ = ("_body", "_size")

    label, limit = "NSQ", 512

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._body = 0
        self._size = b""

    def raw(self, side: int) -> int:
        """First the four octets of a body's length, then the body; everything of the server."""
        return self._body if side == CLIENT else LARGEST

    def passed(self, side: int, count: int, data: bytes = b"") -> None:
        """Part of a body or of its length."""
        if side != CLIENT:
            return
        self._body -= count
        if len(self._size) < 4:
            self._size = (self._size + data)[:4] if data else b"\0" * 4
            if not self._body:
                self._body = min(int.from_bytes(self._size, "big"), LARGEST)

    def line(self, side: int, text: bytes) -> Status:  # noqa: ARG002  only the client's lines arrive
        """A command."""
        words = text.removeprefix(MAGIC).split(b" ")
        if words[0] + b" " in COMMANDS or words[0] in COMMANDS:
            self.report.add(COMMAND, words[0])
            self.report.state = words[0].decode("ascii")
            if words[0] in (b"SUB", b"PUB", b"MPUB", b"DPUB") and len(words) > 1:
                self.report.add(TOPIC, words[1])
            if words[0] == b"AUTH":
                self.report.risk(IN_CLEAR)
            if words[0] in _WITH_BODY:
                self._size, self._body = b"", 4
        return MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """The client speaks first; answers are framed: length, type below three."""
    if len(server) >= 8 and (any(server[4:7]) or server[7] > 2):
        return NO
    claim = magic(client, MAGIC) if client else MAYBE
    if claim is not YES:
        return claim
    rest = client[len(MAGIC) : len(MAGIC) + 8]
    if not any(command.startswith(rest[: len(command)]) for command in COMMANDS):
        return NO
    return YES if len(rest) >= 3 else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Nsq, judge, frozenset(), frozenset(b" "))

"""Redis serialization protocol, versions 2 and 3 (redis.io/docs/reference/protocol-spec).

Claimed: a command as an array of bulk strings, or an inline command that is answered in the protocol's way. Told: commands
and kinds of errors. Keys, values and passwords are not. States: none.
"""

from __future__ import annotations

import re

from ._contract import CLIENT, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._secrets import IN_CLEAR, PASSWORD
from ._shell import LineShell, StreamProtocol
from ._text import first_line

COMMAND = FieldSpec("redis_command", "Commands", multiple=True, limit=100)
ERROR = FieldSpec("redis_error", "Errors", multiple=True, limit=16)
MAXIMUM_PASSWORD = 512
PORTS = frozenset((6379, 6380, 26379))
_COMMAND = re.compile(rb"^[A-Za-z]{2,24}(?:\.[A-Za-z]{2,16})?$")
_ARRAY = re.compile(rb"^\*\d{1,7}\r?\n(?:\$\d{1,9}\r?\n)")
_INLINE = re.compile(
    rb"(?i)^(?:PING|QUIT|MONITOR|SYNC|INFO(?: .{1,40})?|SELECT \d+|"
    rb"(?:PSYNC|AUTH|KEYS|GET|SET|EXISTS|INCR|DEL|CONFIG|CLIENT|HELLO|PUBLISH|SUBSCRIBE) .{1,400})$"
)
_ANSWER = re.compile(rb"^(?:\+[A-Z]|-[A-Z]{2,}[ \r]|:-?\d+\r|\$(?:-1|\d+)\r|\*(?:-1|\d+)\r|[%~#_,(!=>|])")


class _Redis(LineShell):
    """One connection."""

    __slots__ = ("_arguments", "_bulk", "_login", "_name", "_parts", "_wants")

    label, exchange = "Redis", "redis"
    limit = 512

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._bulk = [0, 0]
        """Bytes of the bulk string at hand, its line end included."""
        self._arguments = 0
        """Bulk strings of the client's command still to come."""
        self._parts = 0
        """Of the server's reply, still to come."""
        self._wants = False
        """The next bulk string is the command's name."""
        self._name = bytearray()
        self._login = ""
        """The command whose arguments hold a password, and how far they are read; empty otherwise."""

    def raw(self, side: int) -> int:
        """A bulk string."""
        return self._bulk[side]

    def passed(self, side: int, count: int, data: bytes = b"") -> None:
        """Part of a bulk string; only the first of a command is looked at."""
        self._bulk[side] -= count
        if side != CLIENT or not (self._wants or self._login):
            return
        self._name += data[: (64 if self._wants else MAXIMUM_PASSWORD) - len(self._name)]
        if self._bulk[side]:
            return
        if self._wants:
            self._wants = False
            self._command(bytes(self._name))
        else:
            self._argument(bytes(self._name).rstrip(b"\r\n"))
        self._name.clear()

    def _argument(self, word: bytes) -> None:
        """One of AUTH or HELLO: the password is AUTH's last and the second behind HELLO's AUTH."""
        if self._login == "HELLO":
            self._login = "AUTH 2" if word.upper() == b"AUTH" else "HELLO"
        elif self._login == "AUTH 2":
            self._login = "AUTH 1"
        elif not self._arguments or self._login == "AUTH 1":
            self.report.risk(IN_CLEAR)
            self.report.add(PASSWORD, word)
            self._login = ""

    def line(self, side: int, text: bytes) -> Status:
        """A header or an inline command."""
        kind, number = text[:1], text[1:]
        size = int(number) if number.isdigit() and len(number) < 12 else -1
        if side != CLIENT:
            self._reply(kind, size)
        if kind == b"$" and size >= 0:
            if side == CLIENT:
                self._wants = self._wants and self._arguments > 0
                self._arguments -= 1
            self._bulk[side] = size + 2
        elif side == CLIENT:
            if kind == b"*" and size > 0:
                self._arguments, self._wants, self._login = size, True, ""
                self._name.clear()
            elif _INLINE.match(text):
                verb, *words = text.split()
                self._command(verb)
                self._arguments = len(words)
                for word in words if self._login else ():
                    self._arguments -= 1
                    self._argument(word)
                self._login = ""
        elif kind == b"-":
            word = number.split(b" ", 1)[0]
            if word.isalpha() and word.isupper():
                self.report.add(ERROR, word[:32])
        return Status.MORE

    def _reply(self, kind: bytes, size: int) -> None:
        """The header of a reply, or of a part of one; what the server says of its own accord (``>``) answers nobody."""
        if self._parts:
            self._parts -= 1
        elif kind != b">":
            self.answer()
        if kind in (b"*", b"~", b">", b"%"):
            self._parts += max(size, 0) << (kind == b"%")

    def lose(self) -> None:
        """How deep in a reply this is, is not known either."""
        super().lose()
        self._parts = 0

    def _command(self, name: bytes) -> None:
        name = name.rstrip(b"\r\n")
        if not _COMMAND.match(name):
            return
        self.ask()
        verb = name.decode("ascii").upper()
        self.report.add(COMMAND, verb)
        self.report.summary = verb
        if verb in ("AUTH", "HELLO"):
            self._login = verb


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    short = len(server) < 4 and server[:1] in b"+-:$*%~#_,(!=>|"
    if server and not short and not _ANSWER.match(server[:64] + b"\r"):
        return Claim.NO
    usual = context.server_port in PORTS
    if not client:
        return Claim.WEAK if usual and first_line(server) is not None else Claim.MORE
    if client.startswith(b"*"):
        if _ARRAY.match(client):
            return Claim.YES
        return Claim.MORE if first_line(client[:16]) is None or client.count(b"\n", 0, 32) < 2 else Claim.NO
    line = first_line(client)
    if line is None:
        return Claim.MORE if len(client) < 512 and (usual or (client[:1].isalpha() and not server)) else Claim.NO
    if b" HTTP/" in line or first_line(server) is None:
        return Claim.NO if b" HTTP/" in line or not (usual or _INLINE.match(line)) else Claim.MORE
    if _INLINE.match(line) and server.startswith((b"+PONG", b"$", b"*", b":", b"-ERR", b"-NOAUTH", b"+OK\r")):
        return Claim.YES
    return Claim.WEAK if usual and line.isascii() and line.decode("ascii").isprintable() else Claim.NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Redis, judge, PORTS)

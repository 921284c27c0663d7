"""Redis serialization protocol, versions 2 and 3 (redis.io/docs/reference/protocol-spec).

Claimed: a command as an array of bulk strings, or an inline command that is answered in the protocol's way. Told: commands,
kinds of errors, user (AUTH and HELLO with two words), database (SELECT), version (what HELLO and INFO answer). Keys, values
and passwords are not. States: none.
"""

from __future__ import annotations

import re

from ._contract import CLIENT, MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._lines import LineShell
from ._report import FieldSpec
from ._secrets import IN_CLEAR, PASSWORD
from ._shell import StreamProtocol
from ._text import first_line

COMMAND = FieldSpec("redis_command", "Commands", multiple=True, limit=100)
ERROR = FieldSpec("redis_error", "Errors", multiple=True, limit=16)
VERSION = FieldSpec("redis_version", "Server version")
USER = FieldSpec("redis_user", "User", multiple=True, limit=4)
DATABASE = FieldSpec("redis_db", "Database", multiple=True, limit=16)
MAXIMUM_PASSWORD = 512
MAXIMUM_ANSWER = 256
"""Octets of a bulk string in the answer to HELLO or INFO that are looked at: the version comes first."""
PORTS = frozenset((6379, 6380, 26379))
_COMMAND = re.compile(rb"^[A-Za-z]{2,24}(?:\.[A-Za-z]{2,16})?$")
_ARRAY = re.compile(rb"^\*\d{1,7}\r?\n(?:\$\d{1,9}\r?\n)")
_INLINE = re.compile(
    rb"(?i)^(?:PING|QUIT|MONITOR|SYNC|INFO(?: .{1,40})?|SELECT \d+|"
    rb"(?:PSYNC|AUTH|KEYS|GET|SET|EXISTS|INCR|DEL|CONFIG|CLIENT|HELLO|PUBLISH|SUBSCRIBE) .{1,400})$"
)
_INFO_VERSION = re.compile(rb"\nredis_version:([0-9A-Za-z.+~-]{1,32})\r")
_VERSION = re.compile(rb"[0-9][0-9A-Za-z.+~-]{0,31}\Z")
_ANSWER = re.compile(rb"^(?:\+[A-Z]|-[A-Z]{2,}[ \r]|:-?\d+\r|\$(?:-1|\d+)\r|\*(?:-1|\d+)\r|[%~#_,(!=>|])")


class _Redis(LineShell):
    """One connection."""

    __slots__ = ("_about", "_arguments", "_bulk", "_login", "_name", "_parts", "_text", "_wants", "_words")

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
        """The command whose arguments are read (AUTH, HELLO, SELECT), and how far they are; empty otherwise."""
        self._words = 0
        """Its arguments, all of them."""
        self._about = -1
        """Number of the latest request that is answered with the version."""
        self._text = bytearray()
        """A bulk string of that answer."""

    def raw(self, side: int) -> int:
        """A bulk string."""
        return self._bulk[side]

    def passed(self, side: int, count: int, data: bytes = b"") -> None:
        """Part of a bulk string; only the first of a command is looked at."""
        self._bulk[side] -= count
        if side != CLIENT:
            self._part(self._bulk[side], data)
            return
        if not (self._wants or self._login):
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

    def _part(self, left: int, data: bytes) -> None:
        """Some octets of a server's bulk string: INFO's is a text, HELLO's the value behind ``version``."""
        if self._about != self._answers - 1 or self._about < 0:
            return
        text = self._text
        text += data[: MAXIMUM_ANSWER - len(text)]
        if left and len(text) < MAXIMUM_ANSWER:
            return
        found = _INFO_VERSION.search(text)
        word = bytes(text).removeprefix(b"version\r\n").rstrip(b"\r\n")
        if found or (text.startswith(b"version\r\n") and _VERSION.match(word)):
            self.report.set(VERSION, found[1] if found else word)
            self._about = -1
        if left:
            self._about = -1  # a long text that does not begin with the version
        if text != b"version\r\n":
            text.clear()

    def _argument(self, word: bytes) -> None:
        """One of AUTH, HELLO or SELECT: the password is AUTH's last and the second behind HELLO's AUTH."""
        if self._login == "SELECT":
            if word.isdigit() and len(word) <= 5 and self._words == 1:
                self.report.add(DATABASE, int(word))
            self._login = ""
        elif self._login == "HELLO":
            self._login = "AUTH 2" if word.upper() == b"AUTH" else "HELLO"
        elif self._login == "AUTH 2":
            self.report.add(USER, word)
            self._login = "AUTH 1"
        elif self._login == "AUTH" and self._words == 2 and self._arguments == 1:
            self.report.add(USER, word)
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
                self._arguments = len(words)
                self._command(verb)
                for word in words if self._login else ():
                    self._arguments -= 1
                    self._argument(word)
                self._login = ""
        elif kind == b"-":
            word = number.split(b" ", 1)[0]
            if word.isalpha() and word.isupper():
                self.report.add(ERROR, word[:32])
        return MORE

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
        self._about = -1
        self._text.clear()

    def _command(self, name: bytes) -> None:
        name = name.rstrip(b"\r\n")
        if not _COMMAND.match(name):
            return
        self.ask()
        verb = name.decode("ascii").upper()
        self.report.add(COMMAND, verb)
        self.report.summary = verb
        if verb in ("AUTH", "HELLO", "SELECT"):
            self._login, self._words = verb, self._arguments
        if verb in ("HELLO", "INFO"):
            self._about = self._requests - 1
            self._text.clear()


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    short = len(server) < 4 and server[:1] in b"+-:$*%~#_,(!=>|"
    if server and not short and not _ANSWER.match(server[:64] + b"\r"):
        return NO
    usual = context.server_port in PORTS
    if not client:
        return WEAK if usual and first_line(server) is not None else MAYBE
    if client.startswith(b"*"):
        if _ARRAY.match(client):
            return YES
        return MAYBE if first_line(client[:16]) is None or client.count(b"\n", 0, 32) < 2 else NO
    line = first_line(client)
    if line is None:
        return MAYBE if len(client) < 512 and (usual or (client[:1].isalpha() and not server)) else NO
    if b" HTTP/" in line or first_line(server) is None:
        return NO if b" HTTP/" in line or not (usual or _INLINE.match(line)) else MAYBE
    if _INLINE.match(line) and server.startswith((b"+PONG", b"$", b"*", b":", b"-ERR", b"-NOAUTH", b"+OK\r")):
        return YES
    return WEAK if usual and line.isascii() and line.decode("ascii").isprintable() else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Redis, judge, PORTS)

"""memcached: the text protocol (doc/protocol.txt), the binary protocol, and both over UDP behind its eight-byte header.

Claimed: a command line of the text protocol with the server's answer to it, or a storage command alone; a consistent
binary header. Told: commands. Keys and values are not. States: none.
"""

from __future__ import annotations

import re
from struct import Struct
from typing import Final

from netmon.errors import ParseError

from ._contract import CLIENT, MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Inspector, Look, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._lines import LineShell
from ._report import FieldSpec
from ._sasl import report_user
from ._secrets import CREDENTIALS, IN_CLEAR, sasl_in_clear
from ._shell import StreamShell
from ._text import first_line
from ._udp import DatagramInspector, on_port

COMMAND: Final = FieldSpec("memcache_command", "Commands", multiple=True)
PORTS: Final = frozenset((11211,))
REQUEST: Final = 0x80
RESPONSE: Final = 0x81
SASL_AUTH: Final = 0x21
KNOWN: Final = frozenset(
    b"get gets gat gats set add replace append prepend cas delete incr decr touch stats flush_all version verbosity quit "
    b"cache_memlimit shutdown watch lru slabs mg ms md ma mn me".split()
)
_STORE: Final = re.compile(
    rb"^(?:set|add|replace|append|prepend|cas) \S{1,250} \d{1,10} -?\d{1,10} (\d{1,10})(?: \d{1,20})?(?: noreply)?$"
)
_PLAIN: Final = re.compile(
    rb"^(?:get|gets|delete|incr|decr|touch|gat|gats) [!-~]{1,250}(?: .{0,1500})?$|"
    rb"^(?:stats|flush_all|version|quit)(?: .{0,80})?$"
)
_ANSWER: Final = re.compile(
    rb"^(?:STORED|NOT_STORED|EXISTS|NOT_FOUND|VALUE \S+ \d+ \d+|END|DELETED|TOUCHED|STAT \S+ |OK|VERSION \S|RESET|ERROR|"
    rb"CLIENT_ERROR|SERVER_ERROR|\d{1,20}(?:\r|\n|\Z))"
)
_OPCODES: Final = (
    "get", "set", "add", "replace", "delete", "increment", "decrement", "quit", "flush", "getq", "noop", "version", "getk",
    "getkq", "append", "prepend", "stat", "setq", "addq", "replaceq", "deleteq", "incrementq", "decrementq", "quitq",
    "flushq", "appendq", "prependq", "verbosity", "touch", "gat", "gatq",
)  # fmt: skip


class _Text(LineShell):
    """The text protocol."""

    __slots__ = ("_block", "_more")

    label = "Memcache"
    exchange = "memcache"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._block = [0, 0]
        self._more = False
        """An answer of several lines has begun."""

    def raw(self, side: int) -> int:
        """A data block."""
        return self._block[side]

    def passed(self, side: int, count: int, data: bytes = b"") -> None:  # noqa: ARG002
        """Part of a data block."""
        self._block[side] -= count

    def line(self, side: int, text: bytes) -> Status:
        """A command or an answer."""
        if side != CLIENT:
            if not self._more:
                self.answer()
            self._more = text.startswith((b"VALUE ", b"STAT ", b"ITEM "))
            if text.startswith(b"VALUE "):
                size = text.split(b" ")[3:4]
                self._block[side] = int(size[0]) + 2 if size and size[0].isdigit() and len(size[0]) < 11 else 0
            return MORE
        verb = text.split(b" ", 1)[0]
        if verb in KNOWN:
            self.report.add(COMMAND, verb)
            self.report.summary = verb.decode("ascii")
            if verb != b"quit" and not text.endswith(b" noreply"):
                self.ask()
        store = _STORE.match(text)
        if store is not None:
            self._block[side] = int(store[1]) + 2
        return MORE


class _Binary(FrameShell):
    """The binary protocol."""

    __slots__ = ()

    label = "Memcache"
    header = 24
    limit = 512

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Magic and total body length."""
        if head[0] not in (REQUEST, RESPONSE):
            raise ParseError("no memcached magic")
        return 24 + int.from_bytes(head[8:12], "big")

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002
        """A request names itself."""
        magic, opcode, key, extras = message.u8(), message.u8(), message.u16(), message.u8()
        number = message.peek(11)[7:]
        if magic == REQUEST and opcode == SASL_AUTH:
            message.skip(24 - 5 + extras)
            mechanism = message.take(key)
            token = message.rest()
            report_user(self.report, mechanism, token)
            if sasl_in_clear(mechanism):
                self.report.risk(IN_CLEAR)
                self.report.add(CREDENTIALS, token)
        if magic == REQUEST:
            verb = _OPCODES[opcode] if opcode < len(_OPCODES) else f"opcode-{opcode}"
            self.report.add(COMMAND, verb)
            self.report.summary = verb
            if not verb.endswith("q"):  # quiet ones are answered only where they fail
                self.report.request(number, self.now, "memcache")
        else:
            self.report.response(number, self.now, "memcache")
        return MORE


class _Udp(DatagramInspector):
    """One datagram: request id, sequence number, datagrams in all, reserved."""

    label = "Memcache"

    def take(self, data: bytes) -> Status:
        """The command line of a request's first datagram."""
        line = first_line(data[8:])
        verb = line.split(b" ", 1)[0] if line else b""
        if verb in KNOWN:
            self.report.add(COMMAND, verb)
        return MORE


_FRAME: Final = Struct(">HHHH").unpack_from
"""Request identifier, number of the datagram, how many there are, reserved."""


def _datagram(context: Context, data: bytes) -> Claim:
    if len(data) < 10:
        return NO
    _, number, total, reserved = _FRAME(data)
    if number >= total or (reserved and not on_port(context, *PORTS)):
        return NO
    line = first_line(data[8:])
    if line is None:
        return NO
    if _STORE.match(line) or _PLAIN.match(line):
        return YES
    worded = _ANSWER.match(line) and not line[:1].isdigit()
    return YES if worded and total < 1024 else NO


def _binary(head: bytes) -> Claim:
    if len(head) < 24:
        return MAYBE
    key, extras, kind, body = head[2] << 8 | head[3], head[4], head[5], int.from_bytes(head[8:12], "big")
    good = head[1] <= 0x50 and not kind and key <= 250 and extras <= 32 and key + extras <= body <= 1 << 26
    return YES if good else NO


class Memcache:
    """See the module."""

    label = "Memcache"
    transports = frozenset(("tcp", "udp"))
    ports = PORTS
    look = Look(10, 6, frozenset((0,)))

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        """See the contract."""
        if context.transport == "udp":
            heads = [data for data in (client, server) if data]
            good = bool(heads) and all(_datagram(context, data) is YES for data in heads)
            return YES if good else NO
        if client[:1] == b"\x80" or server[:1] == b"\x81":
            return NO if server and server[0] != RESPONSE else _binary(client or server)
        answer, line = first_line(server), first_line(client)
        if server and not _ANSWER.match(server) and (answer is not None or len(server) >= 16 or not server.isascii()):
            return NO
        if line is not None and not (_STORE.match(line) or _PLAIN.match(line)):
            return NO
        if line is not None and (_STORE.match(line) or answer is not None):
            return YES
        if context.server_port in PORTS and (line is not None or answer is not None):
            return WEAK
        return MAYBE if (len(client) < 512 and client[:1].islower()) or not client else NO

    def start(self, context: Context) -> Inspector:
        """By transport; which of the two forms a stream speaks its first byte tells."""
        return _Udp(context) if context.transport == "udp" else _Either(context)


class _Either(StreamShell):
    """A stream before its first byte."""

    __slots__ = ("_form",)

    label = "Memcache"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._form: LineShell | FrameShell | None = None

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """See the contract."""
        if self._form is None:
            self._form = (_Binary if data[0] in (REQUEST, RESPONSE) else _Text)(self.context)
            self._form.report = self.report
        return self._form.feed(side, data, timestamp_ns)

    def gap(self, side: int, length: int) -> Status:
        """See the contract."""
        return self._form.gap(side, length) if self._form is not None else MORE


PROTOCOL: ApplicationProtocol = Memcache()

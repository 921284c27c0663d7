"""NATS client protocol (docs.nats.io, "NATS Client Protocol").

Claimed: the server's INFO with its JSON. Told: the server's version and the operations used. Subjects, payloads and
what CONNECT carries are not. Where the server demands TLS the stream is handed on when the client begins it.
"""

from __future__ import annotations

import re

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import one_of
from ._lines import LineShell
from ._report import FieldSpec
from ._secrets import IN_CLEAR, PASSWORD
from ._shell import StreamProtocol
from ._text import verb_of, words

VERSION = FieldSpec("nats_version", "Server's version")
OPERATION = FieldSpec("nats_operation", "Operations", multiple=True)
PORTS = frozenset((4222,))
KNOWN = words("CONNECT PUB HPUB SUB UNSUB PING PONG")
LARGE = 1024 * 1024
_VERSION = re.compile(rb'"version":\s*"([0-9A-Za-z.+-]{1,32})"')
_PASSWORD = re.compile(rb'"(?:pass|auth_token)":\s*"([^"]{1,512})')
_SIZES = re.compile(rb"(?:H?PUB|H?MSG) .* ?(\d{1,9})$")


class _Nats(LineShell):
    """One connection."""

    __slots__ = ("_passed", "_payload")

    label = "NATS"
    limit = 4096

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._payload = [0, 0]
        self._passed = 0

    def raw(self, side: int) -> int:
        """A payload and its line end."""
        return self._payload[side]

    def passed(self, side: int, count: int, data: bytes = b"") -> None:  # noqa: ARG002
        """Part of a payload."""
        self._payload[side] -= count
        self._passed += count

    def line(self, side: int, text: bytes) -> Status:
        """An operation."""
        sizes = _SIZES.match(text)
        if sizes:
            self._payload[side] = int(sizes[1]) + 2
        if side == CLIENT:
            verb = verb_of(text, KNOWN)
            self.report.add(OPERATION, verb)
            password = _PASSWORD.search(text) if verb == "CONNECT" else None
            if password:
                self.report.risk(IN_CLEAR)
                self.report.add(PASSWORD, password[1])
        elif text.startswith(b"INFO "):
            match = _VERSION.search(text)
            self.report.set(VERSION, match[1] if match else b"")
        return DONE if self._passed > LARGE else MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """The server speaks first."""
    if client and one_of(client.lstrip()[:8], b"CONNECT ", b"PING", b"\x16\x03") is NO:
        return NO
    claim = one_of(server, b'INFO {"', b"INFO { ") if server else MAYBE
    if claim is not YES:
        return claim
    if b'"server_id"' in server or b'"server_name"' in server:
        return YES
    return MAYBE if len(server) < 2048 and b"\n" not in server else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Nats, judge, PORTS, frozenset(b"I"))

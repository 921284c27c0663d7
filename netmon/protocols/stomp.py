"""STOMP 1.0 to 1.2 (stomp.github.io): message brokers' text protocol.

Claimed: a CONNECT or STOMP frame with its headers, or CONNECTED. Told: commands, versions, the broker, destinations as
for MQTT topics. Log-ins and messages are not.
"""

from __future__ import annotations

import re

from ._contract import CLIENT, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import one_of
from ._lines import LineShell
from ._report import FieldSpec
from ._shell import StreamProtocol

PORTS = frozenset((61613,))
COMMANDS = frozenset((
    b"CONNECT", b"STOMP", b"CONNECTED", b"SEND", b"SUBSCRIBE", b"UNSUBSCRIBE", b"BEGIN", b"COMMIT", b"ABORT", b"ACK",
    b"NACK", b"DISCONNECT", b"MESSAGE", b"RECEIPT", b"ERROR",
))  # fmt: skip
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9_-]{0,63}:[^\n\0]{0,512}\r?$")
COMMAND = FieldSpec("stomp_command", "Commands", multiple=True)
VERSION = FieldSpec("stomp_version", "Version")
BROKER = FieldSpec("stomp_server", "Broker")
DESTINATION = FieldSpec("stomp_destination", "Destinations", multiple=True)


class _Stomp(LineShell):
    """One connection. A frame ends in a zero octet, which then begins the next line."""

    __slots__ = ("_heading",)

    label, limit = "STOMP", 1024

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._heading = [False, False]
        """Between a command and the empty line behind its headers."""

    def line(self, side: int, text: bytes) -> Status:
        """A command, a header, or part of a message."""
        command = text.rpartition(b"\0")[2]
        report = self.report
        if command in COMMANDS and (not self._heading[side] or b"\0" in text):
            self._heading[side] = True
            report.add(COMMAND, command)
            report.state = command.decode("ascii")
        elif not text:
            self._heading[side] = False
        elif self._heading[side]:
            name, _, value = text.partition(b":")
            if name == b"destination":
                report.add(DESTINATION, value)
            elif name == b"version" and side != CLIENT:
                report.set(VERSION, value)
            elif name == b"server" and side != CLIENT:
                report.set(BROKER, value)
            elif name == b"passcode" and value:
                report.risk("clear-text-credentials")
        return MORE


def frame(head: bytes) -> Claim:
    """Command, and headers up to an empty line."""
    claim = one_of(head, b"CONNECT\n", b"STOMP\n", b"CONNECTED\n", b"CONNECT\r\n", b"STOMP\r\n", b"CONNECTED\r\n")
    if claim is not YES:
        return claim
    lines = head.split(b"\n", 32)
    for line in lines[1:-1]:
        if line in (b"", b"\r"):
            return YES
        if not _HEADER.match(line):
            return NO
    return YES if len(lines) > 3 else MAYBE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """The client asks, the broker answers or reports an error."""
    if server and one_of(server, b"CONNECTED\n", b"CONNECTED\r\n", b"ERROR\n", b"ERROR\r\n") is NO:
        return NO
    if client:
        return frame(client)
    return frame(server) if server[:1] == b"C" else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Stomp, judge, PORTS, frozenset(b"CS"))

"""Mumble's pings over UDP (mumble-protocol, "Voice data"): they carry version and load of a server in the clear.

Claimed: a question and an answer with the same identifier; one of them weakly on the usual port. Told: the server's version
and users. Voice is encrypted; the control channel is TLS.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT = 64738
QUESTION, ANSWER = 12, 24
MANY = 100_000
VERSION = FieldSpec("mumble_version", "Server's version")
USERS = FieldSpec("mumble_users", "Users")
MAXIMUM = FieldSpec("mumble_users_maximum", "Users allowed")


def numbers(data: bytes) -> tuple[int, ...]:
    """Version, users, users allowed, band width of an answer; nothing of a question; ``ParseError`` when it is neither."""
    if len(data) == QUESTION and not any(data[:4]):
        return ()
    if len(data) != ANSWER or data[:2] != b"\0\1":
        raise ParseError("no ping")
    users, maximum, width = (int.from_bytes(data[at : at + 4], "big") for at in (12, 16, 20))
    if not users <= maximum <= MANY or not 0 < width < 10_000_000:
        raise ParseError("no load")
    return int.from_bytes(data[:4], "big"), users, maximum, width


class _Mumble(DatagramInspector):
    """One client and a server."""

    __slots__ = ()

    label = "Mumble"
    afterwards = "VOICE"

    def take(self, data: bytes) -> Status:
        report = self.report
        told = numbers(data)
        if told:
            version, users, maximum, _ = told
            report.set(VERSION, f"{version >> 16}.{version >> 8 & 255}.{version & 255}")
            report.set(USERS, users)
            report.set(MAXIMUM, maximum)
            report.summary = f"{users} of {maximum} users"
            report.response(data[4:12], self.now, "mumble")
        else:
            report.request(data[4:12], self.now, "mumble")
        report.state = "PING"
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """One ping says little."""
    told = numbers(data)
    if on_port(context, PORT):
        return YES if told else WEAK
    return MAYBE


class _Protocol(DatagramProtocol):
    """A question and its answer are sure."""

    __slots__ = ()

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        claim = super().claims(context, client, server)
        if claim is MAYBE and {len(client), len(server)} == {QUESTION, ANSWER}:
            return YES if client[4:12] == server[4:12] else NO
        return claim


PROTOCOL: ApplicationProtocol = _Protocol(_Mumble, recognise, frozenset((PORT,)), frozenset((0,)))

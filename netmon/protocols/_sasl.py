"""Who logs in by SASL (RFC 4422), whatever carries it: the name in a client's first message, never what proves it.

PLAIN (RFC 4616), LOGIN (Microsoft), SCRAM (RFC 5802), AMQPLAIN (RabbitMQ). In: the mechanism and the client's first message
(in text protocols: its lines). Out: ``sasl_user``. Only the *first* message is looked at: LOGIN's second is a password.
"""

from __future__ import annotations

import re
from base64 import b64decode
from contextlib import suppress

from ._report import FieldSpec, Report
from ._secrets import CREDENTIALS, IN_CLEAR, sasl_in_clear

USER = FieldSpec("sasl_user", "User", multiple=True, limit=4)
LONGEST = 2048
"""Octets of a first message that is looked at."""
_SCRAM = re.compile(rb"[nyp][^,]{0,64},[^,]{0,255},n=([^,]{1,255}),r=")
_AMQPLAIN = re.compile(rb"\x05LOGINS\0\0(..)", re.DOTALL)


def user_of(mechanism: bytes, message: bytes) -> bytes:
    """The name; empty where the message has none, or is none of this mechanism."""
    mechanism = mechanism.upper()
    if mechanism == b"PLAIN":
        parts = message.split(b"\0")
        return parts[1] if len(parts) == 3 else b""
    if mechanism == b"LOGIN":
        return message
    if mechanism == b"AMQPLAIN":
        match = _AMQPLAIN.search(message)
        return message[match.end() : match.end() + int.from_bytes(match[1], "big")] if match else b""
    if mechanism.startswith(b"SCRAM-"):
        match = _SCRAM.match(message)
        return match[1].replace(b"=2C", b",").replace(b"=3D", b"=") if match else b""
    return b""


def report_user(report: Report, mechanism: bytes, message: bytes) -> None:
    """Tell who it is, if the message says so."""
    if len(message) <= LONGEST:
        report.add(USER, user_of(mechanism, message))


class LineLogin:
    """A log-in of a protocol of lines (RFC 4954, RFC 5034, RFC 9051): Base64, the first message perhaps with the command."""

    __slots__ = ("_mechanism",)

    def __init__(self) -> None:
        self._mechanism = b""
        """Of a log-in whose first message is to come."""

    @property
    def waits(self) -> bool:
        """The first message is to come."""
        return bool(self._mechanism)

    def begin(self, report: Report, argument: bytes) -> None:
        """What follows the command: the mechanism, and the first message if it is there."""
        self._mechanism, _, first = argument.partition(b" ")
        if sasl_in_clear(self._mechanism):
            report.risk(IN_CLEAR)
        if first:
            self.line(report, first)

    def line(self, report: Report, text: bytes) -> None:
        """A message. ``=`` (an empty one) and ``*`` (given up) are nobody's name."""
        report.add(CREDENTIALS, text)
        with suppress(ValueError):
            report_user(report, self._mechanism, b64decode(text[: 2 * LONGEST].strip(), validate=True))
        self._mechanism = b""

    def lose(self) -> None:
        """Something is missing: what comes next may be the second message."""
        self._mechanism = b""

"""XMPP: RFC 6120, clients and servers, with STARTTLS (section 5).

Claimed: a stream header of Jabber's namespaces from either side. Told: the domain asked for. What is said inside is
not; a login that sends its secret is a risk flag. After ``proceed`` the stream is handed on to TLS.
States: STREAM, STARTTLS, AUTH.
"""

from __future__ import annotations

import re

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, SWITCH, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import jointly
from ._report import FieldSpec
from ._secrets import IN_CLEAR, sasl_in_clear
from ._shell import StreamProtocol, StreamShell

TO = FieldSpec("xmpp_to", "Domain")
PORTS = frozenset((5222, 5269))
WINDOW = 1024
"""Octets kept per side: tags looked for are shorter."""
LARGE = 65_536
_HEADER = re.compile(rb"\s*(?:<\?xml[^<>]{0,100}\?>\s*)?<stream:stream[\s>]")
_NAMESPACE = re.compile(rb"jabber:(?:client|server|component)|etherx\.jabber\.org")
_TO = re.compile(rb"<stream:stream[^<>]{0,700}?\sto=['\"]([^'\"<>]{1,255})['\"]")
_PROCEED = re.compile(rb"<proceed[^<>]{0,200}>")
_MECHANISM = re.compile(rb"<auth[^<>]{0,200}mechanism=['\"]([A-Z0-9_-]{1,20})['\"]")
_BEGINNINGS = (b"<?xml", b"<stream:stream")


class _Xmpp(StreamShell):
    """One connection."""

    __slots__ = ("_seen", "_windows")

    label = "XMPP"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._windows = [b"", b""]
        self._seen = 0
        self.report.state = "STREAM"

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002
        """Look for the few tags that matter; they may be cut anywhere."""
        data = data[: max(LARGE + 1 - self._seen, 0)]
        self._seen += len(data)
        window = self._windows[side] + data
        self._windows[side] = window[-WINDOW:]
        return self._client(window) if side == CLIENT else self._server(window)

    def gap(self, side: int, length: int) -> Status:
        """A tag may be lost with it."""
        self._windows[side] = b""
        self._seen += length
        return self._status()

    def _client(self, window: bytes) -> Status:
        report = self.report
        match = _TO.search(window)
        if match and not report.get(TO):
            report.set(TO, match[1])
            report.hostname(match[1], "xmpp")
            report.summary = match[1].decode("utf-8", "replace")
        if b"<auth" in window and report.state != "AUTH":
            report.state = "AUTH"
        named = _MECHANISM.search(window) if report.state == "AUTH" else None
        if named is not None and sasl_in_clear(named[1]):
            report.risk(IN_CLEAR)
        return self._status()

    def _server(self, window: bytes) -> Status:
        match = _PROCEED.search(window)
        if match is None:
            return self._status()
        self.report.state = "STARTTLS"
        self.switched_to = "TLS"
        self.rest = [b"", window[match.end() :]]
        return SWITCH

    def _status(self) -> Status:
        return DONE if self._seen > LARGE else MORE


def header(head: bytes) -> Claim:
    """A stream header so far."""
    if not _HEADER.match(head):
        text = head.lstrip()
        known = any(text.startswith(word) or word.startswith(text) for word in _BEGINNINGS)
        return MAYBE if known and len(head) < 200 else NO
    if _NAMESPACE.search(head[:WINDOW]):
        return YES
    return MAYBE if len(head) < WINDOW else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Both directions open a stream."""
    return jointly(client, server, header)


PROTOCOL: ApplicationProtocol = StreamProtocol(_Xmpp, judge, PORTS, frozenset(b"< \r\n\t"))

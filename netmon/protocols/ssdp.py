"""Simple Service Discovery Protocol (UPnP Device Architecture 2.0, section 1), HTTP-like messages over UDP.

Claimed, on any port: ``M-SEARCH`` and ``NOTIFY`` for ``*``, and a ``200`` response with the headers of a search answer.
Read: what is searched, what answers, its software and where its description is (the query string of that address is
left out).
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._secrets import split_url
from ._text_message import TextMessage, parse
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT: Final = 1900
METHOD: Final = FieldSpec("ssdp_method", "Method", multiple=True)
TARGET: Final = FieldSpec("ssdp_st", "Search target", multiple=True, limit=100)
TYPE: Final = FieldSpec("ssdp_nt", "Notification type", multiple=True, limit=100)
NAME: Final = FieldSpec("ssdp_usn", "Unique service name", multiple=True, limit=100)
SERVER: Final = FieldSpec("ssdp_server", "Software", multiple=True)
LOCATION: Final = FieldSpec("ssdp_location", "Description", multiple=True)
EVENT: Final = FieldSpec("ssdp_nts", "Event", multiple=True)
USER_AGENT: Final = FieldSpec("ssdp_user_agent", "User agent", multiple=True)
_REQUESTS: Final = ("M-SEARCH * HTTP/1", "NOTIFY * HTTP/1")
_RESPONSE: Final = "HTTP/1."


def _is_ssdp(message: TextMessage, usual: bool) -> bool:
    if message.start.upper().startswith(_REQUESTS):
        return True
    answer = "st" in message.headers or "usn" in message.headers
    return message.start.startswith(_RESPONSE) and (usual or answer)


def recognise(context: Context, data: bytes) -> Claim:
    """By the start line."""
    if data[:1] not in (b"M", b"N", b"H", b"m", b"n"):
        return NO
    try:
        message = parse(data, whole=True)
    except ParseError:
        return NO
    return YES if _is_ssdp(message, on_port(context, PORT)) else NO


class _Ssdp(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "SSDP"
    idle_timeout = 30.0

    def take(self, data: bytes) -> Status:
        message = parse(data, whole=True)
        if not _is_ssdp(message, True):
            raise ParseError("no SSDP message")
        report = self.report
        method = "" if message.start.startswith(_RESPONSE) else message.start.split(" ", 1)[0].upper()
        report.add(METHOD, method)
        for name, spec in (("st", TARGET), ("nt", TYPE), ("usn", NAME), ("server", SERVER), ("nts", EVENT)):
            report.add(spec, message.first(name))
        report.add(USER_AGENT, message.first("user-agent"))
        report.add(LOCATION, split_url(message.first("location").encode()).text)
        report.state = method or "RESPONSE"
        report.summary = f"{report.state} {message.first('st') or message.first('nt')}".rstrip()
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Ssdp, recognise, frozenset((PORT,)), frozenset(b"MNHmn"))

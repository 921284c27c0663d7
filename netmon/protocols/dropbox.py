"""Dropbox LAN sync discovery: JSON broadcasts on port 17500.

Claimed, on any port: an object that has the announcement's own keys. Read: protocol version and display name; the
identifiers of shares are left out.
"""

from __future__ import annotations

import re

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PORT = 17500
VERSION = FieldSpec("dropbox_version", "Version")
NAME = FieldSpec("dropbox_name", "Display name")
_VERSION = re.compile(rb'"version": ?\[(\d{1,4}), ?(\d{1,4})\]')
_NAME = re.compile(rb'"displayname": ?"([^"]{0,128})"')


def _checked(data: bytes) -> bytes:
    """The object; only its beginning is looked at."""
    head = data[:4096]
    if not head.startswith(b'{"') or b'"host_int"' not in head or b'"namespaces"' not in head:
        raise ParseError("no announcement")
    return head


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the keys."""
    try:
        _checked(data)
    except ParseError:
        return NO
    return YES


class _Dropbox(DatagramInspector):
    """One announcer."""

    __slots__ = ()

    label = "Dropbox-LAN"

    def take(self, data: bytes) -> Status:
        head, report = _checked(data), self.report
        version, name = _VERSION.search(head), _NAME.search(head)
        if version:
            report.set(VERSION, f"{int(version[1])}.{int(version[2])}")
        if name:
            report.set(NAME, name[1])
        report.state = "ANNOUNCE"
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Dropbox, recognise, frozenset((PORT,)), frozenset(b"{"))

"""WS-Discovery (OASIS, 2009): SOAP over UDP by which printers, cameras and Windows machines find each other.

Claimed, on any port: an envelope that names one of the discovery namespaces near its beginning. Read: the action and the
types asked for or offered. XML is searched, not parsed: no entity is ever expanded.
"""

from __future__ import annotations

import re

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

PORT = 3702
_HEAD = 4096
_NAMESPACES = (b"schemas.xmlsoap.org/ws/2005/04/discovery", b"docs.oasis-open.org/ws-dd/ns/discovery/2009/01")
_ACTION = re.compile(rb"/discovery(?:/2009/01)?/(Hello|Bye|Probe|ProbeMatches|Resolve|ResolveMatches)\b")
_TYPES = re.compile(rb"<(?:[\w-]{1,32}:)?Types\b[^<>]{0,512}>([^<>]{1,512})<")
ACTION = FieldSpec("wsd_action", "Action", multiple=True)
TYPE = FieldSpec("wsd_type", "Types", multiple=True)


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """An XML start and a namespace."""
    head = data[:_HEAD]
    if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] != b"<":
        return NO
    return YES if any(namespace in head for namespace in _NAMESPACES) else NO


class _Wsd(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "WSD"

    def take(self, data: bytes) -> Status:
        if recognise(self.context, data) is NO:
            raise ParseError("no envelope")
        report, head = self.report, data[:_HEAD]
        action, types = _ACTION.search(head), _TYPES.search(head)
        if action:
            report.add(ACTION, action[1])
            report.state = action[1].decode("ascii").upper()
        if types:
            for name in types[1].split()[:16]:
                report.add(TYPE, name.rpartition(b":")[2])
        report.summary = f"{report.state} {report.get(TYPE) or ''}".strip()
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Wsd, recognise, frozenset((PORT,)), frozenset(b"<\xef \r\n\t"))

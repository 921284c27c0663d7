"""Constrained Application Protocol over UDP (RFC 7252).

Claimed: version 1, a known code, a token and options that fit, on port 5683; elsewhere a request that names a path, weakly.
Read: methods, response codes, paths (queries are left out), the response time.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORT: Final = 5683
URI_HOST: Final = 3
URI_PATH: Final = 11
MAX_OPTIONS: Final = 64
PAYLOAD: Final = 0xFF
METHODS: Final = {1: "GET", 2: "POST", 3: "PUT", 4: "DELETE", 5: "FETCH", 6: "PATCH", 7: "iPATCH"}
_CLASSES: Final = frozenset((2, 4, 5, 7))
METHOD: Final = FieldSpec("coap_method", "Method", multiple=True)
CODE: Final = FieldSpec("coap_code", "Response", multiple=True)
PATH: Final = FieldSpec("coap_path", "Path", multiple=True, limit=100)
HOST: Final = FieldSpec("coap_host", "Host", multiple=True)


class Message(NamedTuple):
    """One message."""

    type: int
    code: int
    token: bytes
    path: str
    host: bytes


def message(data: bytes) -> Message:
    """Header, token and options (section 3.1)."""
    cursor = Cursor(data)
    first, code = cursor.u8(), cursor.u8()
    cursor.skip(2)
    length = first & 15
    if first >> 6 != 1 or length > 8 or (code >> 5 not in _CLASSES and code not in METHODS and code):
        raise ParseError("no CoAP header")
    token = cursor.take(length)
    if not code and (length or not cursor.at_end):
        raise ParseError("an empty message with contents")
    number, parts, host = 0, [], b""
    for _ in range(MAX_OPTIONS):
        if cursor.at_end:
            break
        head = cursor.u8()
        if head == PAYLOAD:
            if cursor.at_end:
                raise ParseError("an empty payload")
            break
        number += _extended(cursor, head >> 4)
        value = cursor.take(_extended(cursor, head & 15))
        if number == URI_PATH:
            parts.append(value.decode("utf-8", "replace"))
        elif number == URI_HOST:
            host = value
    return Message(first >> 4 & 3, code, token, "/" + "/".join(parts) if parts else "", host)


def _extended(cursor: Cursor, nibble: int) -> int:
    if nibble < 13:
        return nibble
    if nibble == 13:
        return cursor.u8() + 13
    if nibble == 14:
        return cursor.u16() + 269
    raise ParseError("reserved option length")


def recognise(context: Context, data: bytes) -> Claim:
    """By header and options."""
    try:
        found = message(data)
    except ParseError:
        return NO
    if on_port(context, PORT):
        return YES
    return WEAK if found.code in METHODS and found.path and found.path.isprintable() else NO


class _Coap(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "CoAP"

    def take(self, data: bytes) -> Status:
        found, report = message(data), self.report
        report.add(PATH, found.path)
        report.add(HOST, found.host)
        if found.code in METHODS:
            report.add(METHOD, METHODS[found.code])
            report.state = "REQUEST"
            report.summary = f"{METHODS[found.code]} {found.path}".rstrip()
            report.request(found.token, self.now, "coap")
        elif found.code:
            text = f"{found.code >> 5}.{found.code & 31:02d}"
            report.add(CODE, text)
            report.state = "RESPONSE"
            report.summary = f"{report.get(METHOD) or ''} {report.get(PATH) or ''} {text}".strip()
            report.response(found.token, self.now, "coap")
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _Coap, recognise, frozenset((PORT,)), frozenset(range(0x40, 0x80)), look=Look(4, 1, frozenset(METHODS))
)

"""STUN messages (RFC 8489, RFC 8656; classic STUN RFC 3489), wherever they appear.

In: the bytes of one datagram or message. Out: whether it is one, its attributes, fields in a report: types, mapped
addresses, software, user name (not a secret: the key is never sent), errors. DTLS and media share their ports with STUN
(RFC 7983), so that other inspectors meet these messages too.
"""

from __future__ import annotations

from socket import AF_INET, AF_INET6, inet_ntop
from typing import Final

from netmon.errors import NeedMore

from ._cursor import Cursor
from ._report import FieldSpec, Report

HEADER: Final = 20
COOKIE: Final = b"\x21\x12\xa4\x42"
MAPPED: Final = 0x0001
USERNAME: Final = 0x0006
ERROR: Final = 0x0009
XOR_PEER: Final = 0x0012
XOR_RELAYED: Final = 0x0016
XOR_MAPPED: Final = 0x0020
OLD_XOR_MAPPED: Final = 0x8020
SOFTWARE: Final = 0x8022
SHARED_SECRET: Final = 2
"""The last method of RFC 3489, which has no cookie."""
METHODS: Final = {
    1: "BINDING", 2: "SHARED_SECRET", 3: "ALLOCATE", 4: "REFRESH", 6: "SEND", 7: "DATA", 8: "CREATE_PERMISSION",
    9: "CHANNEL_BIND", 10: "CONNECT", 11: "CONNECTION_BIND", 12: "CONNECTION_ATTEMPT",
}  # fmt: skip
CLASSES: Final = ("REQUEST", "INDICATION", "SUCCESS", "ERROR")
TYPE: Final = FieldSpec("stun_type", "Message", multiple=True)
MAPPED_IP: Final = FieldSpec("stun_mapped_ip", "Addresses told", multiple=True)
REFLEXIVE_IP: Final = FieldSpec("stun_reflexive_ip", "Own address outside")
RELAYED_IP: Final = FieldSpec("stun_relayed_ip", "Relayed address", multiple=True)
SOFTWARE_NAME: Final = FieldSpec("stun_software", "Software", multiple=True)
USER: Final = FieldSpec("stun_username", "User name", multiple=True)
CODE: Final = FieldSpec("stun_error", "Error", multiple=True)
_ADDRESSES: Final = {
    MAPPED: False, 0x0002: False, 0x0004: False, 0x0005: False, 0x000B: False, XOR_PEER: True, XOR_RELAYED: True,
    XOR_MAPPED: True, OLD_XOR_MAPPED: True, 0x8023: False, 0x802B: False, 0x802C: False,
}  # fmt: skip
"""Attributes that hold an address, and whether it is scrambled: response, source, changed, reflected, alternate, other."""


def method_and_class(kind: int) -> tuple[int, int]:
    """The two interleaved parts of a message type (RFC 8489 section 5)."""
    method = kind & 0x000F | (kind & 0x00E0) >> 1 | (kind & 0x3E00) >> 2
    return method, (kind >> 4 & 1) | (kind >> 7 & 2)


def attributes(data: bytes) -> list[tuple[int, bytes]]:
    """Attributes up to the first that does not fit."""
    cursor = Cursor(data, HEADER, HEADER + int.from_bytes(data[2:4], "big"))
    found: list[tuple[int, bytes]] = []
    try:
        while not cursor.at_end:
            number, length = cursor.u16(), cursor.u16()
            found.append((number, cursor.take(length)))
            cursor.skip(min(-length % 4, cursor.left))
    except NeedMore:
        pass
    return found


def is_message(data: bytes) -> bool:
    """Two zero bits and a cookie; without that a known method, and a length that is a multiple of four and all there is."""
    if len(data) < HEADER or data[0] & 0xC0:
        return False
    length = int.from_bytes(data[2:4], "big")
    if data[4:8] == COOKIE:
        return length + HEADER <= len(data)
    method, _ = method_and_class(data[0] << 8 | data[1])
    return length % 4 == 0 and length + HEADER == len(data) and 0 < method <= 12 and data[0] < 2


def address(value: bytes, data: bytes, scrambled: bool) -> str:
    """A (XOR-)MAPPED-ADDRESS as text; the family's size decides, scrambling is with cookie and transaction id."""
    size = {1: 4, 2: 16}.get(value[1] if len(value) > 1 else 0, 0)
    raw = value[4 : 4 + size]
    if not size or len(raw) < size:
        return ""
    if scrambled:
        raw = bytes(left ^ right for left, right in zip(raw, data[4:20], strict=False))
    return inet_ntop(AF_INET if size == 4 else AF_INET6, raw)


def tell(report: Report, data: bytes, now_ns: int) -> None:
    """Add one message to a report."""
    kind = data[0] << 8 | data[1]
    method, class_ = method_and_class(kind)
    if method in METHODS:
        report.add(TYPE, f"0x{kind:04x}")
    for number, value in attributes(data):
        if number in _ADDRESSES:
            text = address(value, data, _ADDRESSES[number])
            report.add(MAPPED_IP, text)
            if text and number in (MAPPED, XOR_MAPPED, OLD_XOR_MAPPED):
                report.set(REFLEXIVE_IP, text)
            elif number == XOR_RELAYED:
                report.add(RELAYED_IP, text)
        elif number == SOFTWARE:
            report.add(SOFTWARE_NAME, value.rstrip(b"\0"))
        elif number == USERNAME:
            report.add(USER, value.rstrip(b"\0"))
        elif number == ERROR and len(value) >= 4:
            report.add(CODE, (value[2] & 7) * 100 + value[3])
    if class_ == 0:
        report.request(data[4:20], now_ns, "stun")
    elif class_ > 1:
        report.response(data[4:20], now_ns, "stun")


def say(report: Report, data: bytes) -> None:
    """State and summary, where STUN is what the conversation is about."""
    method, class_ = method_and_class(data[0] << 8 | data[1])
    name = METHODS.get(method, f"METHOD_{method}")
    report.state = f"{name}_{CLASSES[class_]}"
    report.summary = f"{name.lower()} {report.get(REFLEXIVE_IP) or ''}".rstrip()

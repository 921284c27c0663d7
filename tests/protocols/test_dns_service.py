"""SVCB and HTTPS records."""

from __future__ import annotations

import struct

import pytest

from netmon.errors import ParseError
from netmon.protocols._dns_message import parse
from netmon.protocols._dns_service import binding

from ._dns_build import QUESTION_POINTER, RESPONSE, V4, V6, message, name, question, record


def parameter(key: int, value: bytes) -> bytes:
    return struct.pack("!HH", key, len(value)) + value


def bound(data: bytes) -> str:
    parsed = parse(message([question("example.org", 65)], [record(QUESTION_POINTER, 65, data)], flags=RESPONSE))
    return str(binding(parsed.names, parsed.records[0]))


FULL = (
    struct.pack("!H", 1) + name("svc.example.net") + parameter(1, b"\x02h2\x02h3") + parameter(3, b"\x20\xfb")
    + parameter(4, V4) + parameter(5, b"secret") + parameter(6, V6) + parameter(7, b"/dns-query{?dns}")
)  # fmt: skip


def test_presentation_format() -> None:
    """Priority, target, ALPN, port, hints, and that ECH is offered; the DoH path stays untold."""
    assert bound(FULL) == ("1 svc.example.net alpn=h2,h3 port=8443 ipv4hint=192.0.2.1 ipv6hint=2001:db8::1 ech dohpath")
    assert bound(b"\0\0" + name("alias.example.net")) == "0 alias.example.net"
    assert bound(b"\0\x01\0" + parameter(65000, b"")) == "1 . key65000"


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\1", b"\0\1\0" + parameter(3, b"xx") + parameter(1, b""), FULL[:-1]])
def test_damaged_bindings_are_refused(data: bytes) -> None:
    """Short, parameters out of order, or a value longer than the record."""
    with pytest.raises(ParseError):
        bound(data)

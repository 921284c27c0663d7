"""Packets quoted inside ICMP errors."""

from __future__ import annotations

import struct

import pytest

from netmon.decode.quoted import quoted_ipv4, quoted_ipv6, skip_extensions
from netmon.errors import DecodeError

V4 = bytes.fromhex("4500001c00010000 4006 0000 c0000201 c6336402 c350 0050")


def test_a_later_fragment_has_no_ports() -> None:
    """Its first bytes are payload, not a transport header."""
    later = V4[:6] + b"\x00\x10" + V4[8:]
    assert str(quoted_ipv4(V4)) == "tcp 192.0.2.1:50000 > 198.51.100.2:80"
    assert str(quoted_ipv4(later)) == "tcp 192.0.2.1 > 198.51.100.2"


def test_protocols_without_ports_are_named() -> None:
    """An ICMP error may be about ICMP."""
    assert str(quoted_ipv4(V4[:9] + b"\x01" + V4[10:])) == "icmp 192.0.2.1 > 198.51.100.2"


def test_a_chain_of_extension_headers_ends() -> None:
    """A thousand destination options are not followed."""
    chain = bytes([60, 0, 0, 0, 0, 0, 0, 0]) * 1000
    protocol, position, first = skip_extensions(chain, 60, 0)
    assert (protocol, first) == (60, True) and position < 200


def test_fragment_and_authentication_headers_have_their_own_lengths() -> None:
    """A fragment header is 8 bytes; AH counts 4-byte words minus 2."""
    data = struct.pack("!BBHI", 51, 0, 8, 1) + bytes([17, 1]) + bytes(10) + b"rest"
    assert skip_extensions(data, 44, 0) == (17, 20, False)


@pytest.mark.parametrize("length", range(40))
def test_short_quotes_are_refused(length: int) -> None:
    """Not even a header."""
    with pytest.raises(DecodeError):
        quoted_ipv6(bytes([0x60]) + bytes(length - 1) if length else b"")
    if length < 20:
        with pytest.raises(DecodeError):
            quoted_ipv4(V4[:length])

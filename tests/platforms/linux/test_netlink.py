"""Netlink messages: what is asked, what is read, and where damage ends the reading."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.platforms.linux import netlink
from netmon.platforms.linux.netlink import NLMSG_ERROR, Message

TWO = netlink.request(20, 1, b"abc", 7) + b"\0" + netlink.request(NLMSG_ERROR, 0, struct.pack("=i", -2), 8)
ATTRIBUTES = struct.pack("=HH", 5, 1) + b"a\0\0\0" + struct.pack("=HH", 8, 2 | 0x8000) + b"bcde"


def test_messages_come_back() -> None:
    """Kind, number and body, padding left out; a length that is too small or too large ends the reading."""
    found = list(netlink.messages(TWO))
    assert found == [Message(20, 7, b"abc"), Message(NLMSG_ERROR, 8, struct.pack("=i", -2))]
    assert list(netlink.messages(TWO[:-1])) == found[:1]
    assert list(netlink.messages(struct.pack("=I", 15) + TWO[4:])) == []


def test_attributes_come_back() -> None:
    """From any position, without the flag bits of their types; the same ends."""
    assert list(netlink.attributes(ATTRIBUTES)) == [(1, b"a"), (2, b"bcde")]
    assert list(netlink.attributes(ATTRIBUTES, 8)) == [(2, b"bcde")]
    assert list(netlink.attributes(ATTRIBUTES[:-1])) == [(1, b"a")]
    assert list(netlink.attributes(b"\3\0\1\0" + ATTRIBUTES)) == []


@pytest.mark.parametrize(("body", "code"), [(struct.pack("=i", -13), 13), (bytes(4), 0), (b"", 0)])
def test_error_numbers(body: bytes, code: int) -> None:
    """Negative on the wire; an acknowledgement, or nothing, is none."""
    assert netlink.error_of(body) == code


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Nothing raises, and nothing is read twice."""
    assert sum(16 + len(one.body) for one in netlink.messages(data)) <= len(data)
    assert sum(4 + len(value) for _, value in netlink.attributes(data)) <= len(data)

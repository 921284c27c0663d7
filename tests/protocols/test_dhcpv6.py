"""DHCP for IPv6."""

from __future__ import annotations

import struct

from netmon.model.finding import Role
from netmon.protocols._contract import Claim
from netmon.protocols.dhcpv6 import MAX_RELAYS, PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

ADDRESS = bytes.fromhex("20010db8000000000000000000000007")


def option(number: int, value: bytes) -> bytes:
    return struct.pack("!HH", number, len(value)) + value


CLIENT = option(1, bytes.fromhex("000300010200 0000 0001".replace(" ", "")))
SOLICIT = b"\1\xaa\xbb\xcc" + CLIENT + option(39, b"\0\x04host\x07example\0") + option(3, bytes(12))
REPLY = (
    b"\7\xaa\xbb\xcc" + CLIENT + option(2, b"\0\1\0\1abcd")
    + option(3, bytes(12) + option(5, ADDRESS + bytes(8)))
    + option(25, bytes(12) + option(26, bytes(8) + b"\x40" + ADDRESS[:8] + bytes(8)))
)  # fmt: skip
RELAYED = bytes([12, 0]) + ADDRESS + ADDRESS + option(9, SOLICIT)


def test_a_reply_answers_a_solicit() -> None:
    """Types, name, DUID, addresses and prefixes."""
    update = told(PROTOCOL, (0, SOLICIT), (1, REPLY))
    assert fields(update) == {
        "dhcpv6_type": ("SOLICIT", "REPLY"),
        "dhcpv6_duid": ("00:03:00:01:02:00:00:00:00:01",),
        "dhcpv6_fqdn": ("host.example",),
        "dhcpv6_address": ("2001:db8::7",),
        "dhcpv6_prefix": ("2001:db8::/64",),
    }
    assert (finding(update).state, finding(update).summary) == ("REPLY", "REPLY host.example")
    assert [half.role for half in update.exchanges] == [Role.REQUEST, Role.RESPONSE]


def test_relayed_messages_are_opened() -> None:
    """Both types are named; nesting is bounded."""
    assert fields(told(PROTOCOL, (0, RELAYED)))["dhcpv6_type"] == ("RELAY-FORW", "SOLICIT")
    nested = SOLICIT
    for _ in range(MAX_RELAYS * 3):
        nested = bytes([12, 0]) + ADDRESS + ADDRESS + option(9, nested)
    assert fields(told(PROTOCOL, (0, nested)))["dhcpv6_type"] == ("RELAY-FORW",)


def test_claims() -> None:
    """With an identifier anywhere, without one on its port; never with options that do not fit."""
    bare = b"\x0b\xaa\xbb\xcc" + option(6, b"\0\x17")
    assert asked(PROTOCOL, SOLICIT) is asked(PROTOCOL, RELAYED) is asked(PROTOCOL, bare, on(547)) is Claim.YES
    assert asked(PROTOCOL, bare) is asked(PROTOCOL, SOLICIT[:-1], on(547)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, SOLICIT, REPLY, RELAYED, port=547)

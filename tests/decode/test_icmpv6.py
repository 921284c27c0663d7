"""ICMPv6, neighbour discovery and multicast listeners."""

from __future__ import annotations

import struct

import pytest

from netmon.decode.icmpv6 import MAX_GROUPS, TYPES, decode
from netmon.errors import DecodeError
from netmon.model.finding import Exchange, Role

A = bytes.fromhex("fe80" + "00" * 13 + "01")
B = bytes.fromhex("20010db8" + "00" * 11 + "02")
MAC = bytes.fromhex("020000000001")


def message(kind: int, body: bytes, code: int = 0) -> bytes:
    return bytes([kind, code, 0, 0]) + body


SOLICITATION = message(135, bytes(4) + A + b"\x01\x01" + MAC)


def test_a_solicitation_has_its_target_and_the_senders_address() -> None:
    """RFC 4861 section 4.3."""
    decoded = decode(SOLICITATION, 0)
    assert (decoded.label, decoded.state) == ("ICMPv6", "NEIGHBOR_SOLICITATION")
    assert decoded.summary == "fe80::1 02:00:00:00:00:01"
    assert decoded.entries[:3] == (
        ("icmpv6_type", "Type", (135,)),
        ("ndp_target", "Target", ("fe80::1",)),
        ("ndp_mac", "MAC", ("02:00:00:00:00:01",)),
    )


def test_a_router_advertisement_has_prefixes_mtu_and_dns_servers() -> None:
    """Options of RFC 4861 and RFC 8106."""
    prefix = struct.pack("!BBBBIII", 3, 4, 64, 0xC0, 1, 1, 0) + B[:8] + bytes(8)
    mtu = struct.pack("!BBHI", 5, 1, 0, 1480)
    dns = struct.pack("!BBHI", 25, 3, 0, 600) + B
    decoded = decode(message(134, struct.pack("!BBHII", 64, 0, 1800, 0, 0) + prefix + mtu + dns), 0)
    fields = {name: tuple(values) for name, _, values in decoded.entries}
    assert fields["ndp_prefix"] == ("2001:db8::/64",)
    assert fields["ndp_mtu"] == (1480,)
    assert fields["ndp_dns_server"] == ("2001:db8::2",)
    assert fields["ndp_lifetime"] == (1800,)


def test_a_ping_is_an_exchange() -> None:
    """As in ICMP, with its own type numbers."""
    body = struct.pack("!HH", 9, 1)
    assert decode(message(128, body), 3).exchanges == (Exchange((9, 1), Role.REQUEST, 3, "ping"),)
    assert decode(message(129, body), 4).exchanges == (Exchange((9, 1), Role.RESPONSE, 4, "ping"),)


def test_an_error_names_the_conversation_behind_extension_headers() -> None:
    """The quoted packet may carry options before its UDP header."""
    hop = bytes([17, 0, 1, 4, 0, 0, 0, 0])
    quote = struct.pack("!IHBB", 6 << 28, 16, 0, 64) + A + B + hop + struct.pack("!HHHH", 5000, 53, 8, 0)
    decoded = decode(message(1, bytes(4) + quote, code=4), 0)
    assert decoded.summary == "port unreachable udp [fe80::1]:5000 > [2001:db8::2]:53"
    assert decode(message(2, struct.pack("!I", 1280) + quote), 0).entries[2] == ("icmp_mtu", "MTU", (1280,))


def test_listener_reports_name_their_groups() -> None:
    """MLDv1 one group, MLDv2 a list of records with sources and auxiliary data."""
    group = bytes.fromhex("ff02" + "00" * 12 + "00fb")
    assert decode(message(131, bytes(4) + group), 0).summary == "ff02::fb"
    assert decode(message(130, bytes(4) + bytes(16)), 0).summary == ""
    records = struct.pack("!BBH", 4, 1, 1) + group + B + bytes(4) + struct.pack("!BBH", 4, 0, 0) + A
    assert decode(message(143, struct.pack("!HH", 0, 2) + records), 0).summary == "ff02::fb fe80::1"


def test_the_number_of_groups_is_bounded() -> None:
    """A report may claim 65535 records."""
    report = message(143, struct.pack("!HH", 0, 0xFFFF) + (bytes(4) + A) * 2000)
    assert len(decode(report, 0).entries[1][2]) == MAX_GROUPS


@pytest.mark.parametrize("kind", range(256))
def test_every_type_has_a_state(kind: int) -> None:
    """Named by IANA or a number."""
    assert decode(bytes([kind, 0, 0, 0]), 0).state == TYPES.get(kind, f"TYPE_{kind}")


@pytest.mark.parametrize("length", range(len(SOLICITATION)))
def test_truncated_at_every_length(length: int) -> None:
    """Less than a header is refused; the rest is what is there."""
    if length < 4:
        with pytest.raises(DecodeError):
            decode(SOLICITATION[:length], 0)
        return
    assert ("fe80::1" in decode(SOLICITATION[:length], 0).summary) == (length >= 24)


def test_an_option_of_length_zero_ends_the_list() -> None:
    """No loop, and what came before is kept."""
    decoded = decode(message(135, bytes(4) + A + b"\x01\x01" + MAC + bytes(4000)), 0)
    assert decoded.summary == "fe80::1 02:00:00:00:00:01"

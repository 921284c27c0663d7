"""DHCP for IPv4."""

from __future__ import annotations

import struct

import pytest

from netmon.model.finding import Role
from netmon.protocols._contract import Claim
from netmon.protocols.dhcp import PROTOCOL, full_name, options

from ._udp_cases import asked, fields, finding, on, survives, told

MAC = bytes.fromhex("020000000001")


def message(operation: int, *parts: bytes, your: bytes = bytes(4), sname: bytes = b"", file: bytes = b"") -> bytes:
    head = struct.pack("!BBBBIHH4s4s4s4s16s64s128s", operation, 1, 6, 0, 0x1234, 0, 0, bytes(4), your, bytes(4), bytes(4),
                       MAC, sname, file)  # fmt: skip
    return head + b"\x63\x82\x53\x63" + b"".join(parts) + b"\xff"


def option(number: int, value: bytes) -> bytes:
    return bytes([number, len(value)]) + value


DISCOVER = message(
    1,
    option(53, b"\1"),
    b"\0\0",
    option(12, b"laptop"),
    option(60, b"vendor 1.0"),
    option(50, bytes([192, 0, 2, 7])),
    option(81, b"\x04\0\0\x06laptop\x07example\x03org\0"),
)
OFFER = message(
    2,
    option(53, b"\2"),
    option(54, bytes([192, 0, 2, 1])),
    option(3, bytes([192, 0, 2, 1])),
    option(6, bytes([192, 0, 2, 2, 192, 0, 2, 3])),
    option(15, b"example.org\0"),
    option(51, struct.pack("!I", 3600)),
    your=bytes([192, 0, 2, 7]),
)


def test_an_offer_answers_a_discover() -> None:
    """All fields, the exchange, state and summary."""
    update = told(PROTOCOL, (0, DISCOVER), (1, OFFER))
    assert fields(update) == {
        "dhcp_mac": ("02:00:00:00:00:01",),
        "dhcp_type": ("DISCOVER", "OFFER"),
        "dhcp_hostname": ("laptop",),
        "dhcp_vendor": ("vendor 1.0",),
        "dhcp_requested_ip": ("192.0.2.7",),
        "dhcp_fqdn": ("laptop.example.org",),
        "dhcp_your_ip": ("192.0.2.7",),
        "dhcp_server": ("192.0.2.1",),
        "dhcp_router": ("192.0.2.1",),
        "dhcp_dns_server": ("192.0.2.2", "192.0.2.3"),
        "dhcp_domain": ("example.org",),
        "dhcp_lease": (3600,),
    }
    assert (finding(update).state, finding(update).summary) == ("OFFER", "OFFER laptop")
    assert [half.role for half in update.exchanges] == [Role.REQUEST, Role.RESPONSE]
    assert update.exchanges[0].key == update.exchanges[1].key


def test_options_may_hide_in_the_file_and_name_fields() -> None:
    """Option overload (RFC 2132 section 9.3), once."""
    data = message(1, option(52, b"\3"), sname=option(12, b"hidden") + b"\xff", file=option(60, b"also") + b"\xff")
    found = options(data)
    assert (found[12], found[60]) == (b"hidden", b"also")


@pytest.mark.parametrize(
    ("value", "name"),
    [(b"\0\0\0host.example", "host.example"), (b"\4\0\0\4host", "host"), (b"\4\0\0\xc0\x00", ""), (b"\0", "")],
)
def test_full_names_come_in_two_encodings(value: bytes, name: str) -> None:
    """ASCII and DNS form; a pointer has nothing to point to."""
    assert full_name(value) == name


def test_bootp_without_a_cookie_needs_the_port() -> None:
    """So does a message cut by the snap length."""
    bare = DISCOVER[:236] + bytes(64)
    assert asked(PROTOCOL, DISCOVER) is Claim.YES
    assert asked(PROTOCOL, bare, on(67)) is asked(PROTOCOL, DISCOVER[:60], on(67)) is Claim.WEAK
    assert asked(PROTOCOL, bare) is asked(PROTOCOL, bare[:3] + b"\x11" + bare[4:], on(67)) is Claim.NO
    assert asked(PROTOCOL, bare[:10] + b"\1" + bare[11:], on(67)) is Claim.NO
    assert finding(told(PROTOCOL, (0, bare))).state == "BOOTREQUEST"


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, DISCOVER[225:], OFFER, port=67)

"""CoAP."""

from __future__ import annotations

import pytest

from netmon.model.finding import Exchange, Role
from netmon.protocols._contract import Claim
from netmon.protocols.coap import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

GET = b"\x42\x01\x12\x34TK" + b"\x3bexample.org" + b"\x87sensors\x04temp" + b"\x4akey=secret"
CONTENT = b"\x62\x45\x12\x34TK\xc0\xff22.5"
EMPTY = b"\x60\0\x12\x34"
LONG = b"\x40\x02\0\1\xbd\x02" + b"a" * 15 + b"\x0e\x00\x01" + b"b" * 270


def test_request_and_response() -> None:
    """Method, host, path without query, code, response time by the token."""
    update = told(PROTOCOL, (0, GET), (1, EMPTY), (1, CONTENT))
    assert fields(update) == {
        "coap_path": ("/sensors/temp",),
        "coap_host": ("example.org",),
        "coap_method": ("GET",),
        "coap_code": ("2.05",),
    }
    assert (finding(update).state, finding(update).summary) == ("RESPONSE", "GET /sensors/temp 2.05")
    assert update.exchanges == (Exchange(b"TK", Role.REQUEST, 0, "coap"), Exchange(b"TK", Role.RESPONSE, 2, "coap"))
    assert "secret" not in str(update)


def test_extended_option_lengths() -> None:
    """One and two more octets (section 3.1)."""
    assert fields(told(PROTOCOL, (0, LONG)))["coap_path"] == ("/" + "a" * 15 + "/" + "b" * 270,)


def test_claims() -> None:
    """Sure on the port, weak for a request with a path elsewhere."""
    assert asked(PROTOCOL, GET, on(5683)) is asked(PROTOCOL, EMPTY, on(5683)) is Claim.YES
    assert asked(PROTOCOL, GET) is Claim.WEAK
    assert asked(PROTOCOL, CONTENT) is asked(PROTOCOL, EMPTY) is Claim.NO


@pytest.mark.parametrize(
    "data", [b"\x02" + GET[1:], b"\x4f" + GET[1:], EMPTY + b"x", b"\x40\x01\0\1\xff", b"\x40\x01\0\1\xf0", GET[:8]]
)
def test_broken_messages_are_refused(data: bytes) -> None:
    """Version, token length, contents of an empty message, empty payload, reserved nibble, cut option."""
    assert asked(PROTOCOL, data, on(5683)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, GET, CONTENT, port=5683)

"""Bundles over UDP."""

from __future__ import annotations

import pytest

from netmon.errors import ParseError
from netmon.protocols._contract import Claim
from netmon.protocols._cursor import Cursor
from netmon.protocols.dtn import PROTOCOL, head

from ._udp_cases import asked, fields, finding, survives, told

PRIMARY = (
    b"\x88\x07\x00\x00" + b"\x82\x01\x6d//node1/inbox" + b"\x82\x02\x82\x18\x2a\x01" + b"\x82\x01\x00"
    + b"\x82\x1a\x00\x01\x02\x03\x00" + b"\x19\x0e\x10"
)  # fmt: skip
BUNDLE = b"\x9f" + PRIMARY + b"\x85\x01\x01\x00\x00\x43abc" + b"\xff"


def test_endpoints_are_named() -> None:
    """Both schemes."""
    update = told(PROTOCOL, (0, BUNDLE))
    assert fields(update) == {"dtn_destination": ("dtn://node1/inbox",), "dtn_source": ("ipn:42.1",)}
    assert finding(update).summary == "ipn:42.1 to dtn://node1/inbox"


def test_cbor_heads() -> None:
    """Arguments of one, two, four and eight octets; indefinite ones are refused."""
    encodings = {
        "17": (0, 23),
        "1818": (0, 24),
        "190100": (0, 256),
        "1a00010000": (0, 65536),
        "1b0000000100000000": (0, 1 << 32),
    }
    for encoded, expected in encodings.items():
        assert head(Cursor(bytes.fromhex(encoded))) == expected
    with pytest.raises(ParseError):
        head(Cursor(b"\x1f"))


def test_claims() -> None:
    """By the primary block."""
    assert asked(PROTOCOL, BUNDLE) is Claim.YES
    for data in (BUNDLE[:-1], BUNDLE.replace(b"\x88\x07", b"\x88\x06"), b"\x9f" + bytes(20) + b"\xff"):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, BUNDLE)

"""IKE on its own port, and behind the marker of NAT traversal."""

from __future__ import annotations

import struct

import pytest

from netmon.model.finding import Role
from netmon.protocols import ike, natt
from netmon.protocols._contract import Claim

from ._udp_cases import asked, fields, finding, on, survives, told


def message(version: int, exchange: int, flags: int = 8, payload: int = 33) -> bytes:
    return struct.pack("!8s8sBBBBII", b"initiatr", bytes(8), payload, version, exchange, flags, 0, 40) + bytes(12)


INIT, ANSWER = message(0x20, 34), message(0x20, 34, 0x20)
MAIN = message(0x10, 2, 0, 1)


def test_version_2() -> None:
    """Versions, exchanges, and the time between the halves."""
    update = told(ike.PROTOCOL, (0, INIT), (1, ANSWER))
    assert fields(update) == {
        "ike_version": ("2.0",),
        "ike_exchange": (34,),
        "ike_initiator_spi": (b"initiatr".hex(),),
    }
    assert (finding(update).state, finding(update).summary) == ("IKE_SA_INIT", "IKEv2 IKE_SA_INIT")
    assert [half.role for half in update.exchanges] == [Role.REQUEST, Role.RESPONSE]


def test_version_1() -> None:
    """Main mode is the identity protection exchange."""
    update = told(ike.PROTOCOL, (0, MAIN))
    assert finding(update).summary == "IKEv1 IDENTITY_PROTECTION" and update.exchanges == ()


def test_claims() -> None:
    """By the header on any port; less is needed on port 500; version and exchange must go together."""
    assert asked(ike.PROTOCOL, INIT) is asked(ike.PROTOCOL, MAIN) is Claim.YES
    odd = message(0x20, 99)
    assert asked(ike.PROTOCOL, odd, on(500)) is Claim.YES
    for data in (odd, message(0x10, 34), INIT[:-1], INIT + b"x", bytes(40)):
        assert asked(ike.PROTOCOL, data) is Claim.NO
    assert asked(ike.PROTOCOL, INIT, on(4500)) is Claim.NO
    assert asked(ike.PROTOCOL, INIT[:20], on(500)) is Claim.YES  # cut by the snap length


@pytest.mark.parametrize(
    ("data", "state"),
    [(bytes(4) + INIT, "IKE_SA_INIT"), (b"\xff", "KEEPALIVE"), (b"\x12\x34\x56\x78" + bytes(20), "ESP")],
)
def test_nat_traversal(data: bytes, state: str) -> None:
    """IKE behind the marker, keep-alives and ESP share a port."""
    assert finding(told(natt.PROTOCOL, (0, data))).state == state


def test_nat_traversal_claims() -> None:
    """IKE is recognised anywhere, the rest by the port and weakly."""
    assert asked(natt.PROTOCOL, bytes(4) + INIT) is Claim.YES
    esp = b"\x12\x34\x56\x78" + bytes(4) + bytes(range(16))
    assert asked(natt.PROTOCOL, esp, on(4500)) is asked(natt.PROTOCOL, b"\xff", on(4500)) is Claim.WEAK
    assert asked(natt.PROTOCOL, esp) is asked(natt.PROTOCOL, bytes(40), on(4500)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(ike.PROTOCOL, INIT, MAIN, port=500)
    survives(natt.PROTOCOL, bytes(4) + INIT, port=4500)


def test_a_version_there_is_not() -> None:
    """Weakly claimed on the usual port when the length fits; told as damaged."""
    strange = message(0xBE, 5)
    assert asked(ike.PROTOCOL, strange, on(500)) is Claim.WEAK
    assert asked(ike.PROTOCOL, strange) is asked(ike.PROTOCOL, strange + b"x", on(500)) is Claim.NO
    assert finding(told(ike.PROTOCOL, (0, strange), context=on(500))).risks == ("malformed",)

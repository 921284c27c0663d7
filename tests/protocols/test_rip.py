"""RIP and RIPng."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.rip import PROTOCOLS

from ._udp_cases import asked, fields, finding, on, survives, told

RIP, RIPNG = PROTOCOLS
RESPONSE = b"\2\2\0\0" + bytes(60)
PASSWORD = b"\2\2\0\0\xff\xff\0\2s3cret\0\0\0\0\0\0\0\0\0\0" + bytes(20)
NG = b"\1\1\0\0" + bytes(20)


def test_routes_and_passwords() -> None:
    """How many routes; a clear-text password is a risk and not shown."""
    update = told(RIP, (0, RESPONSE))
    assert fields(update) == {"rip_command": ("RESPONSE",), "rip_version": (2,), "rip_routes": (3,)}
    assert finding(update).summary == "v2 response 3 routes" and finding(update).risks == ()
    update = told(RIP, (0, PASSWORD))
    assert finding(update).risks == ("clear-text-credentials",) and "s3cret" not in str(update)
    assert finding(told(RIPNG, (0, NG))).label == "RIPng"


def test_claims() -> None:
    """Only on their ports."""
    assert asked(RIP, RESPONSE, on(520)) is asked(RIPNG, NG, on(521)) is Claim.YES
    for data, port in ((RESPONSE, 50002), (b"\2\3" + RESPONSE[2:], 520), (b"\x0c\1\0\0", 520), (b"\2\2\0", 520)):
        assert asked(RIP, data, on(port)) is Claim.NO
    assert asked(RIPNG, RESPONSE, on(521)) is asked(RIPNG, NG) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(RIP, RESPONSE, PASSWORD, port=520)
    survives(RIPNG, NG, port=521)

"""RTPS."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.rtps import PROTOCOL

from ._udp_cases import asked, fields, finding, survives, told

HEADER = b"RTPS\2\3\1\x0f" + bytes(12)
MESSAGE = HEADER + b"\x09\1\x08\0" + bytes(8) + b"\x15\0\0\x04" + bytes(4) + b"\x55\1\0\0"
PING = b"RTPS\2\1\1\1NDDSPING"


def test_messages() -> None:
    """Version, vendor, submessages of both byte orders; a ping has none."""
    update = told(PROTOCOL, (0, PING), (0, MESSAGE))
    assert fields(update) == {
        "rtps_version": ("2.1", "2.3"),
        "rtps_vendor": ("RTI Connext", "eProsima Fast DDS"),
        "rtps_submessage": ("INFO_TS", "DATA", "0x55"),
    }
    assert finding(update).state == "DATA"


def test_claims() -> None:
    """Magic, version, size."""
    assert asked(PROTOCOL, MESSAGE) is asked(PROTOCOL, PING) is Claim.YES
    for data in (b"RTPX", b"RTPS\3" + MESSAGE[5:], HEADER[:18], b"RTPT" + MESSAGE[4:]):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, MESSAGE, PING)

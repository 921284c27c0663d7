"""MGCP and Megaco."""

from __future__ import annotations

from netmon.model.finding import Role
from netmon.protocols._contract import Claim
from netmon.protocols.mgcp import PROTOCOLS

from ._udp_cases import asked, fields, finding, on, survives, told

MGCP, MEGACO = PROTOCOLS
COMMAND = b"CRCX 1204 aaln/1@gw.example.net MGCP 1.0\r\nC: A3C47F21456789F0\r\n"
TWO = b"200 1203 OK\r\n.\r\nRQNT 1205 aaln/1@gw.example.net MGCP 1.0\r\n"
SHORT = b"!/1 [192.0.2.1]:2944 T=1{C=-{SC=ROOT{SV{MT=RS}}}}"
LONG = b"MEGACO/1 [192.0.2.1]:2944\nTransaction = 1 { Context = $ { Add = $ , Modify = x } }"


def test_mgcp() -> None:
    """Commands, endpoints, responses, several messages in one datagram."""
    update = told(MGCP, (0, COMMAND), (1, TWO))
    assert fields(update) == {
        "mgcp_command": ("CRCX", "RQNT"),
        "mgcp_endpoint": ("aaln/1@gw.example.net",),
        "mgcp_response": (200,),
    }
    assert [(half.key, half.role) for half in update.exchanges] == [
        (b"1204", Role.REQUEST),
        (b"1203", Role.RESPONSE),
        (b"1205", Role.REQUEST),
    ]
    assert finding(update).state == "RQNT"


def test_megaco() -> None:
    """Short and long forms name the same commands."""
    assert fields(told(MEGACO, (0, SHORT)))["megaco_command"] == ("SERVICECHANGE",)
    assert fields(told(MEGACO, (0, LONG)))["megaco_command"] == ("ADD", "MODIFY")


def test_claims() -> None:
    """Commands and Megaco anywhere, responses on the ports."""
    assert asked(MGCP, COMMAND) is asked(MGCP, TWO, on(2427)) is asked(MEGACO, SHORT) is asked(MEGACO, LONG) is Claim.YES
    assert asked(MGCP, TWO) is asked(MGCP, b"GET / HTTP/1.0", on(2427)) is asked(MEGACO, COMMAND) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(MGCP, COMMAND, TWO, port=2427)
    survives(MEGACO, SHORT, LONG, port=2944)

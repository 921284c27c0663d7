"""WS-Discovery."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.wsd import PROTOCOL

from ._udp_cases import asked, fields, finding, survives, told

PROBE = (
    b'<?xml version="1.0"?><soap:Envelope xmlns:wsd="http://schemas.xmlsoap.org/ws/2005/04/discovery"><soap:Header>'
    b"<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</wsa:Action></soap:Header><soap:Body><wsd:Probe>"
    b'<wsd:Types xmlns:p="x">p:PrintDeviceType wsdp:Device</wsd:Types></wsd:Probe></soap:Body></soap:Envelope>'
)


def test_probe() -> None:
    """Action and types without their prefixes."""
    update = told(PROTOCOL, (0, PROBE))
    assert fields(update) == {"wsd_action": ("Probe",), "wsd_type": ("PrintDeviceType", "Device")}
    assert (finding(update).state, finding(update).summary) == ("PROBE", "PROBE PrintDeviceType")


def test_claims() -> None:
    """XML that names the namespace."""
    assert asked(PROTOCOL, PROBE) is asked(PROTOCOL, b"\xef\xbb\xbf" + PROBE) is Claim.YES
    assert asked(PROTOCOL, b"<html></html>") is asked(PROTOCOL, PROBE[1:]) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, PROBE)

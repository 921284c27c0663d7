"""SSDP."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.ssdp import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

SEARCH = b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nST: upnp:rootdevice\r\n\r\n'
NOTIFY = (
    b"NOTIFY * HTTP/1.1\r\nNT: urn:x\r\nNTS: ssdp:alive\r\nUSN: uuid:1::urn:x\r\nSERVER: OS/1 UPnP/1.1 x/2\r\n"
    b"LOCATION: http://192.0.2.1/d.xml?token=secret\r\n\r\n"
)
ANSWER = b"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:1\r\n\r\n"


def test_search_notify_and_answer() -> None:
    """All fields; the query string of the location is left out."""
    update = told(PROTOCOL, (0, SEARCH), (0, NOTIFY), (1, ANSWER))
    assert fields(update) == {
        "ssdp_method": ("M-SEARCH", "NOTIFY"),
        "ssdp_st": ("upnp:rootdevice",),
        "ssdp_nt": ("urn:x",),
        "ssdp_nts": ("ssdp:alive",),
        "ssdp_usn": ("uuid:1::urn:x", "uuid:1"),
        "ssdp_server": ("OS/1 UPnP/1.1 x/2",),
        "ssdp_location": ("http://192.0.2.1/d.xml",),
    }
    assert finding(update).state == "RESPONSE"
    assert "secret" not in str(update)


def test_claims() -> None:
    """By the start line; an answer needs its headers or the port."""
    assert {asked(PROTOCOL, data) for data in (SEARCH, NOTIFY, ANSWER)} == {Claim.YES}
    plain = b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"
    assert asked(PROTOCOL, plain) is Claim.NO and asked(PROTOCOL, plain, on(1900)) is Claim.YES
    assert asked(PROTOCOL, b"GET / HTTP/1.1\r\n\r\n", on(1900)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, SEARCH, NOTIFY, port=1900)

"""Multicast DNS."""

from __future__ import annotations

import struct

from netmon.model.finding import LearnedName
from netmon.protocols._contract import CLIENT, Claim, Context, Status
from netmon.protocols.mdns import PROTOCOL

from ._dns_build import V4, message, question, record

CONTEXT = Context("udp", 5353, 5353)
QUERY = message([question("_http._tcp.local", 12, 0x8001)], flags=0, identifier=0)
INSTANCE = b"\x09B\xc3\xbcro 1.2\x05_http\x04_tcp\x05local\x00"
ANNOUNCEMENT = message(
    [],
    [
        record("_http._tcp.local", 12, INSTANCE),
        record(INSTANCE, 33, struct.pack("!HHH", 0, 0, 80) + b"\x04Host\x05local\0", class_=0x8001),
        record("Host.local", 1, V4, ttl=120, class_=0x8001),
        record(INSTANCE, 16, b"\x0asecret=yes"),
    ],
    flags=0x8400,
    identifier=0,
)


def test_service_discovery_is_told() -> None:
    """Services, instances in UTF-8, hosts; the address is learned; TXT stays untold; no exchange."""
    inspector = PROTOCOL.start(CONTEXT)
    assert inspector.feed(CLIENT, QUERY, 0) is Status.ALWAYS
    assert inspector.feed(CLIENT, ANNOUNCEMENT, 1) is Status.ALWAYS
    update = inspector.update()
    assert update is not None and update.finding is not None
    found = {field.name: field.values for field in update.finding.fields}
    assert found["dns_query"] == ("_http._tcp.local",)
    assert found["dns_qtype"] == ("PTR",)
    assert found["dns_ptr"] == ("Büro 1\\.2._http._tcp.local",)
    assert found["dns_srv"] == ("host.local:80",)
    assert found["dns_answer_ip"] == ("192.0.2.1",)
    assert "secret" not in str(found)
    assert update.learned == (LearnedName(V4, "host.local", 120),)
    assert update.exchanges == ()
    assert (update.finding.label, update.finding.state) == ("mDNS", "RESPONSE")


def test_the_port_makes_the_difference() -> None:
    """The same message elsewhere is not mDNS; noise on the port neither."""
    assert PROTOCOL.claims(CONTEXT, QUERY, b"") is Claim.YES
    assert PROTOCOL.claims(Context("udp", 5353, 40000), b"", ANNOUNCEMENT) is Claim.YES
    assert PROTOCOL.claims(Context("udp", 1, 2), QUERY, b"") is Claim.NO
    assert PROTOCOL.claims(Context("udp", 5353, 53), QUERY, b"") is Claim.NO
    assert PROTOCOL.claims(CONTEXT, QUERY[:20], b"") is Claim.YES, "cut by the snap length"
    for data in (b"\xff" * 60, bytes(12), b"\0\1" + QUERY[2:20], QUERY[:2] + b"\1\0" + QUERY[4:20]):
        assert PROTOCOL.claims(CONTEXT, data, b"") is Claim.NO

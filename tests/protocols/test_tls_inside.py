"""What is inside TLS and QUIC: by ALPN, by port, by the name of a resolver."""

from __future__ import annotations

import ssl

import pytest

from netmon.protocols import dtls, quic, tls
from netmon.protocols._contract import Context
from netmon.protocols._tls_inside import is_resolver, label_of

from . import test_dtls
from ._streams import run, values
from ._talk import Talk, every_cutting, fields
from ._tls_peers import handshake
from .test_quic import conversation

V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


def told(version: ssl.TLSVersion, port: int = 443, **arguments: str) -> tuple[object, object]:
    """``tls_carries`` and ``encrypted_dns`` of a handshake over TCP."""
    fields = values(run(tls.PROTOCOL, handshake(version, **arguments), Context("tcp", 50000, port))[0])
    return fields.get("tls_carries"), fields.get("encrypted_dns")


def test_by_alpn() -> None:
    """The server's choice in TLS 1.2, the only offer in 1.3; of several offers nothing is claimed."""
    assert told(V12, alpn="http/1.1 h2") == (("HTTP",), None)
    assert told(V13, alpn="mqtt") == (("MQTT",), None)
    assert told(V13, alpn="h2 http/1.1") == (None, None)
    assert told(V13, alpn="something-else") == (None, None)


def test_dns_over_tls() -> None:
    """By ALPN on any port; by the port kept for it (RFC 7858), when no ALPN says otherwise."""
    assert told(V12, alpn="dot") == told(V13, alpn="dot") == (("DNS",), ("DoT",))
    assert told(V13, 853) == (("DNS",), ("DoT",))
    assert told(V12, 853) == (("HTTP2",), None)


@pytest.mark.parametrize("version", [V12, V13])
def test_dns_over_https(version: ssl.TLSVersion) -> None:
    """A resolver's name and HTTP/2 among the offers; another name, or no HTTP/2, is none."""
    assert told(version, name="dns.google")[1] == ("DoH",)
    assert told(version, name="abc123.dns.nextdns.io", alpn="h2") == (("HTTP2",), ("DoH",))
    assert told(version, name="dns.google", alpn="http/1.1")[1] is None
    assert told(version, name="www.dns.google")[1] is None


@pytest.mark.parametrize(
    ("alpn", "name", "port", "expected"),
    [
        (("doq",), "www.example.org", 4444, ("DNS", "DoQ")),
        (("doq-i03", "doq-i02"), "www.example.org", 4444, ("DNS", "DoQ")),
        (("private",), "www.example.org", 853, (None, None)),
        (("h3", "h3-29"), "cloudflare-dns.com", 443, ("HTTP3", "DoH")),
        (("h3", "hq-interop"), "www.example.org", 443, (None, None)),
    ],
)
def test_over_quic(alpn: tuple[str, ...], name: str, port: int, expected: tuple[str | None, str | None]) -> None:
    """Its choice is encrypted: what all offers have in common counts."""
    first = conversation(alpn=alpn, name=name)[:1]
    fields = values(run(quic.PROTOCOL, first, Context("udp", 50000, port))[0])
    assert fields.get("tls_carries", (None,)) == (expected[0],)
    assert fields.get("encrypted_dns", (None,)) == (expected[1],)


def test_over_dtls() -> None:
    """On the port of RFC 8094, where the hello offers nothing else (that of the tests offers HTTP/2)."""
    hello = test_dtls.fragments(1, test_dtls.client_hello(), 0, 4000)[0]
    server = test_dtls.fragments(2, test_dtls.SERVER_HELLO, 1, 4000)[0]
    fields = values(run(dtls.PROTOCOL, [(0, hello), (1, server)], Context("udp", 50000, 853))[0])
    assert (fields["tls_carries"], fields["encrypted_dns"]) == (("DNS",), ("DoDTLS",))


def test_names() -> None:
    """Drafts by what stands before the hyphen; names of resolvers in any case, and nothing that only ends like one."""
    assert [label_of(name) for name in ("h3-29", "hq-34", "h2", "h2-16", "")] == ["HTTP3", "HTTP", "HTTP2", "", ""]
    assert is_resolver("DNS.Quad9.net.")
    assert is_resolver("dns.nextdns.io")
    assert not is_resolver("evil-dns.nextdns.io.example")
    assert not is_resolver("dns.google.example")


@pytest.mark.parametrize(
    ("opening", "outer"),
    [
        ([(0, b"CONNECT www.example.org:443 HTTP/1.1\r\n\r\n"), (1, b"HTTP/1.1 200 OK\r\n\r\n")], "HTTP"),
        (
            [
                (0, b"\x05\x01\0"),
                (1, b"\x05\0"),
                (0, b"\x05\x01\0\x01\xc0\0\x02\x01\x01\xbb"),
                (1, b"\x05\0\0\x01" + bytes(6)),
            ],
            "SOCKS",
        ),
    ],
)
@pytest.mark.parametrize("version", [V12, V13])
def test_inside_a_tunnel(opening: Talk, outer: str, version: ssl.TLSVersion) -> None:
    """A tunnel, TLS in it, HTTP/2 in that: each is named, however the bytes are cut."""
    for finding in every_cutting([*opening, *handshake(version, alpn="h2")]).values():
        assert finding is not None
        assert (finding.label, finding.outer, finding.hostname) == ("TLS", (outer,), "www.example.org")
        assert fields(finding)["tls_carries"] == ("HTTP2",)


FTPS: Talk = [
    (1, b"220 ready\r\n"), (0, b"AUTH TLS\r\n"), (1, b"234 go ahead\r\n"), *handshake(V12, alpn="ftp"),
    (1, b"\x15\x03\x03\0\x18" + bytes(24)), (0, b"\x15\x03\x03\0\x18" + bytes(24)),
]  # fmt: skip
"""A control connection whose two ends close TLS after CCC."""


def test_ftp_goes_on_in_the_clear() -> None:
    """What comes behind TLS is FTP's again (RFC 4217 section 6), however it is cut."""
    talk = [
        *FTPS,
        (0, b"PASV\r\n"),
        (1, b"227 Entering Passive Mode (192,0,2,1,200,10)\r\n"),
        (0, b"STOR secret\r\n"),
        (1, b"150 ok\r\n"),
    ]
    for finding in every_cutting(talk).values():
        assert finding is not None
        assert (finding.label, finding.outer) == ("FTP", ("FTP", "TLS"))
        told = fields(finding)
        assert (told["ftp_command"], told["tls_version"]) == (("AUTH", "PASV", "STOR"), ("TLS 1.2",))
    for finding in every_cutting(FTPS).values():  # the end of the connection, as a rule
        assert finding is not None
        assert (finding.label, finding.outer) == ("TLS", ("FTP",))
